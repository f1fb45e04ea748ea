using Nexus.Engine.Resources;

namespace Nexus.Engine.Quotas;

/// <summary>One rule where it stands: what it allows, what is used under it, and what happened to it.</summary>
internal sealed class QuotaNode
{
    private readonly QuotaWindows _windows;
    private readonly QuotaCell[] _cells;
    private QuotaPoint?[]? _points;

    public QuotaNode(OwnerPath owner, QuotaRule rule, QuotaCalendar calendar, QuotaCell[] cells, int place)
    {
        (Owner, Rule, _cells, Place) = (owner, rule, cells, place);
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

    /// <summary>Where its figures stand among those of the tree.</summary>
    public int Place { get; }

    /// <summary>The figures over all use.</summary>
    public QuotaMeter All => Of(QuotaUse.All);

    /// <summary>The figures over the use of grants that cannot be preempted.</summary>
    public QuotaMeter Firm => Of(QuotaUse.Firm);

    /// <summary>What it has for all.</summary>
    public QuotaHave Has { get; private set; }

    /// <summary>What it has for grants that cannot be preempted.</summary>
    public QuotaHave HasFirm { get; private set; }

    /// <summary>What was used in each slot, where the period passes; else null.</summary>
    public QuotaSlots? Slots { get; }

    /// <summary>The bucket of a rate; else null.</summary>
    public QuotaBucket? Bucket { get; }

    /// <summary>The most that counted at once.</summary>
    public long Peak
    {
        get => _cells[Place].Peak;
        set => _cells[Place].Peak = value;
    }

    /// <summary>How many requests and extensions it was the lowest to refuse.</summary>
    public long Rejections { get; set; }

    /// <summary>Where those wait whom it stops; empty as long as it stopped nobody.</summary>
    public IEnumerable<QuotaPoint> Points => _points?.OfType<QuotaPoint>() ?? [];

    /// <summary>True where it refuses.</summary>
    public bool IsHard => Rule.Mode == QuotaMode.Hard;

    /// <summary>The values that hold now.</summary>
    public QuotaValues Values { get; private set; }

    /// <summary>The most that its bucket holds.</summary>
    public long Burst => (Rule.Burst ?? Rule.Limit ?? Quantity.Zero).Thousandths;

    /// <summary>The figures of a computation.</summary>
    public QuotaMeter Of(QuotaUse use) => _cells[Place].Of(use, Own(use == QuotaUse.All ? Has : HasFirm));

    /// <summary>Where those wait whom it stops in that way.</summary>
    public QuotaPoint Point(QuotaTree tree, QuotaUse use, QuotaPointKind kind)
    {
        _points ??= new QuotaPoint?[4];
        return _points[((int)use * 2) + (int)kind] ??= new QuotaPoint(tree, this, use, kind);
    }

    /// <summary>Stands under another node.</summary>
    public void Stand(QuotaNode? parent, QuotaNode[] children)
    {
        (Parent, Children) = (parent, children);
        _cells[Place].Parent = parent?.Place ?? -1;
        Path = parent is null ? [this] : [this, .. parent.Path];
        _cells[Place].Top = Path[^1].Place;
    }

    /// <summary>Reads the values that hold at a moment, and works out what it has after its children did.</summary>
    /// <returns>The moment at which other values hold.</returns>
    public long Configure(long now)
    {
        Values = _windows.At(now);
        Has = QuotaHave.Of(Values, Values.Lend, Children.Select(static c => c.Has));
        HasFirm = QuotaHave.Of(Values, Rule.LendTo == QuotaLendTo.All ? Values.Lend : QuotaBound.Nothing, Children.Select(static c => c.HasFirm));
        return _windows.NextChange(now);
    }

    /// <summary>Sets what counts of its subtree, and what is charged to it after its children were set.</summary>
    public void SetUse(long all, long firm) => _cells[Place].Set(Meter(QuotaUse.All, Has, all), Meter(QuotaUse.Firm, HasFirm, firm));

    private QuotaMeter Meter(QuotaUse use, QuotaHave has, long total)
    {
        long used = total;
        foreach (QuotaNode child in Children)
        {
            QuotaMeter meter = child.Of(use);
            used += meter.Passed - meter.Total;
        }

        long borrow = Parent is null && Values.IsCohort ? 0 : Values.Borrow.Thousandths;
        long reach = !IsHard ? QuotaMath.Most : QuotaMath.Plus(Parent is null ? has.Capacity : has.Lent, borrow);
        return new QuotaMeter(Own(has), reach, used, total);
    }

    // The topmost node passes nothing up.
    private long Own(QuotaHave has) => Parent is null ? 0 : has.Own;

    /// <summary>The most that the limit and what may be borrowed ever come to; <see cref="QuotaMath.Most"/> for a cohort.</summary>
    public long MostEver() => _windows.All.Max(v => v.IsCohort ? QuotaMath.Most : QuotaMath.Plus(v.Base, v.Borrow.Thousandths));

    /// <summary>True where values change with the time.</summary>
    public bool HasWindows => _windows.Any;

    /// <summary>Puts back what was used under it.</summary>
    public void Restore(QuotaRuleUse use)
    {
        (Peak, Rejections) = (use.Peak, use.Rejections);
        foreach (QuotaSlotUse slot in use.Slots)
        {
            Slots?.Add(slot.Slot, slot.All, slot.Firm);
        }

        if (Slots is null && use.Slots.Count > 0)
        {
            _cells[Place].Set(new QuotaMeter(0, 0, 0, use.Slots[0].All), new QuotaMeter(0, 0, 0, use.Slots[0].Firm));
        }

        Bucket?.Restore(use.Level, use.Remainder, use.At.Milliseconds);
    }

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
