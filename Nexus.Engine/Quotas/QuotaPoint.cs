using Nexus.Engine.Charges;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Quotas;

/// <summary>Where those wait whom a quota stops: at the node that stops them, by the computation by which it does.</summary>
/// <remarks>
/// What matters to one who waits is what the node has left, and, where nodes below it on its path keep something for themselves, that more of that becomes free:
/// what is asked of the node is so much less then. So it waits at each of those as well, for anything at all.
/// </remarks>
internal sealed class QuotaPoint(QuotaTree tree, QuotaNode node, QuotaUse use, QuotaPointKind kind) : WaitPoint
{
    /// <summary>By which computation it stops them.</summary>
    public QuotaUse Use { get; } = use;

    /// <summary>For what of the node they wait.</summary>
    public QuotaPointKind Kind { get; } = kind;

    /// <inheritdoc/>
    public override IWaitQueue Waiting { get; } = new WaitTree();

    /// <inheritdoc/>
    public override long Available(long now)
    {
        if (node.Bucket is { } bucket)
        {
            return bucket.LevelAt(node, now);
        }

        tree.At(now);
        QuotaMeter meter = node.Of(Use);
        return Kind == QuotaPointKind.Left ? meter.Free + meter.Room : meter.Free;
    }

    /// <inheritdoc/>
    public override long? MoreAt(long now) =>
        node.Bucket is { } bucket ? Waiting.SmallestNeed is { } need ? bucket.TimeOf(node, need) : null
        : tree.MoreAt(node, now);
}

/// <summary>For what of a node somebody waits.</summary>
internal enum QuotaPointKind
{
    /// <summary>What is left of all that may be charged to it.</summary>
    Left = 0,

    /// <summary>What is free of the part that nobody else may use.</summary>
    Free = 1,
}

/// <summary>Where a request waits that its quotas stop.</summary>
internal static class QuotaParking
{
    /// <summary>The places, each with what must be there at least; none where nothing stops it.</summary>
    public static IEnumerable<(WaitPoint Point, long Need)> Places(QuotaAsk ask, long now)
    {
        if (ask.Stop(now) is not { } stop)
        {
            yield break;
        }

        (QuotaTree tree, QuotaNode leaf, _) = stop.Step;
        QuotaUse use = stop.Block.Use;
        long needed = stop.Asked;
        foreach (QuotaNode below in leaf.Path)
        {
            if (below == stop.Block.Node)
            {
                break;
            }

            if (!tree.IsRate && below.Of(use) is { Own: > 0 } meter)
            {
                yield return (below.Point(tree, use, QuotaPointKind.Free), meter.Free + 1);
                needed -= meter.Free;
            }
        }

        yield return (stop.Block.Node.Point(tree, use, QuotaPointKind.Left), needed);
    }
}
