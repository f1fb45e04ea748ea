using Nexus.Engine.Charges;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Quotas;

/// <summary>One rule where it stands: what it allows, what is used under it, and what happened to it.</summary>
internal sealed class QuotaNode
{
    private readonly QuotaWindows _windows;

    public QuotaNode(OwnerPath owner, QuotaRule rule, QuotaCalendar calendar)
    {
        (Owner, Rule) = (owner, rule);
        _windows = new QuotaWindows(rule);
        Slots = calendar.Passes ? new QuotaSlots(calendar.Counting) : null;
        Bucket = rule.Period.Kind == QuotaPeriodKind.Rate ? new QuotaBucket() : null;
    }

    /// <summary>The owner path where the rule stands.</summary>
    public OwnerPath Owner { get; }

    /// <summary>The rule.</summary>
    public QuotaRule Rule { get; }

    /// <summary>The nearest node above with a rule; null at the top.</summary>
    public QuotaNode? Parent { get; private set; }

    /// <summary>The nodes whose parent it is, by path.</summary>
    public QuotaNode[] Children { get; private set; } = [];

    /// <summary>Itself and those above, itself first.</summary>
    public QuotaNode[] Path { get; private set; } = [];

    /// <summary>The computation over all use.</summary>
    public QuotaMeter All { get; } = new();

    /// <summary>The computation over the use of grants that cannot be preempted.</summary>
    public QuotaMeter Firm { get; } = new();

    /// <summary>What was used in each slot, where the period passes; else null.</summary>
    public QuotaSlots? Slots { get; }

    /// <summary>The bucket of a rate; else null.</summary>
    public QuotaBucket? Bucket { get; }

    /// <summary>The most that counted at once.</summary>
    public long Peak { get; set; }

    /// <summary>How many requests and extensions it was the lowest to refuse.</summary>
    public long Rejections { get; set; }

    /// <summary>True where it refuses.</summary>
    public bool IsHard => Rule.Mode == QuotaMode.Hard;

    /// <summary>The values that hold now.</summary>
    public QuotaValues Values { get; private set; }

    /// <summary>The most that its bucket holds.</summary>
    public long Burst => (Rule.Burst ?? Rule.Limit ?? Quantity.Zero).Thousandths;

    /// <summary>The same computation, by whether a grant can be preempted.</summary>
    public QuotaMeter Of(QuotaUse use) => use == QuotaUse.All ? All : Firm;

    /// <summary>Stands under another node.</summary>
    public void Place(QuotaNode? parent, QuotaNode[] children)
    {
        (Parent, Children) = (parent, children);
        Path = parent is null ? [this] : [this, .. parent.Path];
    }

    /// <summary>Reads the values that hold at a moment, and works out what it has after its children did.</summary>
    /// <returns>The moment at which other values hold.</returns>
    public long Configure(long now)
    {
        Values = _windows.At(now);
        QuotaPlace place = Parent is null ? QuotaPlace.Topmost : QuotaPlace.Below;
        All.Configure(Values, Values.Lend, Array.ConvertAll(Children, static c => c.All), place, IsHard);
        Firm.Configure(Values, Rule.LendTo == QuotaLendTo.All ? Values.Lend : QuotaBound.Nothing, Array.ConvertAll(Children, static c => c.Firm), place, IsHard);
        return _windows.NextChange(now);
    }

    /// <summary>The most that the limit and what may be borrowed ever come to; <see cref="QuotaMath.Most"/> for a cohort.</summary>
    public long MostEver() => _windows.All.Max(v => v.IsCohort ? QuotaMath.Most : QuotaMath.Plus(v.Base, v.Borrow.Thousandths));

    /// <summary>True where values change with the time.</summary>
    public bool HasWindows => _windows.Any;

    /// <summary>Takes over what another node of the same owner and tree had come to.</summary>
    public void TakeOver(QuotaNode before, long now)
    {
        (Peak, Rejections) = (before.Peak, before.Rejections);
        if (Slots is not null)
        {
            foreach ((long slot, long all, long firm) in before.Slots!.Kept)
            {
                Slots.Add(slot, all, firm);
            }
        }

        Bucket?.TakeOver(before.Bucket!, before, this, now);
    }
}

/// <summary>Whose use a computation is over.</summary>
internal enum QuotaUse
{
    /// <summary>All grants'.</summary>
    All,

    /// <summary>That of grants which cannot be preempted.</summary>
    Firm,
}

/// <summary>The bucket of a rate rule, full at first. It owes at most one burst.</summary>
internal sealed class QuotaBucket
{
    private long _remainder;

    /// <summary>What it held at <see cref="At"/>, in thousandths, negative where it owes.</summary>
    public long Level { get; private set; }

    /// <summary>The moment of <see cref="Level"/>.</summary>
    public long At { get; private set; }

    /// <summary>What had flowed in beyond whole thousandths.</summary>
    public long Remainder => _remainder;

    /// <summary>Full.</summary>
    public void Fill(QuotaNode node, long now) => (Level, _remainder, At) = (node.Burst, 0, now);

    /// <summary>What a snapshot kept.</summary>
    public void Restore(long level, long remainder, long at) => (Level, _remainder, At) = (level, remainder, at);

    /// <summary>What it holds at a moment.</summary>
    public long LevelAt(QuotaNode node, long now) => Charges.Bucket.LevelAt(Level, _remainder, At, node.Burst, Flow(node), Per(node), now);

    /// <summary>The first moment at which it holds an amount, or null when it never will.</summary>
    public long? TimeOf(QuotaNode node, long amount) => Charges.Bucket.TimeOf(amount, Level, _remainder, At, node.Burst, Flow(node), Per(node));

    /// <summary>Takes an amount, or gives it back where it is negative.</summary>
    public void Take(QuotaNode node, long amount, long now)
    {
        if (now > At)
        {
            Level = Charges.Bucket.Refill(ref _remainder, Level, At, node.Burst, Flow(node), Per(node), now);
            At = now;
        }

        Level = Math.Clamp(Level - amount, -node.Burst, node.Burst);
    }

    /// <summary>Keeps its level under another rule, as far as that allows.</summary>
    public void TakeOver(QuotaBucket before, QuotaNode was, QuotaNode becomes, long now)
    {
        before.Take(was, 0, now);
        (Level, _remainder, At) = (Math.Clamp(before.Level, -becomes.Burst, becomes.Burst), 0, before.At);
    }

    private static long Flow(QuotaNode node) => node.Rule.Limit!.Value.Thousandths;

    private static long Per(QuotaNode node) => (long)node.Rule.Period.Length.TotalMilliseconds;
}
