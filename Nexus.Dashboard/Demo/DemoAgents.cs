namespace Nexus.Dashboard.Demo;

/// <summary>Who works in the demo: three tenants with their users, workflows and agents.</summary>
internal static class DemoAgents
{
    private const string Trainer = "globex/research/fine-tune/trainer";
    private const string Crawler = "globex/dana/market-watch/crawler";
    private const string Drafter = "initech/peter/report-writer/drafter";
    private const string Planner = "initech/milton/capacity-plan/planner";
    private const string Extractor = "acme/alice/invoice-triage/extractor";
    private const string Embedder = "acme/bob/support-search/embedder";
    private const string Indexer = "acme/bob/support-search/indexer";
    private const string Ocr = "initech/milton/archive/ocr";
    private const string Reranker = "acme/bob/support-search/reranker";
    private const string Digest = "globex/dana/market-watch/digest";
    private const string Tagger = "globex/dana/product-feed/tagger";
    private const string Reader = "acme/alice/invoice-triage/reader";

    /// <summary>The agents.</summary>
    public static IReadOnlyList<DemoAgent> All { get; } =
    [
        new(Extractor, 40, 0.0, (random, n) => Model(random, n, "llm-frontier", 2_000, 6_000, 0.15, "high", seconds: 3, queue: true)),
        new("acme/alice/invoice-triage/classifier", 50, 0.05, (random, n) => Model(random, n, "llm-small", 400, 1_500, 0.05, null, seconds: 1, queue: true)),
        new("acme/bob/support-search/retriever", 50, 0.1, (random, n) => new DemoAsk
        {
            Resources = new() { ["vector.operations"] = random.Next(2, 12) },
            Pools = ["vector-store"],
            Labels = Run("support-search", n, 10),
            Works = Seconds(random, 0.2, 0.8),
            Fate = Fails(random, IsOutage(n) ? 0.9 : 0.02),
        }),
        new(Embedder, 5, 0.1, (random, n) => Machine(random, n, gpus: 1, memory: 24, "L40S", "medium", least: 20, most: 60)),
        // Borrows what others lend, and gives it back when they want it.
        new(Trainer, 3, 0.5, (random, n) => Machine(random, n, gpus: random.Next(2, 5), memory: 160, "H100", "high", least: 60, most: 180) with { Preemptible = true }),
        new(Reranker, 0.6, 0.35, (random, n) => Machine(random, n, gpus: 3, memory: 120, "H100", "medium", least: 20, most: 40)),
        new("globex/research/evaluation/grader", 10, 0.45, (random, n) => Model(random, n, "llm-frontier", 4_000, 9_000, 0.1, n % 12 == 0 ? "critical" : null, seconds: 5, queue: true)),
        new(Crawler, 30, 0.6, (random, n) => new DemoAsk
        {
            Resources = new() { ["cpu"] = random.Next(1, 5), ["memory"] = random.Next(2, 9) },
            Pools = ["cpu-general"],
            Priority = "low",
            LeaseSeconds = n < 0 ? 2 : 10,
            Labels = Run("market-watch", n, 20),
            Works = Seconds(random, 3, 12),
            Fate = n < 0 || random.NextDouble() < 0.06 ? DemoFate.Dies : Fails(random, 0.05),
        }),
        // Does not wait: in the rush it is refused, and says critical now and then, which its tenant may not.
        new(Drafter, 12, 0.3, (random, n) => Model(random, n, "llm-frontier", 6_000, 14_000, 0.3, n < 0 || n % 15 == 0 ? "critical" : "medium", seconds: 8, queue: false)),
        new(Ocr, 8, 0.8, (random, n) => Machine(random, n, gpus: 2, memory: 16, "A10", "low", least: 15, most: 45) with { Preemptible = true }),
        // Of a higher class than what else runs in its pool, which ends for it.
        new(Reader, 0.8, 0.6, (random, n) => Machine(random, n, gpus: 6, memory: 60, "A10", "high", least: 15, most: 30)),
        // Must be done by a time: what does not fit at once is promised a start, or refused.
        new(Indexer, 1.5, 0.2, (random, n) => Machine(random, n, gpus: 4, memory: 120, "H100", "high", least: 20, most: 50) with { Queue = false, MaxWait = null, DeadlineSeconds = 400 }),
        // Asks for more than there ever is.
        new(Planner, 0.5, 0.3, (random, n) => new DemoAsk
        {
            Resources = new() { ["gpu"] = 64, ["memory"] = 2_048 },
            Queue = true,
            Labels = Run("capacity-plan", n, 1),
            Works = Seconds(random, 5, 10),
        }),
        // Nobody reads it before the evening: it waits for the hour in which its model's batch lane costs less.
        new(Digest, 0.3, 0.25, (random, n) => Later(Model(random, n, "llm-frontier", 18_000, 30_000, 0.2, "low", seconds: 20, queue: true))),
        new(Tagger, 0.3, 0.7, (random, n) => Later(Model(random, n, "llm-small", 24_000, 40_000, 0.2, "low", seconds: 10, queue: true))),
    ];

    /// <summary>Who comes first, so that something is to be seen at once: seconds from the start, and the agent.</summary>
    public static IReadOnlyList<(double Second, string Owner)> Opening { get; } =
    [
        (0, Trainer), (0.02, Digest), (0.04, Tagger), (0.05, Crawler), (0.1, Trainer), (0.15, Drafter), (0.2, Trainer), (0.25, Embedder), (0.3, Trainer), (0.4, Trainer),
        (0.45, Planner), (0.5, Extractor), (0.6, Ocr), (0.65, Ocr), (0.7, Embedder), (0.8, Extractor), (0.9, Trainer), (1.0, Ocr), (1.05, Ocr), (1.1, Crawler), (1.2, Indexer), (1.3, Indexer), (1.4, Reranker), (1.5, Reader),
    ];

    private static DemoAsk Model(Random random, int n, string pool, int least, int most, double share, string? priority, double seconds, bool queue)
    {
        int input = random.Next(least, most);
        int output = Math.Max(16, (int)(input * share * (0.5 + random.NextDouble())));
        return new DemoAsk
        {
            Resources = new() { ["llm.calls"] = 1, ["tokens.input"] = input, ["tokens.output"] = output, ["tokens.context"] = input + output },
            Priority = priority,
            Pools = [pool],
            Queue = queue,
            MaxWait = queue ? 30 : null,
            LeaseSeconds = 60,
            Labels = Run(pool, n, 8, ("model", pool == "llm-small" ? "small-3" : "frontier-2")),
            Works = Seconds(random, seconds * 0.5, seconds * 1.5),
            Fate = Fails(random, 0.03),
            Usage = new() { ["tokens.input"] = input, ["tokens.output"] = Math.Max(1, (int)(output * (0.4 + (0.7 * random.NextDouble())))) },
        };
    }

    private static DemoAsk Machine(Random random, int n, int gpus, int memory, string model, string priority, int least, int most)
    {
        TimeSpan works = Seconds(random, least, most);
        return new DemoAsk
        {
            Resources = new() { ["gpu"] = gpus, ["memory"] = memory },
            Priority = priority,
            PoolLabels = new() { ["model"] = model },
            Queue = true,
            MaxWait = 150,
            Duration = (decimal)Math.Ceiling(works.TotalSeconds) + 5,
            Labels = Run(model, n, 4),
            Works = works,
            Fate = random.NextDouble() < 0.04 ? DemoFate.Dies : Fails(random, 0.06),
        };
    }

    private static DemoAsk Later(DemoAsk ask) => ask with { MaxWait = null, MaxDelay = "PT2H", Labels = new(ask.Labels) { ["lane"] = "batch" } };

    // Now and then the store answers little but errors for a while: its pool opens, is probed, and recovers. The first time soon, while few ask, so that who has just started the demo sees it.
    private static bool IsOutage(int n) => n is >= 6 and < 16 || (n > 0 && n % 240 is >= 90 and < 120);

    private static Dictionary<string, string> Run(string name, int n, int size, params (string Name, string Value)[] more)
    {
        Dictionary<string, string> labels = new() { ["run"] = $"{name.ToLowerInvariant()}-{(n + 1_000) / size}" };
        foreach ((string label, string value) in more)
        {
            labels[label] = value;
        }

        return labels;
    }

    private static TimeSpan Seconds(Random random, double least, double most) => TimeSpan.FromSeconds(least + ((most - least) * random.NextDouble()));

    private static DemoFate Fails(Random random, double share) => random.NextDouble() < share ? DemoFate.Fails : DemoFate.Succeeds;
}
