using Nexus.Engine.Costs;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Optimization;

/// <summary>What was spent in an hour by lines that agree in all dimensions.</summary>
/// <param name="Hour">When the hour begins.</param>
/// <param name="Owner">Whose they are.</param>
/// <param name="Resource">The kind.</param>
/// <param name="Pool">Where it came from.</param>
/// <param name="Model">Which model used it.</param>
/// <param name="Consumed">How much, in the kind's unit; of what was held in unit-hours.</param>
/// <param name="Cost">What it cost.</param>
public sealed record SpendCell(Instant Hour, OwnerPath Owner, string Resource, string? Pool, string? Model, double Consumed, double Cost);

/// <summary>What was used of a kind at a moment.</summary>
/// <param name="At">When.</param>
/// <param name="Used">How much.</param>
/// <param name="Capacity">Of how much.</param>
public readonly record struct UsePoint(Instant At, double Used, double Capacity);

/// <summary>A Held kind of a pool as it was used.</summary>
/// <param name="Pool">The pool.</param>
/// <param name="Resource">The kind.</param>
/// <param name="Purchase">How the pool is bought.</param>
/// <param name="Flavour">What tells its units apart from others of the kind: only pools of one flavour can stand for each other.</param>
/// <param name="UnitHour">What a unit costs for an hour, in the currency's unit; null: it has no such price.</param>
/// <param name="Points">What was used, at equal distances, oldest first.</param>
public sealed record PoolPast(string Pool, string Resource, PurchaseOption Purchase, string Flavour, double? UnitHour, IReadOnlyList<UsePoint> Points)
{
    /// <summary>The share of what was used that could be ended and come back later; null: not known.</summary>
    public double? PreemptibleShare { get; init; }

    /// <summary>What there is now.</summary>
    public double Capacity => Points.Count == 0 ? 0 : Points[^1].Capacity;

    /// <summary>How many days the points cover.</summary>
    public double Days => Points.Count < 2 ? 0 : (Points[^1].At - Points[0].At).TotalDays;
}

/// <summary>A limit of a Held kind as it was used.</summary>
/// <param name="Owner">The node.</param>
/// <param name="Resource">The kind.</param>
/// <param name="Limit">The limit.</param>
/// <param name="Points">What its subtree used in each hour, oldest first.</param>
public sealed record QuotaPast(OwnerPath Owner, string Resource, double Limit, IReadOnlyList<UsePoint> Points)
{
    /// <summary>The most that counted at once.</summary>
    public double Peak { get; init; }

    /// <summary>How many requests it refused.</summary>
    public long Rejections { get; init; }

    /// <summary>What a unit costs for an hour where it is cheapest; null: nothing has such a price.</summary>
    public double? UnitHour { get; init; }

    /// <summary>The share of what is not used that others cannot have: 1 where it keeps all of it from firm work, 0 where everybody may use it.</summary>
    public double SetAside { get; init; } = 1;
}

/// <summary>A call of a model.</summary>
/// <param name="At">When.</param>
/// <param name="Owner">Whose it was.</param>
/// <param name="Model">The model.</param>
/// <param name="Input">Tokens sent, cached ones included.</param>
/// <param name="Output">Tokens that came back.</param>
public sealed record CallPast(Instant At, OwnerPath Owner, string Model, double Input, double Output)
{
    /// <summary>What stands for its prompt: calls of one prompt and size are taken to be the same question; null: not told.</summary>
    public string? Prompt { get; init; }

    /// <summary>The run that it belongs to; null: not told.</summary>
    public string? Run { get; init; }

    /// <summary>The lane; null: the standard one.</summary>
    public string? Lane { get; init; }

    /// <summary>What its input cost.</summary>
    public double InputCost { get; init; }

    /// <summary>What its output cost.</summary>
    public double OutputCost { get; init; }

    /// <summary>What it cost whatever its size: a price by the call, and minimums.</summary>
    public double Fee { get; init; }

    /// <summary>Whether its client said that the work succeeded; null: it did not say.</summary>
    public bool? Succeeded { get; init; }

    /// <summary>What it cost.</summary>
    public double Cost => InputCost + OutputCost + Fee;
}

/// <summary>What detectors read: the past that is over, aggregated.</summary>
/// <param name="From">When the first day of it begins.</param>
/// <param name="To">When it ends; what is newer is not looked at.</param>
public sealed record SavingsPast(Instant From, Instant To)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>What was spent, by hours.</summary>
    public IReadOnlyList<SpendCell> Spend { get; init; } = [];

    /// <summary>What pools had and gave.</summary>
    public IReadOnlyList<PoolPast> Pools { get; init; } = [];

    /// <summary>What limits were used.</summary>
    public IReadOnlyList<QuotaPast> Quotas { get; init; } = [];

    /// <summary>Calls of models, oldest first.</summary>
    public IReadOnlyList<CallPast> Calls { get; init; } = [];

    /// <summary>Since when calls are known: of very many the newest days are looked at.</summary>
    public Instant CallsFrom { get; init; } = From;

    /// <summary>What a token costs in the batch lane of what it costs in the standard one, by model; a model without such a price is missing.</summary>
    public IReadOnlyDictionary<string, double> BatchShares { get; init; } = new Dictionary<string, double>(StringComparer.Ordinal);

    /// <summary>How many whole or begun days there are.</summary>
    public int Days => (int)Math.Ceiling((To - From).Ticks / (double)Day.Ticks);

    /// <summary>The day that a moment lies in, counted from the first.</summary>
    public int DayOf(Instant at) => (int)((at - From).Ticks / Day.Ticks);

    /// <summary>Amounts added up by days, from the first day on in which there was any, to the end; empty where there is none.</summary>
    public double[] ByDay<T>(IEnumerable<T> items, Func<T, Instant> at, Func<T, double> amount)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(at);
        ArgumentNullException.ThrowIfNull(amount);
        double[] days = new double[Days];
        int first = Days;
        foreach (T item in items)
        {
            int day = DayOf(at(item));
            if (day >= 0 && day < days.Length)
            {
                days[day] += amount(item);
                first = Math.Min(first, day);
            }
        }

        return days[first..];
    }
}
