"""An agent that asks before it works. Usage: agent.py NAME [PRIORITY]. Needs NEXUS_KEY; Python's standard library is enough."""
import json, os, random, sys, threading, time, urllib.request, uuid

URL, KEY = os.environ.get("NEXUS_URL", "http://localhost:5080"), os.environ["NEXUS_KEY"]
name, priority = sys.argv[1], (sys.argv[2:] or ["medium"])[0]


def call(method, path, body=None):
    request = urllib.request.Request(URL + "/api/v1" + path, method=method, data=None if body is None else json.dumps(body).encode())
    request.add_header("Authorization", "Bearer " + KEY)
    request.add_header("Content-Type", "application/json")
    return json.load(urllib.request.urlopen(request, timeout=90))


job = f"{name}-{uuid.uuid4().hex[:8]}"   # ours to choose: sent twice, it is granted once
asked = {"id": job, "owner": f"acme/{name}/summarise", "pools": ["lab"], "resources": {"gpu": 1, "memory": 20},
         "priority": priority, "queue": True, "maxWait": "PT10M", "leaseSeconds": 10, "labels": {"task": "summarise"}}
answer = call("POST", "/requests", asked)
while answer["status"] == "queued":
    print(f"{name}: waits. {answer['explanation']['message']}", flush=True)
    answer = call("GET", f"/requests/{job}?wait=PT60S")
if answer["status"] != "allocated":
    sys.exit(f"{name}: {answer['status']}. {answer.get('explanation', {}).get('message', '')}")

lease = answer["lease"]["id"]
print(f"{name}: works on {answer['lease']['pools']['gpu']}", flush=True)
done = threading.Event()


def renew():                      # a third of the lease: two renewals may fail before it is lost
    while not done.wait(3):
        call("POST", f"/leases/{lease}/renew", {})


threading.Thread(target=renew, daemon=True).start()
time.sleep(random.uniform(4, 12))  # the work
done.set()
call("POST", f"/leases/{lease}/release", {"outcome": "succeeded"})
print(f"{name}: done", flush=True)
