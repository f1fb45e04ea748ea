using Nexus.Engine.Resources;

namespace Nexus.Engine.Costs.Budgets;

/// <summary>What happened to a budget in one of its periods; of a rolling one in a slot of it.</summary>
internal sealed class BudgetTerm(long start, long end, Money amount)
{
    private BudgetTermState? _state;

    /// <summary>Its first moment, in milliseconds of engine time.</summary>
    public long Start { get; } = start;

    /// <summary>The first moment after it.</summary>
    public long End { get; } = end;

    /// <summary>The amount that the budget had in it, without what was carried over and raised.</summary>
    public Money Amount
    {
        get;
        set => (field, _state) = (value, null);
    } = amount;

    /// <summary>What the ledger has.</summary>
    public Money Spent
    {
        get;
        set => (field, _state) = (value, null);
    }

    /// <summary>What grants and bookings are expected to cost.</summary>
    public Money Reserved
    {
        get;
        set => (field, _state) = (value, null);
    }

    /// <summary>How many requests and extensions it refused.</summary>
    public long Refused
    {
        get;
        set => (field, _state) = (value, null);
    }

    /// <summary>The thresholds that were reached, each told once.</summary>
    public SortedSet<(int AtMillionths, BudgetAction Action)> Reached { get; } = [];

    /// <summary>Takes an estimate, or gives it back.</summary>
    public void Reserve(Money amount, bool back)
    {
        Reserved = back ? Reserved - amount : Reserved + amount;
        if (Reserved < Money.Zero)
        {
            throw new InvalidOperationException("a budget would have a negative amount reserved");
        }
    }

    /// <summary>As it is, for readers; made once for all who read it until it changes.</summary>
    public BudgetTermState ToState() => _state is not null && _state.Reached.Count == Reached.Count ? _state
        : _state = new(new Instant(Start), new Instant(End), Amount, Spent, Reserved, Refused) { Reached = [.. Reached] };
}

/// <summary>A budget in one of its periods, as it stands.</summary>
/// <param name="Start">The first moment of the period.</param>
/// <param name="End">The first after it.</param>
/// <param name="Amount">The amount that the budget had in it, without what was carried over and raised.</param>
/// <param name="Spent">What the ledger has.</param>
/// <param name="Reserved">What grants and bookings are expected to cost.</param>
/// <param name="Refused">How many requests and extensions it refused.</param>
public sealed record BudgetTermState(Instant Start, Instant End, Money Amount, Money Spent, Money Reserved, long Refused)
{
    /// <summary>The thresholds that were reached.</summary>
    public IReadOnlyList<(int AtMillionths, BudgetAction Action)> Reached { get; init; } = [];
}

/// <summary>When a budget that paces lets the next one pass.</summary>
/// <param name="NextAt">Not before.</param>
/// <param name="AdmittedAt">When the last one passed.</param>
/// <param name="Tenant">The tenant of the last one.</param>
/// <param name="Request">Its request.</param>
/// <param name="Remaining">What was left before it.</param>
/// <param name="TimeLeft">For how long, in milliseconds.</param>
public sealed record BudgetPace(Instant NextAt, Instant AdmittedAt, string Tenant, string Request, Money Remaining, long TimeLeft)
{
    // Where it would come only after the period's end, the new period lets it pass.
    internal Instant After(Money cost)
    {
        Int128 wait = ((cost.Picos * TimeLeft) + Remaining.Picos - 1) / Remaining.Picos;
        return new Instant(AdmittedAt.Milliseconds + (long)Int128.Clamp(wait, 0, TimeLeft));
    }
}

/// <summary>A budget as it stands.</summary>
/// <param name="Definition">What is set.</param>
/// <param name="Version">The number of the event that last changed what is set.</param>
/// <param name="Since">Since when it exists.</param>
public sealed record BudgetState(BudgetDefinition Definition, long Version, Instant Since)
{
    /// <summary>The periods that it knows, the oldest first; of a rolling one its slots.</summary>
    public IReadOnlyList<BudgetTermState> Terms { get; init; } = [];

    /// <summary>What it has in addition for a time, the oldest first.</summary>
    public IReadOnlyList<BudgetRaise> Raises { get; init; } = [];

    /// <summary>Until when it stops and paces nobody; null where it does.</summary>
    public BudgetPause? Pause { get; init; }

    /// <summary>When it lets the next one pass; null where it never paced.</summary>
    public BudgetPace? Pace { get; init; }

    /// <summary>The thresholds that a rolling one has reached and not come down from.</summary>
    public IReadOnlyList<(int AtMillionths, BudgetAction Action)> Reached { get; init; } = [];

    /// <summary>How it stands at a moment.</summary>
    public BudgetFigures At(Instant now) => BudgetNode.Of(this).FiguresAt(now.Milliseconds);
}

/// <summary>How a budget stands at a moment.</summary>
/// <param name="Start">The first moment of the period; of a rolling one what counts began then.</param>
/// <param name="End">The first after it; of a rolling one the moment itself.</param>
/// <param name="Amount">What there is to spend: with what was carried over and raised.</param>
/// <param name="Spent">What the ledger has.</param>
/// <param name="Reserved">What grants and bookings are expected to cost.</param>
/// <param name="State">What it does to whoever asks.</param>
/// <param name="NextAt">When a throttle lets the next one pass; null where it lets one pass now.</param>
public sealed record BudgetFigures(Instant Start, Instant End, Money Amount, Money Spent, Money Reserved, BudgetCondition State, Instant? NextAt)
{
    /// <summary>What is neither spent nor reserved; negative where more was spent than there was.</summary>
    public Money Remaining => Amount - Spent - Reserved;

    /// <summary>How many requests and extensions it refused in this period.</summary>
    public long Refused { get; init; }

    /// <summary>What was carried over from the period before.</summary>
    public Money Carried { get; init; }

    /// <summary>What it was raised by.</summary>
    public Money Raised { get; init; }
}

/// <summary>What a budget does to whoever asks.</summary>
public enum BudgetCondition
{
    /// <summary>It lets pass what fits.</summary>
    Open = 0,

    /// <summary>A threshold of an alert was reached.</summary>
    Alerting = 1,

    /// <summary>It paces.</summary>
    Throttled = 2,

    /// <summary>Nothing that costs anything passes.</summary>
    Halted = 3,

    /// <summary>It stops and paces nobody for a time.</summary>
    Paused = 4,
}
