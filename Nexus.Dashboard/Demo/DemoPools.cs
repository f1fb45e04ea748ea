namespace Nexus.Dashboard.Demo;

/// <summary>What the demo's agents share: small enough that it gets tight, and some of it with room.</summary>
internal static class DemoPools
{
    public static IReadOnlyDictionary<string, object> All { get; } = new Dictionary<string, object>(StringComparer.Ordinal)
    {
        ["gpu-h100"] = new { resources = new { gpu = 8, memory = 640 }, labels = new { model = "H100", zone = "a" }, strategy = "adaptive", objective = new { wait = 1, deadlines = 1 }, adaptive = new { wins = 1, dwell = "PT2M", rules = new[] { new { figure = "waiting", above = 3, strategy = "fairShare" } } } },
        ["gpu-l40s"] = new { resources = new { gpu = 16, memory = 768 }, labels = new { model = "L40S", zone = "a" }, purchaseOption = "reserved" },
        ["gpu-spot"] = new { resources = new { gpu = 12, memory = 480 }, labels = new { model = "A10", zone = "b" }, purchaseOption = "spot", preemption = new { grace = "PT15S", minimumRuntime = "PT5S" } },
        ["cpu-general"] = new { resources = new { cpu = 256, memory = 1024, storage = 4096 }, labels = new { zone = "a" }, strategy = "fairShare" },
        ["llm-frontier"] = Llm("frontier-2", calls: 120, input: 300_000, output: 60_000, context: 200_000),
        ["llm-small"] = Llm("small-3", calls: 600, input: 900_000, output: 150_000, context: 64_000),
        ["vector-store"] = new { resources = new Dictionary<string, object> { ["vector.operations"] = PerMinute(2_400) }, strategy = "fairShare", health = new { window = "PT30S", minimumSamples = 5, failureRate = 0.5, probeAfter = "PT10S", probes = 2 } },
    };

    private static object Llm(string model, int calls, int input, int output, int context) => new
    {
        resources = new Dictionary<string, object>
        {
            ["llm.calls"] = PerMinute(calls),
            ["tokens.input"] = PerMinute(input),
            ["tokens.output"] = PerMinute(output),
            ["tokens.context"] = context,
        },
        labels = new { model, provider = "aurora" },
        strategy = "costOptimized",
    };

    // A third of a minute's worth may be taken at once.
    private static object PerMinute(int rate) => new { rate, per = "PT1M", burst = rate / 3 };
}
