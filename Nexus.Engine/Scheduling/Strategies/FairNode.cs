using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling.Strategies;

/// <summary>An owner in a fair tree: what its whole subtree holds, held and was served.</summary>
/// <remarks>Work that an owner submits itself, beside that of the owners below it, is a child of its own (<see cref="IsOwn"/>), of weight 1.</remarks>
internal sealed class FairNode(OwnerPath path, FairNode? parent, bool isOwn, long weight, long now)
{
    /// <summary>The name of the child that stands for an owner's own work: no segment is empty.</summary>
    public const string Own = "";

    /// <summary>The weight of most nodes, and of an owner's own work, in thousandths.</summary>
    public const long UsualWeight = 1_000;

    /// <summary>No score is larger, except of those who count only when nobody else wants.</summary>
    public const long MostScore = 1L << 60;

    private const long LastTier = 1L << 61;

    private long[] _means = [];
    private long _meansOf = -1;

    /// <summary>The owner.</summary>
    public OwnerPath Path { get; } = path;

    /// <summary>The node above; null for the root.</summary>
    public FairNode? Parent { get; } = parent;

    /// <summary>True for an owner's own work beside that of the owners below it.</summary>
    public bool IsOwn { get; } = isOwn;

    /// <summary>How many nodes are above it.</summary>
    public int Depth { get; } = parent is null ? 0 : parent.Depth + 1;

    /// <summary>Its claim against its siblings, in thousandths; 0: only when none of them wants.</summary>
    public long Weight { get; set; } = weight;

    /// <summary>The nodes below, by segment.</summary>
    public Dictionary<string, FairNode> Children { get; } = new(StringComparer.Ordinal);

    /// <summary>How many requests of its subtree wait.</summary>
    public int Waiting { get; set; }

    /// <summary>When it was charged last, or came, in a count that all nodes share: of equals the one goes first whose turn is longest ago.</summary>
    public long Turn { get; set; }

    /// <summary>The moment up to which what it held is counted.</summary>
    public long At { get; private set; } = now;

    /// <summary>The epoch up to which its <see cref="FairUse.Forgotten"/> are counted.</summary>
    public long ClockEpoch { get; private set; }

    /// <summary>What it uses of each kind, by the kind's index.</summary>
    public FairUse[] Uses { get; private set; } = [];

    /// <summary>Where it stands in the queues; derived, never part of the state.</summary>
    public List<FairSlot> Slots { get; } = [];

    /// <summary>Makes room for kinds.</summary>
    public void Know(int kinds)
    {
        if (Uses.Length < kinds)
        {
            FairUse[] uses = new FairUse[kinds];
            Uses.CopyTo(uses, 0);
            Uses = uses;
        }
    }

    /// <summary>Takes a Held amount, or gives it back where it is negative.</summary>
    /// <exception cref="InvalidOperationException">More is given back than is held.</exception>
    public void Hold(FairKind kind, long amount, HalfLife halfLife, long now)
    {
        Pass(now, halfLife);
        ref FairUse use = ref Uses[kind.Index];
        use.Held = checked(use.Held + amount);
        if (use.Held < 0)
        {
            throw new InvalidOperationException($"{Path} would hold a negative amount of {kind.Name}");
        }

        use.Share = kind.Share(use.Held);
    }

    /// <summary>Is served a Metered amount: the clock of its siblings moves on to where it stands, and it moves ahead by the amount.</summary>
    public void Serve(FairKind kind, long amount, HalfLife halfLife, long now)
    {
        ref FairUse use = ref Uses[kind.Index];
        ref FairUse siblings = ref Parent!.Uses[kind.Index];
        if (Weight == 0)
        {
            use.Served += kind.Service(amount, UsualWeight);
            return;
        }

        Int128 bound = kind.Bound(Weight);
        Int128 start = Int128.Max(use.Served, Waiting > 0 ? siblings.Clock - bound : siblings.Clock);
        if (start > siblings.Clock)
        {
            Parent.Forget(now, halfLife);
            siblings.Clock = start;
        }

        use.Served = Int128.Min(start + kind.Service(amount, Weight), siblings.Clock + bound);
    }

    /// <summary>Was served another amount than was counted.</summary>
    public void Correct(FairKind kind, long counted, long actual)
    {
        ref FairUse use = ref Uses[kind.Index];
        Int128 served = use.Served + kind.Service(actual, Weight) - kind.Service(counted, Weight);
        Int128 most = Weight == 0 ? served : Int128.Max(use.Served, Parent!.Uses[kind.Index].Clock + kind.Bound(Weight));
        use.Served = Int128.Min(served, most);
    }

    /// <summary>Begins to wait: time in which it wanted nothing gives it no claim (VTC's counter lift).</summary>
    public void Lift()
    {
        for (int i = 0; i < Uses.Length; i++)
        {
            Uses[i].Served = ServedOf(i);
        }
    }

    /// <summary>What it is scored by among its siblings, the lowest first: of the kinds that are asked for, the one of which it has most.</summary>
    public long ScoreFor(FairBundle asked, HalfLife halfLife, long epoch)
    {
        long score = -MostScore;
        foreach (FairKind kind in asked.Kinds)
        {
            if (kind.Supplied)
            {
                score = Math.Max(score, kind.Behaviour == ResourceBehaviour.Held
                    ? Weighed(Uses[kind.Index].Share) + Excess(kind, halfLife, epoch)
                    : FairKind.ShareOf(ServedOf(kind.Index) - Parent!.ForgottenAt(kind.Index, epoch)));
            }
        }

        score = score == -MostScore ? 0 : Math.Min(score, MostScore);
        return Weight == 0 ? LastTier + score : score;
    }

    /// <summary>Held: by how much its past share, ÷ weight, lies above the mean of its siblings, at most half of that mean either way.</summary>
    public long Excess(FairKind kind, HalfLife halfLife, long epoch)
    {
        if (Weight == 0)
        {
            return 0;
        }

        long mean = Parent!.MeanPast(kind, halfLife, epoch);
        return Math.Clamp(Weighed(PastAt(kind.Index, halfLife, epoch)) - mean, -(mean / 2), mean / 2);
    }

    /// <summary>Held: its decayed past share at the beginning of an epoch.</summary>
    public long PastAt(int kind, HalfLife halfLife, long epoch) => Uses[kind].PastAt(At, halfLife, epoch);

    /// <summary>Counts what is held up to now.</summary>
    public void Pass(long now, HalfLife halfLife)
    {
        if (now > At)
        {
            for (int i = 0; i < Uses.Length; i++)
            {
                Uses[i].Pass(At, now, halfLife);
            }

            At = now;
        }
    }

    /// <summary>Counts up to now what its children's clocks have forgotten.</summary>
    public void Forget(long now, HalfLife halfLife)
    {
        long epoch = halfLife.EpochOf(now);
        for (int i = 0; i < Uses.Length; i++)
        {
            Uses[i].Forgotten = ForgottenAt(i, epoch);
        }

        ClockEpoch = epoch;
    }

    /// <summary>Counts everything up to now, and goes on with another half-life.</summary>
    public void Change(HalfLife before, HalfLife after, long now)
    {
        Pass(now, before);
        Forget(now, before);
        if (before != after)
        {
            for (int i = 0; i < Uses.Length; i++)
            {
                Uses[i].Change(before, after, now);
            }

            ClockEpoch = after.EpochOf(now);
        }
    }

    /// <summary>Its children, or their weights, are no longer what they were.</summary>
    public void ForgetMeans() => _meansOf = -1;

    /// <summary>True when nothing would be different without it: nobody waits, nothing is held, and no past above a threshold is to be paid back.</summary>
    public bool IsIdle(long threshold, HalfLife halfLife, long epoch)
    {
        if (Waiting > 0 || Children.Count > 0)
        {
            return false;
        }

        for (int i = 0; i < Uses.Length; i++)
        {
            if (Uses[i].Held > 0 || PastAt(i, halfLife, epoch) > threshold
                || FairKind.ShareOf(Uses[i].Served - Parent!.Uses[i].Clock) > threshold)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Sets what a snapshot kept.</summary>
    public void Restore(int waiting, long turn, long at, long clockEpoch) => (Waiting, Turn, At, ClockEpoch) = (waiting, turn, at, clockEpoch);

    private Int128 ServedOf(int kind) =>
        Waiting > 0 || Weight == 0 || Parent is null ? Uses[kind].Served : Int128.Max(Uses[kind].Served, Parent.Uses[kind].Clock);

    private Int128 ForgottenAt(int kind, long epoch)
    {
        ref FairUse use = ref Uses[kind];
        return epoch <= ClockEpoch ? use.Forgotten : use.Clock - HalfLife.Decayed(use.Clock - use.Forgotten, epoch - ClockEpoch);
    }

    // The mean past of its children for each unit of weight: of those who have any.
    private long MeanPast(FairKind kind, HalfLife halfLife, long epoch)
    {
        if (_meansOf != epoch || _means.Length != Uses.Length)
        {
            _means = new long[Uses.Length];
            for (int i = 0; i < _means.Length; i++)
            {
                _means[i] = MeanOf(i, halfLife, epoch);
            }

            _meansOf = epoch;
        }

        return _means[kind.Index];
    }

    private long MeanOf(int kind, HalfLife halfLife, long epoch)
    {
        Int128 past = 0;
        Int128 weights = 0;
        foreach (FairNode child in Children.Values)
        {
            if (child.Weight > 0 && child.PastAt(kind, halfLife, epoch) is > 0 and var share)
            {
                past += share;
                weights += child.Weight;
            }
        }

        return weights == 0 ? 0 : (long)Int128.Min(MostScore / 2, past * UsualWeight / weights);
    }

    private long Weighed(long share)
    {
        Int128 weighed = (Int128)share * UsualWeight / (Weight == 0 ? UsualWeight : Weight);
        return (long)Int128.Min(weighed, MostScore / 2);
    }
}
