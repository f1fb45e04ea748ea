using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Queue;

/// <summary>What will be free of a pool's kind, as far as is known now: capacity less what is held and booked, less what is reserved and not drawn by those for whom it is.</summary>
/// <remarks>
/// What lies far ahead needs no fine steps: within a fiftieth of the distance from now the least is taken, so that there are some hundred steps at most, whatever comes and goes.
/// O((n + r) · o · log(n + r)) for n uses, r reserved times and o owners for whom something is reserved.
/// </remarks>
internal static class FreeSteps
{
    private const int Fineness = 50;
    private const long Finest = 1_000;

    /// <summary>The steps from now on; plans do not count, as they are nobody's promise.</summary>
    public static IReadOnlyList<FreeStep> Of(Quantity capacity, IReadOnlyCollection<Bar> bars, Instant now)
    {
        // The deepest owners first: what a reserve does not cover is asked of the one above it.
        OwnerPath[] owners = [.. bars.Where(b => b.Kind == BarKind.Reservation).Select(b => b.Owner).Distinct().OrderByDescending(o => o.Depth)];
        int[] above = [.. owners.Select((o, i) => Array.FindIndex(owners, i + 1, o.IsWithin))];
        List<Change> changes = [];
        foreach (Bar bar in bars.Where(b => b.Kind != BarKind.Plan && b.Until > now.Milliseconds))
        {
            bool reserved = bar.Kind == BarKind.Reservation;
            int reserve = Array.FindIndex(owners, o => reserved ? o == bar.Owner : bar.Owner.IsWithin(o));
            changes.Add(new Change(Math.Max(bar.From.Milliseconds, now.Milliseconds), bar.Amount.Thousandths, reserve, reserved));
            if (bar.Until != long.MaxValue)
            {
                changes.Add(new Change(bar.Until, -bar.Amount.Thousandths, reserve, reserved));
            }
        }

        changes.Sort((a, b) => a.At.CompareTo(b.At));
        return Thinned(Steps(capacity, changes, above), capacity, now.Milliseconds);
    }

    private static IEnumerable<(long At, long Free)> Steps(Quantity capacity, List<Change> changes, int[] above)
    {
        long used = 0;
        long[] reserved = new long[above.Length];
        long[] drawn = new long[above.Length];
        for (int i = 0; i < changes.Count; i++)
        {
            Change change = changes[i];
            used += change.IsReserved ? 0 : change.Amount;
            if (change.Reserve >= 0)
            {
                (change.IsReserved ? reserved : drawn)[change.Reserve] += change.Amount;
            }

            if (i + 1 == changes.Count || changes[i + 1].At != change.At)
            {
                yield return (change.At, Math.Max(0, capacity.Thousandths - used - Left(reserved, drawn, above)));
            }
        }
    }

    private static long Left(long[] reserved, long[] drawn, int[] above)
    {
        if (above.Length == 0)
        {
            return 0;
        }

        long left = 0;
        long[] needed = new long[above.Length];
        for (int i = 0; i < above.Length; i++)
        {
            long wanted = drawn[i] + needed[i];
            left += Math.Max(0, reserved[i] - wanted);
            if (above[i] >= 0)
            {
                needed[above[i]] += Math.Max(0, wanted - reserved[i]);
            }
        }

        return left;
    }

    private static List<FreeStep> Thinned(IEnumerable<(long At, long Free)> steps, Quantity capacity, long now)
    {
        List<FreeStep> thinned = [];
        (long start, long least, long last) = (now, capacity.Thousandths, capacity.Thousandths);
        foreach ((long at, long free) in steps)
        {
            if (at > now && at >= EndOf(start))
            {
                Add(start, least);
                if (last != least && EndOf(start) < at)
                {
                    Add(EndOf(start), last);
                }

                (start, least) = (at, free);
            }

            least = at <= now ? free : Math.Min(least, free);
            last = free;
        }

        Add(start, least);
        if (last != least)
        {
            Add(EndOf(start), last);
        }

        return thinned;

        long EndOf(long from) => from + Math.Max(Finest, (from - now) / Fineness);

        void Add(long at, long free)
        {
            if (thinned.Count == 0 || thinned[^1].Free.Thousandths != free)
            {
                thinned.Add(new FreeStep(new Instant(at), Quantity.FromThousandths(free)));
            }
        }
    }

    private readonly record struct Change(long At, long Amount, int Reserve, bool IsReserved);
}
