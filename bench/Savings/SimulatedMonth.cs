using Nexus.Engine.Resources;
using Nexus.Engine.Optimization;

namespace Nexus.Bench.Savings;

/// <summary>What a month does with a cause.</summary>
internal enum Planting
{
    /// <summary>The cause is not there.</summary>
    Absent,

    /// <summary>It is there.</summary>
    Planted,

    /// <summary>It was there, and what was recommended is done.</summary>
    Applied,
}

/// <summary>A simulated month: one workload for each detector, in a tenant or pool of its own, that has its cause or does the same work without it. The same seed gives the same month.</summary>
internal sealed class SimulatedMonth
{
    public const int Days = 35;

    private const string Kind = "gpu";
    private const double Unit = 2;
    private const double InputPrice = 2e-5;
    private const double OutputPrice = 8e-5;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly Instant From = Instant.From(new DateTimeOffset(2026, 10, 5, 0, 0, 0, TimeSpan.Zero));

    private readonly Random _chance;
    private readonly Planting _planting;
    private readonly IReadOnlyDictionary<string, double> _to;
    private readonly List<CallPast> _calls = [];
    private readonly List<SpendCell> _spend = [];
    private readonly List<PoolPast> _pools = [];
    private readonly List<QuotaPast> _quotas = [];
    private int _prompts;

    private SimulatedMonth(Planting planting, int seed, IReadOnlyDictionary<string, double> to) => (_planting, _chance, _to) = (planting, new Random(seed), to);

    /// <summary>The causes of a month with all of them, a detector each.</summary>
    public static IReadOnlyList<string> Causes { get; } =
    [
        "underutilised-pool:idle:gpu", "underutilised-quota:t2:gpu", "cheaper-model:t3/u/w:large", "cheaper-pool:dear:gpu", "reserve:steady:gpu", "movable-peaks:nightly:gpu",
        "repeated:t7/u/w:m", "small-calls:t8/u/w:m", "growing-prompts:t9/u/w:m", "loop:t10/u/w", "anomaly:tenant:t11",
    ];

    /// <summary>A month.</summary>
    /// <param name="planting">With the causes, without them, or as it is once what was recommended is done.</param>
    /// <param name="seed">By which chance.</param>
    /// <param name="to">To what capacities and limits were set, by cause, where it is done.</param>
    public static SavingsPast Of(Planting planting, int seed, IReadOnlyDictionary<string, double>? to = null) => new SimulatedMonth(planting, seed, to ?? new Dictionary<string, double>()).Build();

    private SavingsPast Build()
    {
        IdlePool();
        IdleQuota();
        CheaperModel();
        CheaperPool();
        Purchase();
        Peaks();
        Repeats();
        SmallCalls();
        Growing();
        Loops();
        Anomaly();
        CallPast[] calls = [.. _calls.OrderBy(c => c.At)];
        return new SavingsPast(From, From + TimeSpan.FromDays(Days))
        {
            Calls = calls,
            Spend = [.. _spend, .. calls.GroupBy(c => (Hour: new Instant(c.At.Milliseconds / 3_600_000 * 3_600_000), c.Owner, c.Model)).Select(g => new SpendCell(g.Key.Hour, g.Key.Owner, "tokens.input", null, g.Key.Model, g.Sum(c => c.Input + c.Output), g.Sum(c => c.Cost)))],
            Pools = _pools,
            Quotas = _quotas,
            BatchShares = new Dictionary<string, double> { ["m"] = 0.5 },
        };
    }

    private bool IsPlanted => _planting == Planting.Planted;

    private bool IsAbsent => _planting == Planting.Absent;

    private void IdlePool()
    {
        double capacity = _planting == Planting.Applied ? _to["underutilised-pool:idle:gpu"] : 20;
        Pool("idle", capacity, Unit, PurchaseOption.OnDemand, "a", _ => IsAbsent ? Between(15, 18) : Between(4, 8));
    }

    private void IdleQuota()
    {
        double limit = _planting == Planting.Applied ? _to["underutilised-quota:t2:gpu"] : 10;
        UsePoint[] points = [.. Hours().Select(at => new UsePoint(at, IsAbsent ? Between(8, 9) : Between(2, 3), limit))];
        _quotas.Add(new QuotaPast(OwnerPath.Parse("t2"), Kind, limit, points) { Peak = points.Max(p => p.Used), UnitHour = Unit });
    }

    private void CheaperModel()
    {
        for (int day = 0; day < Days; day++)
        {
            for (int i = 0; i < Daily(day, 60); i++)
            {
                Call(day, "t3/u/w", _planting == Planting.Applied ? "small" : "large", IsAbsent ? Between(4_000, 6_000) : Between(600, 900), Between(100, 200), _planting == Planting.Applied ? 0.1 : 1, succeeds: true);
                Call(day, "t3/u/v", "small", Between(500, 1_000), Between(100, 250), 0.1, succeeds: true);
            }
        }
    }

    private void CheaperPool()
    {
        bool moved = _planting == Planting.Applied;
        Pool("dear", 8, 4, PurchaseOption.OnDemand, "d", _ => moved ? 0 : Between(6.4, 7.4));
        Pool("cheap", 9.5, 2.5, PurchaseOption.OnDemand, "d", _ => IsAbsent ? Between(9, 9.4) : Between(1, 2) + (moved ? 6.9 : 0));
    }

    private void Purchase()
    {
        // Of what is held at least five all the time: five are committed to.
        bool committed = _planting == Planting.Applied;
        Pool("steady", 9, 4, PurchaseOption.OnDemand, "r", hour => IsAbsent ? (hour % 24 < 7 ? 8 : 0.4) : Between(5.1, 7) - (committed ? 5 : 0));
        Pool("committed", committed ? 9 : 4, 2.4, PurchaseOption.Reserved, "r", _ => committed ? 9 : 4);
    }

    private void Peaks()
    {
        double capacity = _planting == Planting.Applied ? _to["movable-peaks:nightly:gpu"] : 20;
        Pool("nightly", capacity, Unit, PurchaseOption.OnDemand, "n", hour => IsAbsent ? Between(15, 17) : hour % 24 < 4 ? 18 : 4, preemptible: 0.6);
    }

    private void Repeats()
    {
        for (int day = 0; day < Days; day++)
        {
            for (int i = 0; i < Daily(day, 50); i++)
            {
                string prompt = Prompt();
                Call(day, "t7/u/w", "m", 800, 200, prompt: prompt, hour: 8);
                if (IsPlanted && i % 2 == 0)
                {
                    Call(day, "t7/u/w", "m", 800, 200, prompt: prompt, hour: 10);
                }
            }
        }
    }

    private void SmallCalls()
    {
        for (int day = 0; day < Days; day++)
        {
            for (int burst = 0; burst < 10; burst++)
            {
                for (int i = 0; i < 30; i++)
                {
                    // Thirty within a minute, or one every two minutes.
                    Instant at = At(day, 8 + burst) + (IsAbsent ? TimeSpan.FromMinutes(2 * i) : TimeSpan.FromSeconds(i));
                    bool together = _planting == Planting.Applied;
                    double share = together ? 0.5 : 1;
                    (double input, double output) = (Between(80, 120), Between(20, 40));
                    _calls.Add(new CallPast(at, OwnerPath.Parse("t8/u/w"), "m", input, output)
                    {
                        InputCost = input * InputPrice * share, OutputCost = output * OutputPrice * share, Fee = together ? 0.01 * 2 / 30 : 0.01, Lane = together ? "batch" : null,
                    });
                }
            }
        }
    }

    private void Growing()
    {
        for (int day = 0; day < Days; day++)
        {
            for (int run = 0; run < Daily(day, 6); run++)
            {
                string name = $"g{day}-{run}";
                for (int i = 0; i < 12; i++)
                {
                    double grown = 500 * (1 + (i * 0.5));
                    Call(day, "t9/u/w", "m", IsAbsent ? 1_500 : _planting == Planting.Applied ? Math.Min(grown, 1_500) : grown, 100, run: name, hour: 9, minute: (run * 13) + i);
                }
            }
        }
    }

    private void Loops()
    {
        for (int day = 0; day < Days; day++)
        {
            for (int run = 0; run < Daily(day, 6); run++)
            {
                int calls = run == 0 && day % 2 == 0 && !IsAbsent ? _planting == Planting.Applied ? 6 : 200 : _chance.Next(4, 7);
                for (int i = 0; i < calls; i++)
                {
                    Call(day, "t10/u/w", "m", 700, 150, run: $"l{day}-{run}", hour: 11, minute: run);
                }
            }
        }
    }

    private void Anomaly()
    {
        for (int day = 0; day < Days; day++)
        {
            int calls = (int)(40 * Between(0.9, 1.1)) * (IsPlanted && day >= Days - 3 ? 3 : 1);
            for (int i = 0; i < calls; i++)
            {
                Call(day, "t11/u/w", "m", 900, 150, hour: 13);
            }
        }
    }

    private void Pool(string name, double capacity, double price, PurchaseOption purchase, string flavour, Func<int, double> used, double? preemptible = null)
    {
        UsePoint[] points = [.. Hours().Select((at, hour) => new UsePoint(at, used(hour), capacity))];
        _pools.Add(new PoolPast(name, Kind, purchase, flavour, price, points) { PreemptibleShare = preemptible });
        _spend.AddRange(points.Select(p => new SpendCell(p.At, OwnerPath.Parse($"pools/{name}"), Kind, name, null, p.Used, p.Used * price)));
    }

    private void Call(int day, string owner, string model, double input, double output, double price = 1, bool? succeeds = null, string? prompt = null, string? run = null, int hour = 12, int minute = 0) =>
        _calls.Add(new CallPast(At(day, hour) + TimeSpan.FromMinutes(minute) + TimeSpan.FromMilliseconds(_chance.Next(60_000)), OwnerPath.Parse(owner), model, input, output)
        {
            InputCost = input * InputPrice * price, OutputCost = output * OutputPrice * price, Prompt = prompt ?? Prompt(), Run = run, Succeeded = succeeds is null ? null : _chance.NextDouble() < 0.95,
        });

    private string Prompt() => $"p{_prompts++}";

    private double Between(double low, double high) => low + (_chance.NextDouble() * (high - low));

    // Weekends are quieter, and no day is like another.
    private int Daily(int day, int usual) => (int)Math.Round(usual * (day % 7 >= 5 ? 0.6 : 1) * Between(0.9, 1.1));

    private static Instant At(int day, int hour) => From + TimeSpan.FromDays(day) + (Hour * hour);

    private static IEnumerable<Instant> Hours() => Enumerable.Range(0, Days * 24).Select(h => From + (Hour * h));
}
