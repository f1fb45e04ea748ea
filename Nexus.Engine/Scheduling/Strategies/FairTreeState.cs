using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling.Strategies;

/// <summary>A fair tree as a snapshot keeps it. All of it is whole numbers.</summary>
/// <param name="SweepAt">With how many nodes those are forgotten next who have nothing to be paid back.</param>
/// <param name="Turns">How many turns there have been.</param>
/// <param name="Nodes">The nodes, in the order of their paths.</param>
internal sealed record FairTreeState(int SweepAt, long Turns, IReadOnlyList<FairNodeState> Nodes)
{
    /// <inheritdoc/>
    public bool Equals(FairTreeState? other) => other is not null && SweepAt == other.SweepAt && Turns == other.Turns && Nodes.SequenceEqual(other.Nodes);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(SweepAt, Turns, Nodes.Count);
}

/// <summary>A node of a fair tree as a snapshot keeps it.</summary>
/// <param name="Path">The owner; empty for the root.</param>
/// <param name="Own">True for the owner's own work beside that of the owners below it.</param>
/// <param name="Waiting">How many requests of its subtree wait.</param>
/// <param name="Turn">When it was charged last, or came, in the count of turns.</param>
/// <param name="At">Up to when what it held is counted, in milliseconds.</param>
/// <param name="ClockEpoch">Up to which epoch the decay of its children's clocks is counted.</param>
/// <param name="Uses">What it uses of each kind that it knows, by the kind's name.</param>
internal sealed record FairNodeState(string Path, bool Own, int Waiting, long Turn, long At, long ClockEpoch, IReadOnlyList<FairUseState> Uses)
{
    /// <summary>What there is to keep of a node.</summary>
    public static FairNodeState Of(FairNode node, IReadOnlyList<FairKind> kinds) => new(
        node.Path.ToString(), node.IsOwn, node.Waiting, node.Turn, node.At, node.ClockEpoch,
        [
            .. kinds.Where(k => !node.Uses[k.Index].IsBlank).OrderBy(k => k.Name, StringComparer.Ordinal).Select(k =>
            {
                FairUse use = node.Uses[k.Index];
                return new FairUseState(k.Name, use.Held, use.Past, use.Area, use.Served, use.Clock, use.Forgotten);
            }),
        ]);

    /// <summary>Puts it back into a node. Kinds that are not known any more are left out.</summary>
    public void Into(FairNode node, IReadOnlyDictionary<string, FairKind> kinds)
    {
        node.Restore(Waiting, Turn, At, ClockEpoch);
        foreach (FairUseState kept in Uses)
        {
            if (kinds.TryGetValue(kept.Kind, out FairKind? kind))
            {
                node.Uses[kind.Index] = new FairUse
                {
                    Held = kept.Held,
                    Share = kind.Share(kept.Held),
                    Past = kept.Past,
                    Area = kept.Area,
                    Served = kept.Served,
                    Clock = kept.Clock,
                    Forgotten = kept.Forgotten,
                };
            }
        }
    }

    /// <inheritdoc/>
    public bool Equals(FairNodeState? other) =>
        other is not null && (Path, Own, Waiting, Turn, At, ClockEpoch) == (other.Path, other.Own, other.Waiting, other.Turn, other.At, other.ClockEpoch) && Uses.SequenceEqual(other.Uses);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Path, Own, Waiting, Turn, At, ClockEpoch, Uses.Count);
}

/// <summary>What a node uses of one kind; see <see cref="FairUse"/> for what the numbers mean.</summary>
internal readonly record struct FairUseState(string Kind, long Held, long Past, Int128 Area, Int128 Served, Int128 Clock, Int128 Forgotten);
