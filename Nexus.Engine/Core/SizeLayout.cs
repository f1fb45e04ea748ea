using Nexus.Engine.Costs.Sizing;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>How maxima and what was learned of sizes lie in the journal and in snapshots; see <see cref="Layout"/>.</summary>
internal static class SizeLayout
{
    public static void Sizing(this EventBuffer to, LearnedSizing sizing)
    {
        to.Number(sizing.Amounts.Count);
        foreach (SizedAmount amount in sizing.Amounts)
        {
            to.Text(amount.Kind);
            to.Amount(amount.Maximum);
            to.Number(amount.Known);
        }
    }

    public static LearnedSizing Sizing(ref this EventReader from)
    {
        SizedAmount[] amounts = new SizedAmount[from.Number()];
        for (int i = 0; i < amounts.Length; i++)
        {
            amounts[i] = new SizedAmount(from.Name()!, from.Amount(), from.Number());
        }

        return new LearnedSizing(amounts);
    }

    public static void Sizes(this EventBuffer to, IReadOnlyList<LearnedSizesState> sizes)
    {
        to.Number(sizes.Count);
        foreach (LearnedSizesState size in sizes)
        {
            to.Owner(size.Key.Workflow);
            to.Text(size.Key.Model);
            to.Text(size.Key.Kind);
            to.Number(size.Known);
            to.Flag(size.IsWhole);
            to.Number(size.Buckets.Count);
            foreach (SizeBucket bucket in size.Buckets)
            {
                to.Number(bucket.Number);
                to.Number(bucket.Weight);
            }
        }
    }

    public static IReadOnlyList<LearnedSizesState> Sizes(ref this EventReader from)
    {
        LearnedSizesState[] sizes = new LearnedSizesState[from.Number()];
        for (int i = 0; i < sizes.Length; i++)
        {
            SizeKey key = new(from.Owner(), from.Name(), from.Name()!);
            (long known, bool isWhole) = (from.Number(), from.Flag());
            SizeBucket[] buckets = new SizeBucket[from.Number()];
            for (int b = 0; b < buckets.Length; b++)
            {
                buckets[b] = new SizeBucket((int)from.Number(), (int)from.Number());
            }

            sizes[i] = new LearnedSizesState(key, known, isWhole, buckets);
        }

        return sizes;
    }
}
