using System.Text.Json.Nodes;

namespace Nexus.Dashboard.Api;

/// <summary>What the calls look like, for the OpenAPI document: one story of a team that asks for devices and tokens. Tests send the bodies and read the answers strictly.</summary>
internal static class Examples
{
    private const string Lease = """
        {"id":"lease-1042","pools":{"gpu":"gpu-a100","memory":"gpu-a100"},"resources":{"gpu":1,"memory":40},"grantedAt":"2026-11-24T14:32:00.118+00:00","expiresAt":"2026-11-24T14:37:00.118+00:00"}
        """;

    private const string Granted = $$"""
        {"id":"extract-7","status":"allocated","attempt":1,"owner":"acme/alice/invoice-triage","resources":{"gpu":1,"memory":40},"priority":"high","submittedAt":"2026-11-24T14:32:00.118+00:00","duration":"PT20M","leaseSeconds":300,"labels":{"run":"7"},"lease":{{Lease}},"version":1042}
        """;

    private const string Waits = """
        {"id":"extract-7","status":"queued","attempt":1,"owner":"acme/alice/invoice-triage","resources":{"gpu":1,"memory":40},"priority":"high","submittedAt":"2026-11-24T14:32:00.118+00:00","queue":true,"leaseSeconds":300,"startsAt":"2026-11-24T14:40:00+00:00","explanation":{"gate":"capacity","tier":"waitingForCapacity","code":"notEnoughFree","pool":"gpu-a100","resource":"gpu","needed":1,"available":0,"earliest":"2026-11-24T14:40:00+00:00","message":"Pool gpu-a100 has 0 gpu free; 1 needed.","gates":[{"gate":"access","outcome":"passed"},{"gate":"capacity","outcome":"stopped"}],"others":{"grants":1,"amount":8},"ahead":0,"estimatedStart":"2026-11-24T14:40:00+00:00","estimateFrom":"knownEnds","startsBetween":{"from":"2026-11-24T14:36:10+00:00","to":"2026-11-24T14:40:00+00:00","hitRate":0.94,"measuredOn":311},"computedAt":"2026-11-24T14:32:00.12+00:00"},"version":1042}
        """;

    private const string Cancelled = """
        {"id":"extract-7","status":"cancelled","attempt":1,"owner":"acme/alice/invoice-triage","resources":{"gpu":1},"priority":"high","submittedAt":"2026-11-24T14:32:00.118+00:00","endedAt":"2026-11-24T14:33:10.002+00:00","queue":true,"leaseSeconds":300,"explanation":{"gate":"capacity","tier":"ended","code":"cancelled","name":"alice","message":"alice cancelled it."},"version":1050}
        """;

    private const string Ask = """
        {"id":"extract-7","owner":"acme/alice/invoice-triage","resources":{"gpu":1,"memory":40},"priority":"high","duration":"PT20M","queue":true,"maxWait":"PT10M","labels":{"run":"7"}}
        """;

    private const string Pool = """
        {"name":"gpu-a100","resources":{"gpu":8,"memory":640},"labels":{"model":"A100"},"purchaseOption":"onDemand","allow":["acme"],"strategy":"priority","state":{"gpu":{"capacity":8,"pending":0,"used":1,"booked":0,"free":7,"peak":8},"memory":{"capacity":640,"pending":0,"used":40,"booked":0,"free":600,"peak":640}},"version":12}
        """;

    private const string Draining = """
        {"name":"gpu-a100","resources":{"gpu":8},"purchaseOption":"onDemand","strategy":"priority","draining":true,"state":{"gpu":{"capacity":8,"pending":0,"used":1,"booked":0,"free":0,"peak":8}},"version":13}
        """;

    private const string Kind = """{"name":"fpga","family":"compute","unit":"board","behaviour":"held","builtIn":false,"version":14}""";

    private const string Class = """{"name":"rush","value":900,"builtIn":false,"version":15}""";

    private const string Owner = """
        {"path":"acme/alice","labels":{"costCentre":"4711"},"priority":{"default":"medium","max":"high"},"effective":{"labels":{"costCentre":"4711","region":"eu"},"priority":{"default":"medium","max":"high"}},"version":16}
        """;

    private const string User = """{"id":"3da5bfd7-8471-4e89-a9ed-12068061ec49","name":"alice","role":"operator","owner":"acme","createdAt":"2026-11-24T14:00:00+00:00","lastSeenAt":"2026-11-24T14:31:02+00:00","version":1}""";

    private const string Key = """{"id":"key-93567e4ad1","name":"triage","owner":"acme/alice","scopes":["requests","read"],"maxPriority":"high","createdAt":"2026-11-24T14:00:00+00:00","createdBy":"root","lastUsedAt":"2026-11-24T14:31:00+00:00","version":1}""";

    private static readonly Dictionary<string, (string? Body, string? Answer)> All = new(StringComparer.Ordinal)
    {
        ["submitRequest"] = (Ask, Granted),
        ["submitBatch"] = ($"[{Ask}]", $$"""{"items":[{"id":"extract-7","status":"allocated","attempt":1,"lease":{{Lease}}}]}"""),
        ["listRequests"] = (null, $$"""{"items":[{{Waits}}],"next":"bi4wLjEwNDI"}"""),
        ["getRequest"] = (null, Waits),
        ["cancelRequest"] = (null, Cancelled),
        ["setRequestPriority"] = ("""{"priority":"critical"}""", Waits.Replace("high", "critical", StringComparison.Ordinal)),
        ["listLeases"] = (null, $$"""{"items":[{{Granted}}]}"""),
        ["renewLease"] = ("""{"usage":{"gpu":1},"extend":{"memory":20}}""", $$"""{"id":"extract-7","status":"allocated","lease":{{Lease}}}"""),
        ["releaseLease"] = ("""{"usage":{"gpu":1,"memory":31.5},"outcome":"succeeded","labels":{"pages":"40"}}""", """{"id":"extract-7","status":"released","usage":{"gpu":0.333333,"memory":13.333333},"outcome":"succeeded"}"""),
        ["listTimes"] = (null, """{"groupBy":"pool","groups":[{"name":"gpu-a100","requests":120,"times":{"time.queue":{"count":120,"mean":2.104,"p50":0,"p90":4.2,"p95":8.7,"p99":30.1,"max":31.002}}}]}"""),
        ["listPools"] = (null, $$"""{"items":[{{Pool}}]}"""),
        ["getPool"] = (null, Pool),
        ["putPool"] = ("""{"resources":{"gpu":8,"memory":640,"llm.calls":{"rate":60,"per":"PT1M","burst":10}},"labels":{"model":"A100"},"allow":["acme"]}""", Pool),
        ["drainPool"] = (null, Draining),
        ["listKinds"] = (null, $$"""{"items":[{{Kind}}]}"""),
        ["getKind"] = (null, Kind),
        ["putKind"] = ("""{"unit":"board","behaviour":"held","family":"compute"}""", Kind),
        ["listPriorities"] = (null, $$"""{"items":[{{Class}}]}"""),
        ["getPriority"] = (null, Class),
        ["putPriority"] = ("""{"value":900}""", Class),
        ["listOwners"] = (null, $$"""{"items":[{{Owner}}]}"""),
        ["getOwner"] = (null, Owner),
        ["putOwner"] = ("""{"labels":{"costCentre":"4711"},"priority":{"default":"medium","max":"high"}}""", Owner),
        ["listUsers"] = (null, $$"""{"items":[{{User}}]}"""),
        ["getUser"] = (null, User),
        ["putUser"] = ("""{"role":"operator","owner":"acme"}""", User),
        ["listKeys"] = (null, $$"""{"items":[{{Key}}]}"""),
        ["createKey"] = ("""{"name":"triage","owner":"acme/alice","scopes":["requests","read"],"maxPriority":"high","expiresAt":"2099-01-01T00:00:00Z"}""", Key.Replace("\"version\":1}", "\"version\":1,\"key\":\"nxs_7b0uQd1mCz3xw0Q8yF5hJrX2aLkT9eVnPsGiWoB4t6E\"}", StringComparison.Ordinal)),
        ["putKey"] = ("""{"owner":"acme/alice","scopes":["read"]}""", Key),
        ["listEvents"] = (null, """{"items":[{"sequence":1042,"at":"2026-11-24T14:32:00.118Z","type":"requestStarted","actor":{"kind":"engine","id":"nexus","source":"engine"},"id":"extract-7","owner":"acme/alice/invoice-triage"}],"next":"1042"}"""),
        ["listAudit"] = (null, """{"items":[{"id":"event-000000000012","at":"2026-11-24T14:30:00+00:00","actor":{"kind":"person","id":"alice","source":"page","address":"192.0.2.7"},"action":"changePool","object":"gpu-a100","before":{"resources":{"gpu":4}},"after":{"resources":{"gpu":8}}}]}"""),
    };

    /// <summary>A body of a call, or null where it takes none.</summary>
    public static JsonNode? Body(string? call) => Parsed(All.GetValueOrDefault(call ?? "").Body);

    /// <summary>What is answered when all is well, or null where that is nothing.</summary>
    public static JsonNode? Answer(string? call) => Parsed(All.GetValueOrDefault(call ?? "").Answer);

    /// <summary>An error of a status.</summary>
    public static JsonNode? Error(string status) => Parsed(status switch
    {
        "400" => Problem("unknown-field", "Invalid input", 400, "$.resorces: there is no field 'resorces' here: leave it out, or look for a typing error.", "$.resorces", "there is no field 'resorces' here: leave it out, or look for a typing error"),
        "401" => Problem("unauthenticated", "Nobody is signed in", 401, "Send an API key as 'Authorization: Bearer nxs_…', or sign in."),
        "403" => Problem("outside-path", "Not allowed", 403, "$.owner: 'globex/bob' lies outside 'acme', within which you may act.", "$.owner", "'globex/bob' lies outside 'acme', within which you may act"),
        "404" => Problem("not-found", "Not found", 404, "There is nothing of that name that you may see."),
        "409" => Problem("in-use", "It is in use", 409, "3 grants hold something of pool 'gpu-a100': drain it, and delete it when they have ended."),
        "412" => Problem("version-mismatch", "It was changed meanwhile", 412, "It was changed since: its version is 13, not 12; read it again."),
        "413" => Problem("body-too-large", "The body is too large", 413, "The body is larger than 1 MiB: send less at once."),
        "415" => Problem("unsupported-media-type", "Not JSON", 415, "Send the body as 'Content-Type: application/json'."),
        "422" => Problem("invalid-value", "Invalid input", 422, "$.resources.gpu: must be greater than 0.", "$.resources.gpu", "must be greater than 0"),
        "503" => Problem("engine-unavailable", "The engine cannot decide now", 503, "The disk is full; it is tried again by itself."),
        _ => null,
    });

    private static string Problem(string type, string title, int status, string detail, string? path = null, string? fault = null)
    {
        JsonObject problem = new() { ["type"] = type, ["title"] = title, ["status"] = status, ["detail"] = detail };
        if (path is not null)
        {
            problem["errors"] = new JsonObject { [path] = new JsonArray(fault) };
        }

        problem["traceId"] = "b7ad6b7169203331b7ad6b7169203331";
        return problem.ToJsonString();
    }

    private static JsonNode? Parsed(string? json) => json is null ? null : JsonNode.Parse(json);
}
