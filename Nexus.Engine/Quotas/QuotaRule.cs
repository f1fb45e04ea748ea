using Nexus.Engine.Resources;

namespace Nexus.Engine.Quotas;

/// <summary>What a rule does when it is reached.</summary>
public enum QuotaMode
{
    /// <summary>It refuses.</summary>
    Hard = 0,

    /// <summary>It counts and shows, and never refuses.</summary>
    Soft = 1,
}

/// <summary>Whose grants an owner may take back to come to what is its own.</summary>
public enum QuotaReclaim
{
    /// <summary>Those of any class.</summary>
    Any = 0,

    /// <summary>Those of a lower class than what wants it back.</summary>
    LowerPriority = 1,

    /// <summary>Nobody's: it waits until they end.</summary>
    Never = 2,
}

/// <summary>Who may use what a node lends.</summary>
public enum QuotaLendTo
{
    /// <summary>Only preemptible grants, so that it can be taken back.</summary>
    Preemptible = 0,

    /// <summary>All grants.</summary>
    All = 1,
}

/// <summary>What becomes of a proposed change of a limit.</summary>
public enum QuotaAdjustMode
{
    /// <summary>It is offered to the operator.</summary>
    Offer = 0,

    /// <summary>It is applied.</summary>
    Apply = 1,
}

/// <summary>The bounds within which a limit may be adjusted to what is used.</summary>
/// <param name="Mode">Whether changes are offered or applied.</param>
/// <param name="Min">The lowest limit.</param>
/// <param name="Max">The highest limit; not below <paramref name="Min"/>.</param>
public sealed record QuotaAdjustment(QuotaAdjustMode Mode, Quantity Min, Quantity Max);

/// <summary>What a node of the owner path may use of one kind; several rules for one kind differ in their period, and all must pass.</summary>
/// <remarks>
/// <para>A rule with <see cref="Limit"/> caps the node's whole subtree; limits of children may add up to more. A rule with <see cref="Extra"/> makes the node a cohort (Kueue):
/// it has what its children lend, and so much more. A node without a rule constrains nothing and is passed over.</para>
/// <para>A <c>rate:</c> period has neither borrowing nor lending: each such rule on the path is a bucket of its own, and must hold the whole amount.</para>
/// <para>Amounts are units of the kind; with a period of a Held kind unit-hours, of a Measured kind seconds.</para>
/// </remarks>
/// <param name="Resource">The kind.</param>
public sealed record QuotaRule(string Resource)
{
    /// <summary>The most windows that a rule has.</summary>
    public const int MostWindows = 16;

    /// <summary>What the subtree may use; null for a cohort.</summary>
    public Quantity? Limit { get; init; }

    /// <summary>What a cohort has beyond what its children lend, 0 included; null for a rule with a limit.</summary>
    public Quantity? Extra { get; init; }

    /// <summary>How far above its limit it may go where others lend. Nothing by default.</summary>
    public QuotaBound Borrow { get; init; }

    /// <summary>How much of what it has others may use. All by default; the rest is guaranteed to it.</summary>
    public QuotaBound Lend { get; init; } = QuotaBound.Unbounded;

    /// <summary>Over which time use adds up. None by default: what is held at the moment.</summary>
    public QuotaPeriod Period { get; init; } = QuotaPeriod.None;

    /// <summary>The IANA time zone in which the windows' hours are read.</summary>
    public string TimeZone { get; init; } = QuotaPeriod.Utc;

    /// <summary>The most that a rate's bucket holds; null: the limit.</summary>
    public Quantity? Burst { get; init; }

    /// <summary>Other values at certain hours or dates.</summary>
    public IReadOnlyList<QuotaWindow> Windows { get; init; } = [];

    /// <summary>Whether it refuses or only counts.</summary>
    public QuotaMode Mode { get; init; }

    /// <summary>Whose grants the node takes back to come to what is its own.</summary>
    public QuotaReclaim Reclaim { get; init; }

    /// <summary>Who may use what it lends.</summary>
    public QuotaLendTo LendTo { get; init; }

    /// <summary>The bounds of automatic adjustment; null: none.</summary>
    public QuotaAdjustment? Adjust { get; init; }

    /// <summary>When grants above a lowered limit are ended; null: never for that reason.</summary>
    public Instant? EnforceAt { get; init; }

    /// <summary>The values outside every window.</summary>
    internal QuotaValues Usual => new(Limit, Extra, Borrow, Lend);

    /// <inheritdoc/>
    public bool Equals(QuotaRule? other) =>
        other is not null && Resource == other.Resource && Usual == other.Usual && Period == other.Period && TimeZone == other.TimeZone && Burst == other.Burst
        && Windows.SequenceEqual(other.Windows) && (Mode, Reclaim, LendTo) == (other.Mode, other.Reclaim, other.LendTo) && Adjust == other.Adjust && EnforceAt == other.EnforceAt;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Resource, Usual, Period, Windows.Count);
}

/// <summary>What holds at a moment.</summary>
internal readonly record struct QuotaValues(Quantity? Limit, Quantity? Extra, QuotaBound Borrow, QuotaBound Lend)
{
    /// <summary>True where the node has what its children lend.</summary>
    public bool IsCohort => Limit is null;

    /// <summary>The limit, or what a cohort has beyond what its children lend.</summary>
    public long Base => (Limit ?? Extra ?? Quantity.Zero).Thousandths;
}

/// <summary>What an operator set for a node of the owner path.</summary>
/// <param name="Owner">The node; the root is the system.</param>
/// <param name="Weight">Its fair share among its siblings, in thousandths; 1,000 is one share, 0 only what nobody else wants.</param>
/// <param name="Rules">Its rules, each pair of kind and period once.</param>
public sealed record QuotaDefinition(OwnerPath Owner, int Weight, IReadOnlyList<QuotaRule> Rules)
{
    /// <summary>One share.</summary>
    public const int OneShare = 1_000;

    /// <summary>The highest weight.</summary>
    public const int MostWeight = 1_000_000_000;

    /// <summary>The most rules that a node has.</summary>
    public const int MostRules = 64;

    /// <summary>Its rule of a kind and period, or null.</summary>
    internal QuotaRule? Of(QuotaTreeKey tree) => Rules.FirstOrDefault(r => r.Resource == tree.Resource && r.Period == tree.Period);

    /// <inheritdoc/>
    public bool Equals(QuotaDefinition? other) => other is not null && Owner == other.Owner && Weight == other.Weight && Rules.SequenceEqual(other.Rules);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Owner, Weight, Rules.Count);
}

/// <summary>What nodes must have in common to lend to each other: kind, period and, where the period is of the calendar, its zone.</summary>
/// <param name="Resource">The kind.</param>
/// <param name="Period">The period.</param>
internal readonly record struct QuotaTreeKey(string Resource, QuotaPeriod Period)
{
    /// <summary>By kind, then by period.</summary>
    public static IComparer<QuotaTreeKey> Order { get; } = Comparer<QuotaTreeKey>.Create(static (a, b) =>
        string.CompareOrdinal(a.Resource, b.Resource) is var order and not 0 ? order : QuotaPeriod.Compare(a.Period, b.Period));
}
