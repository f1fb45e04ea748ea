using Nexus.Engine.Resources;

namespace Nexus.Engine.Costs.Budgets;

/// <summary>What happens when a threshold of a budget is reached.</summary>
public enum BudgetAction
{
    /// <summary>An event tells of it. It counts what is spent.</summary>
    Alert = 0,

    /// <summary>Admissions are spread over the time that is left. It counts what is spent and reserved.</summary>
    Throttle = 1,

    /// <summary>Nothing is admitted that would pass it. It counts what is spent and reserved.</summary>
    Halt = 2,
}

/// <summary>A part of a budget's amount at which something happens.</summary>
/// <param name="AtMillionths">The part, in millionths of the amount: 1 – 10,000,000 (ten times the amount).</param>
/// <param name="Action">What happens.</param>
public sealed record BudgetThreshold(int AtMillionths, BudgetAction Action)
{
    /// <summary>The amount itself.</summary>
    public const int Whole = 1_000_000;

    /// <summary>The most that a threshold may be, in millionths.</summary>
    public const int Most = 10 * Whole;

    /// <summary>The names of the channels to tell when it is reached, beside those that the rules of alerts name. They are kept here; whoever delivers alerts reads them.</summary>
    public IReadOnlyList<string> Notify { get; init; } = [];

    /// <summary>How much of an amount it is, rounded down.</summary>
    public Money Of(Money amount) => new(amount.Picos * AtMillionths / Whole);

    /// <inheritdoc/>
    public bool Equals(BudgetThreshold? other) => other is not null && AtMillionths == other.AtMillionths && Action == other.Action && Notify.SequenceEqual(other.Notify, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(AtMillionths, Action, Notify.Count);
}

/// <summary>What counts against a budget. Everything that is stated must be so; nothing stated is everything.</summary>
/// <param name="Owner">Whose costs; the root: everybody's.</param>
public sealed record BudgetScope(OwnerPath Owner)
{
    /// <summary>The labels that costs carry, each with this value.</summary>
    public Labels Labels { get; init; } = Labels.None;

    /// <summary>The kinds whose costs count, parts of them included, by name; none: all.</summary>
    public IReadOnlyList<string> Resources { get; init; } = [];

    /// <summary>True where costs of an owner with some labels are within it, as far as their kind is.</summary>
    public bool Covers(OwnerPath owner, Labels labels)
    {
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentNullException.ThrowIfNull(labels);
        if (!owner.IsWithin(Owner))
        {
            return false;
        }

        foreach ((string name, string value) in Labels)
        {
            if (labels[name] != value)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True where costs of a kind are within it.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="wholeOf">The kind of which a kind is a part, or null.</param>
    public bool Counts(string resource, Func<string, string?> wholeOf)
    {
        ArgumentNullException.ThrowIfNull(wholeOf);
        if (Resources.Count == 0)
        {
            return true;
        }

        for (string? kind = resource; kind is not null; kind = wholeOf(kind))
        {
            for (int i = 0; i < Resources.Count; i++)
            {
                if (Resources[i] == kind)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>What of an estimate counts between two moments.</summary>
    /// <param name="estimate">The estimate.</param>
    /// <param name="wholeOf">The kind of which a kind is a part, or null.</param>
    /// <param name="start">The first moment.</param>
    /// <param name="end">The first after it.</param>
    /// <param name="whole">True where a part counts whole by its beginning, as it does in a rolling budget.</param>
    internal Money CostOf(CostEstimate estimate, Func<string, string?> wholeOf, long start, long end, bool whole)
    {
        Money cost = default;
        foreach (EstimateLine line in estimate.AsSpan())
        {
            if (Counts(line.Resource, wholeOf))
            {
                bool within = line.From.Milliseconds >= start && line.To.Milliseconds <= end && line.From.Milliseconds < end;
                cost += within ? line.Cost
                    : !whole ? line.Between(new Instant(start), new Instant(end))
                    : line.From.Milliseconds >= start && line.From.Milliseconds < end ? line.Cost : default;
            }
        }

        return cost;
    }

    /// <inheritdoc/>
    public bool Equals(BudgetScope? other) => other is not null && Owner == other.Owner && Labels.Equals(other.Labels) && Resources.SequenceEqual(other.Resources, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Owner, Labels.Count, Resources.Count);
}

/// <summary>How much may be spent over a time, and what happens on the way.</summary>
/// <param name="Id">Its name: 1 – 200 of <c>A-Z a-z 0-9 . _ : -</c>.</param>
/// <param name="Scope">What counts.</param>
/// <param name="Amount">How much a period has, above zero and at most <see cref="MostAmount"/>.</param>
/// <param name="Period">Over what time.</param>
public sealed record BudgetDefinition(string Id, BudgetScope Scope, Money Amount, BudgetPeriod Period)
{
    /// <summary>The most that a budget can have: 10⁹ units of the currency.</summary>
    public static Money MostAmount { get; } = Money.Of(1_000_000_000);

    /// <summary>The most thresholds that one has.</summary>
    public const int MostThresholds = 20;

    /// <summary>Its thresholds, by their part of the amount, then by action.</summary>
    public IReadOnlyList<BudgetThreshold> Thresholds { get; init; } = Usual;

    /// <summary>True where what a period of the calendar did not spend of its own amount is added to the next one.</summary>
    public bool CarryOver { get; init; }

    /// <summary>What holds where no threshold is stated: an event tells when all is spent.</summary>
    public static IReadOnlyList<BudgetThreshold> Usual { get; } = [new(BudgetThreshold.Whole, BudgetAction.Alert)];

    /// <summary>The lowest threshold of an action, or null.</summary>
    public BudgetThreshold? First(BudgetAction action)
    {
        for (int i = 0; i < Thresholds.Count; i++)
        {
            if (Thresholds[i].Action == action)
            {
                return Thresholds[i];
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public bool Equals(BudgetDefinition? other) => other is not null && Id == other.Id && Scope == other.Scope && Amount == other.Amount && Period == other.Period
        && CarryOver == other.CarryOver && Thresholds.SequenceEqual(other.Thresholds);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, Amount, Period);
}

/// <summary>An amount that a budget has in addition for a time.</summary>
/// <param name="Amount">How much, above zero.</param>
/// <param name="From">Since when.</param>
/// <param name="Until">Until when; it counts in no period that begins later.</param>
/// <param name="Reason">Why, for the audit.</param>
public sealed record BudgetRaise(Money Amount, Instant From, Instant Until, string Reason);

/// <summary>A time over which a budget stops and paces nobody; it counts on.</summary>
/// <param name="Until">Until when.</param>
/// <param name="Reason">Why, for the audit.</param>
public sealed record BudgetPause(Instant Until, string Reason);
