// One connection to the hub for all charts of a page: opened with the first subscription, closed with the last.
const load = src => new Promise((done, fail) => {
  if (document.querySelector(`script[src="${src}"]`)) return done();
  const script = document.createElement('script');
  script.src = src; script.onload = done; script.onerror = fail;
  document.head.append(script);
});
let connection = null, users = 0, starting = null;

async function connect() {
  await load('/lib/signalr.min.js');
  await load('/lib/signalr-protocol-msgpack.min.js');
  connection ??= new signalR.HubConnectionBuilder()
    .withUrl('/hubs/engine', { skipNegotiation: true, transport: signalR.HttpTransportType.WebSockets })
    .withHubProtocol(new signalR.protocols.msgpack.MessagePackHubProtocol())
    .withAutomaticReconnect({ nextRetryDelayInMilliseconds: () => 2000 })
    .configureLogging(signalR.LogLevel.None)
    .build();
  starting ??= connection.start();
  await starting;
}

// Calls back with every frame of a topic until the returned function is called; after a lost connection it subscribes anew.
export async function subscribe(topic, onFrame) {
  users++;
  let ended = false, stream = null;
  const open = () => {
    if (ended) return;
    stream = connection.stream('Subscribe', topic).subscribe({ next: onFrame, complete() {}, error() {} });
  };
  await connect();
  open();
  connection.onreconnected(open);
  return () => {
    if (ended) return;
    ended = true; stream?.dispose();
    if (--users === 0) { connection.stop(); connection = null; starting = null; }
  };
}
