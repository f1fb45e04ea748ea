namespace Nexus.Dashboard.Demo;

/// <summary>What the demo's agents will ask for, and when: a daily rhythm, bursts, failures and clients that die, the same for the same seed.</summary>
internal static class DemoPlan
{
    /// <summary>A day of the demo: short, so that an hour on a chart shows several.</summary>
    public static readonly TimeSpan Day = TimeSpan.FromMinutes(12);

    // Every third of a day one agent has a backlog to work off.
    private static readonly TimeSpan BurstEvery = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan BurstLasts = TimeSpan.FromSeconds(20);
    private const double BurstFactor = 4;
    private const double Night = 0.3;

    /// <summary>The submissions in the order of their time, without end.</summary>
    public static IEnumerable<DemoArrival> Arrivals(int seed)
    {
        foreach (DemoArrival opening in Opening(seed))
        {
            yield return opening;
        }

        PriorityQueue<Stream, TimeSpan> streams = new();
        foreach (DemoAgent agent in DemoAgents.All)
        {
            Stream stream = new(agent, new Random(HashCode(seed, agent.Owner)));
            stream.Advance();
            streams.Enqueue(stream, stream.At);
        }

        while (true)
        {
            Stream next = streams.Dequeue();
            yield return next.Take();
            next.Advance();
            streams.Enqueue(next, next.At);
        }
    }

    /// <summary>How busy an agent is at a moment of the demo: nights are quiet, bursts are not.</summary>
    public static double Rhythm(DemoAgent agent, TimeSpan at)
    {
        double day = (at / Day) - agent.Phase;
        double light = (1 - Math.Cos(2 * Math.PI * day)) / 2;
        int turn = (int)(at / BurstEvery);
        bool bursts = at - (turn * BurstEvery) < BurstLasts && DemoAgents.All[turn % DemoAgents.All.Count] == agent;
        return (Night + ((1 - Night) * light)) * (bursts ? BurstFactor : 1);
    }

    // What a page shows five seconds after the start: a pool that is full with work waiting, refusals, and a client that died.
    private static IEnumerable<DemoArrival> Opening(int seed)
    {
        Random random = new(seed);
        int number = 0;
        foreach ((double second, string owner) in DemoAgents.Opening)
        {
            DemoAgent agent = DemoAgents.All.First(a => a.Owner == owner);
            yield return new DemoArrival(TimeSpan.FromSeconds(second), agent, --number, agent.Ask(random, number));
        }
    }

    // Not string.GetHashCode, which differs from run to run.
    private static int HashCode(int seed, string owner)
    {
        uint hash = 2166136261;
        foreach (char c in owner)
        {
            hash = (hash ^ c) * 16777619;
        }

        return (int)(hash ^ (uint)seed);
    }

    private sealed class Stream(DemoAgent agent, Random random)
    {
        private int _number;

        public TimeSpan At { get; private set; } = TimeSpan.FromSeconds(2);

        public DemoArrival Take() => new(At, agent, ++_number, agent.Ask(random, _number));

        // Arrivals of a rate that changes: drawn at the highest rate, kept as often as the present one has it (Lewis and Shedler, 1979).
        public void Advance()
        {
            do
            {
                double gap = -Math.Log(1 - random.NextDouble()) / (agent.PerMinute * BurstFactor);
                At += TimeSpan.FromMinutes(gap);
            }
            while (random.NextDouble() * BurstFactor > Rhythm(agent, At));
        }
    }
}

/// <summary>A submission of the demo.</summary>
/// <param name="At">When, from the demo's start.</param>
/// <param name="Agent">Whose.</param>
/// <param name="Number">Which of the agent's; below zero in the opening.</param>
/// <param name="Ask">What.</param>
internal sealed record DemoArrival(TimeSpan At, DemoAgent Agent, int Number, DemoAsk Ask);

/// <summary>An agent of the demo.</summary>
/// <param name="Owner">Who it is.</param>
/// <param name="PerMinute">How often it asks by day.</param>
/// <param name="Phase">When its day begins, in days.</param>
/// <param name="Ask">What it asks for next.</param>
internal sealed record DemoAgent(string Owner, double PerMinute, double Phase, Func<Random, int, DemoAsk> Ask)
{
    public string Tenant => Owner[..Owner.IndexOf('/', StringComparison.Ordinal)];

    public string Name => Owner[(Owner.LastIndexOf('/') + 1)..];
}

/// <summary>How an agent's work ends.</summary>
internal enum DemoFate
{
    Succeeds,
    Fails,

    /// <summary>It is never heard of again: its lease runs out.</summary>
    Dies,
}

/// <summary>What an agent asks for, and what becomes of it.</summary>
internal sealed record DemoAsk
{
    public required Dictionary<string, decimal> Resources { get; init; }

    public string? Priority { get; init; }

    public IReadOnlyList<string>? Pools { get; init; }

    public Dictionary<string, string>? PoolLabels { get; init; }

    public bool Queue { get; init; }

    public decimal? MaxWait { get; init; }

    public decimal? Duration { get; init; }

    /// <summary>How long after the submission it may start at the latest, where that is cheaper; null: it starts as soon as it can.</summary>
    public string? MaxDelay { get; init; }

    /// <summary>True where it may be told to end for others; then it waits again, and begins anew.</summary>
    public bool Preemptible { get; init; }

    /// <summary>Seconds from the submission within which it must be done; null: no deadline.</summary>
    public int? DeadlineSeconds { get; init; }

    public int LeaseSeconds { get; init; } = 30;

    public Dictionary<string, string> Labels { get; init; } = [];

    /// <summary>How long it works once it is granted.</summary>
    public TimeSpan Works { get; init; }

    public DemoFate Fate { get; init; }

    /// <summary>What it will have used of Metered kinds.</summary>
    public Dictionary<string, decimal>? Usage { get; init; }
}
