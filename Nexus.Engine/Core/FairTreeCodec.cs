using Nexus.Engine.Scheduling.Strategies;

namespace Nexus.Engine.Core;

/// <summary>Who has how much of a pool, as bytes.</summary>
internal static class FairTreeCodec
{
    public static void Write(EventBuffer to, string pool, FairTreeState tree)
    {
        to.Text(pool);
        to.Number(tree.SweepAt);
        to.Number(tree.Turns);
        to.Number(tree.Nodes.Count);
        foreach (FairNodeState node in tree.Nodes)
        {
            to.Text(node.Path);
            to.Flag(node.Own);
            to.Number(node.Waiting);
            to.Number(node.Turn);
            to.Number(node.At);
            to.Number(node.ClockEpoch);
            to.Number(node.Uses.Count);
            foreach (FairUseState use in node.Uses)
            {
                to.Text(use.Kind);
                to.Number(use.Held);
                to.Number(use.Past);
                Wide(to, use.Area);
                Wide(to, use.Served);
                Wide(to, use.Clock);
                Wide(to, use.Forgotten);
            }
        }
    }

    public static (string Pool, FairTreeState Tree) Read(ref EventReader from)
    {
        string pool = from.Text()!;
        int sweepAt = (int)from.Number();
        long turns = from.Number();
        List<FairNodeState> nodes = [];
        for (long left = from.Number(); left > 0; left--)
        {
            (string path, bool own, int waiting, long turn, long at, long epoch) = (from.Text()!, from.Flag(), (int)from.Number(), from.Number(), from.Number(), from.Number());
            List<FairUseState> uses = [];
            for (long kinds = from.Number(); kinds > 0; kinds--)
            {
                uses.Add(new FairUseState(from.Text()!, from.Number(), from.Number(), Wide(ref from), Wide(ref from), Wide(ref from), Wide(ref from)));
            }

            nodes.Add(new FairNodeState(path, own, waiting, turn, at, epoch, uses));
        }

        return (pool, new FairTreeState(sweepAt, turns, nodes));
    }

    // The high half, then the low one as it is.
    private static void Wide(EventBuffer to, Int128 value)
    {
        to.Number((long)(value >> 64));
        to.Number(unchecked((long)(ulong)(value & ulong.MaxValue)));
    }

    private static Int128 Wide(ref EventReader from)
    {
        long high = from.Number();
        return ((Int128)high << 64) | unchecked((ulong)from.Number());
    }
}
