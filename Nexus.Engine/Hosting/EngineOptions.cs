using System.Globalization;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;

namespace Nexus.Engine.Hosting;

/// <summary>What bounds the engine and how it keeps snapshots. Section <c>Nexus:Engine</c> of <c>appsettings.json</c>.</summary>
public sealed class EngineOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Nexus:Engine";

    /// <summary>How many callers may wait to be decided; beyond, callers are told to come back. 1 – 1,000,000; 10,000 by default.</summary>
    public int ChannelCapacity { get; init; } = 10_000;

    /// <summary>How many commands are committed together at most. 1 – 100,000; 4,096 by default.</summary>
    public int BatchCapacity { get; init; } = 4_096;

    /// <summary>How many ended requests stay in memory; older ones are answered from disk. 1 – 10,000,000; 200,000 by default.</summary>
    public int EndedInMemory { get; init; } = 200_000;

    /// <summary>How many of the newest events stay in memory; older ones are read from disk. A report of use or a re-rating of many records counts as many. 100 – 1,000,000; 20,000 by default.</summary>
    public int EventsInMemory { get; init; } = 20_000;

    /// <summary>How many calls may wait for news at once (<c>?wait=</c>). 1 – 1,000,000; 50,000 by default.</summary>
    public int MaxWaiters { get; init; } = 50_000;

    /// <summary>After how many events a snapshot is taken. 1,000 – 100,000,000; 250,000 by default.</summary>
    public int SnapshotEvents { get; init; } = 250_000;

    /// <summary>After how long a snapshot is taken when anything happened. 1 minute – 1 day; 10 minutes by default.</summary>
    public TimeSpan SnapshotInterval { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a stop may take: what is queued is decided and committed, then a snapshot is kept if there is time. 1 – 60 s; 5 s by default.</summary>
    public TimeSpan StopWithin { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest jump of the clock that engine time takes by itself; a longer one waits for an operator. 1 hour – 10,000 days; 7 days by default.</summary>
    public TimeSpan LongestClockJump { get; init; } = TimeSpan.FromDays(7);

    /// <summary>The currency of all amounts of money, by its ISO 4217 code; <c>USD</c> by default. It must not change once there are prices.</summary>
    public string Currency { get; init; } = "USD";

    /// <summary>With what risk work whose size is learned passes what is reserved of it at first. 0.01 – 0.99; 0.8 by default: the greater, the less is reserved, and the sooner it extends.</summary>
    public double FirstSizeRisk { get; init; } = 0.8;

    /// <summary>With what risk it passes a step too. 0.01 – 0.99; 0.9 by default: the greater, the smaller the steps, and the more of them.</summary>
    public double StepSizeRisk { get; init; } = 0.9;

    /// <summary>How often the past of adaptive pools is replayed under each strategy. 10 s – 1 day; 10 minutes by default. It takes a twentieth of one processor, whatever the interval.</summary>
    public TimeSpan StrategyTrialInterval { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The cost functions that prices may name, by name; the program registers them.</summary>
    internal IReadOnlyDictionary<string, ICostModel> CostModels { get; set; } = new Dictionary<string, ICostModel>();

    /// <summary>What the core is bounded by.</summary>
    public EngineLimits Limits => new(EndedInMemory, StepsAtOnce: StepsAtOnce) { MetersHeld = true, Currency = Currency, CostModels = CostModels, FirstSizeRisk = Millionths(FirstSizeRisk), StepSizeRisk = Millionths(StepSizeRisk) };

    private const double LeastRisk = 0.01;
    private const double MostRisk = 0.99;

    // Some milliseconds of the engine's thread, after which what was decided is committed and shown.
    internal const long StepsAtOnce = 250;

    /// <summary>What is wrong with these values, each with the key to change; empty when nothing is.</summary>
    public IEnumerable<string> Faults()
    {
        foreach ((string key, int value, int least, int most) in ((string, int, int, int)[])
        [
            (nameof(ChannelCapacity), ChannelCapacity, 1, 1_000_000),
            (nameof(BatchCapacity), BatchCapacity, 1, 100_000),
            (nameof(EndedInMemory), EndedInMemory, 1, 10_000_000),
            (nameof(EventsInMemory), EventsInMemory, 100, 1_000_000),
            (nameof(MaxWaiters), MaxWaiters, 1, 1_000_000),
            (nameof(SnapshotEvents), SnapshotEvents, 1_000, 100_000_000),
        ])
        {
            if (value < least || value > most)
            {
                yield return $"{Section}:{key} must be between {least} and {most}, not {value}";
            }
        }

        if (Currency.Length != 3 || !Currency.All(char.IsAsciiLetterUpper))
        {
            yield return $"{Section}:{nameof(Currency)} must be the three capitals of a currency, such as USD";
        }

        foreach ((string key, double value) in ((string, double)[])[(nameof(FirstSizeRisk), FirstSizeRisk), (nameof(StepSizeRisk), StepSizeRisk)])
        {
            if (!(value >= LeastRisk && value <= MostRisk))
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"{Section}:{key} must be between {LeastRisk} and {MostRisk}, not {value}");
            }
        }

        foreach ((string key, TimeSpan value, TimeSpan least, TimeSpan most) in ((string, TimeSpan, TimeSpan, TimeSpan)[])
        [
            (nameof(SnapshotInterval), SnapshotInterval, TimeSpan.FromMinutes(1), TimeSpan.FromDays(1)),
            (nameof(StopWithin), StopWithin, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60)),
            (nameof(StrategyTrialInterval), StrategyTrialInterval, TimeSpan.FromSeconds(10), TimeSpan.FromDays(1)),
            (nameof(LongestClockJump), LongestClockJump, TimeSpan.FromHours(1), TimeSpan.FromDays(10_000)),
        ])
        {
            if (value < least || value > most)
            {
                yield return $"{Section}:{key} must be between {least:c} and {most:c}, not {value:c}";
            }
        }
    }

    private static int Millionths(double part) => (int)Math.Round(part * 1_000_000);
}
