using CsCheck;
using Nexus.Engine.Scheduling.Timelines;

namespace Nexus.Dashboard.Tests.Engine.Scheduling.Timelines;

/// <summary>A timeline says what a list of its entries says, read moment by moment.</summary>
public sealed class TimelineTests
{
    private const int Kinds = 2;
    private static readonly long[] Capacities = [10, 6];

    // What to do, and four numbers from which its times and amounts are made.
    private static readonly Gen<int[][]> Histories = Gen.Int[0, 1_000].Array[5].Array[1, 40];

    [Fact]
    public void Whatever_comes_and_goes_it_says_of_every_moment_what_its_entries_add_up_to() => Histories.Sample(steps =>
    {
        (Timeline timeline, PlainPool plain, int now) = (new(Kinds), new(Capacities), 0);
        foreach (int[] step in steps)
        {
            now = Do(step, timeline, plain, now);
            Assert.InRange(timeline.Count, 0, 2 * plain.Uses.Count);
            for (int kind = 0; kind < Kinds; kind++)
            {
                long[] used = [.. Enumerable.Range(0, PlainPool.End + 1).Select(at => plain.Used(kind, Math.Max(at, now)))];
                for (int at = now; at <= PlainPool.End; at++)
                {
                    Assert.Equal(used[at], timeline.UsedAt(kind, at));
                    int to = Math.Min(at + 1 + (step[1] % 9), PlainPool.End);
                    Assert.Equal(used[at..Math.Max(to, at + 1)].Max(), timeline.MostUsed(kind, at, to));
                    long limit = step[2] % 8;
                    Assert.Equal(First(at, i => used[i] > limit), timeline.FirstAbove(kind, limit, at));
                    Assert.Equal(First(at, i => used[i] <= limit), timeline.FirstAtMost(kind, limit, at));
                    if (to > at)
                    {
                        // An instant at which another kind alone changes lies within the same span, and tells as much.
                        long last = timeline.LastAbove(kind, limit, at, to);
                        long begins = LastBegin(at, to, i => used[i] > limit, i => used[i] != used[i - 1]);
                        Assert.InRange(last, begins, Math.Max(begins, to - 1));
                        Assert.True(begins == Timeline.Never ? last == begins : used[last] == used[begins] && used[(int)begins..(int)(last + 1)].All(u => u == used[begins]));
                    }
                }
            }
        }
    }, iter: 1_000);

    [Fact]
    public void The_earliest_fit_is_the_first_start_from_which_everything_is_free_all_the_time() => Histories.Sample(steps =>
    {
        (Timeline timeline, PlainPool plain, int now) = (new(Kinds), new(Capacities), 0);
        foreach (int[] step in steps)
        {
            now = Do(step, timeline, plain, now);
            long[] amounts = [step[1] % 12, step[2] % 8];
            long length = step[3] % 7 == 0 ? Timeline.Open : 1 + (step[3] % 12);
            int notBefore = now + (step[4] % 5);
            long start = timeline.EarliestFit(amounts, Capacities, length, notBefore);

            Assert.Equal(plain.EarliestFit(4, amounts, length, notBefore), start);
            Assert.Equal(start == notBefore, timeline.Fits(amounts, Capacities, notBefore, length == Timeline.Open ? length : notBefore + length));
        }
    }, iter: 2_000);

    [Fact]
    public void When_all_is_removed_nothing_is_left() => Histories.Sample(steps =>
    {
        (Timeline timeline, PlainPool plain, int now) = (new(Kinds), new(Capacities), 0);
        foreach (int[] step in steps)
        {
            now = Do(step, timeline, plain, now);
        }

        plain.Uses.ForEach(u => timeline.Remove(u.From, u.To, u.Amounts));
        Assert.Equal((0, 0, 0), (timeline.Count, timeline.UsedAt(0, now), timeline.UsedAt(1, now)));
    }, iter: 500);

    [Fact]
    public void What_was_not_added_cannot_be_removed()
    {
        Timeline timeline = new(1);
        timeline.Add(10, 20, [5]);

        Assert.Throws<InvalidOperationException>(() => timeline.Remove(10, 20, [6]));
        Assert.Throws<ArgumentOutOfRangeException>(() => timeline.Add(20, 10, [1]));
    }

    [Fact]
    public void More_than_can_be_counted_is_refused_loudly()
    {
        Timeline timeline = new(1);
        timeline.Add(10, Timeline.Open, [long.MaxValue / 4]);

        Assert.Throws<OverflowException>(() => timeline.Add(10, 20, [1]));
    }

    [Fact]
    public void The_past_is_forgotten_however_much_of_it_there_was()
    {
        Timeline timeline = new(1);
        for (int i = 1; i <= 10_000; i++)
        {
            timeline.Add(i, i + 50, [1]);
            timeline.Advance(i);
            Assert.InRange(timeline.Count, 0, 100);
        }

        Assert.Equal(50, timeline.UsedAt(0, 10_000));
    }

    [Fact]
    public void What_needs_more_than_there_is_never_fits() =>
        Assert.Equal(Timeline.Open, new Timeline(2).EarliestFit([1, 7], Capacities, 1, 0));

    private static int Do(int[] step, Timeline timeline, PlainPool plain, int now)
    {
        switch (step[0] % 10)
        {
            case 0 when now < 20:
                now += 1 + (step[1] % 3);
                timeline.Advance(now);
                return now;
            case 1 or 2 or 3 when plain.Uses.Count > 0:
                PlainUse gone = plain.Uses[step[1] % plain.Uses.Count];
                timeline.Remove(gone.From, gone.To, gone.Amounts);
                plain.Uses.Remove(gone);
                return now;
            default:
                // Also what began before, and what is over.
                int from = Math.Max(0, now - 2) + (step[1] % 18);
                PlainUse use = new(0, from, step[2] % 8 == 0 ? Timeline.Open : from + (step[2] % 10), [step[3] % 4, step[4] % 3]);
                timeline.Add(use.From, use.To, use.Amounts);
                plain.Uses.Add(use);
                return now;
        }
    }

    // The last moment of a span at which it is so and either the span or another level begins.
    private static long LastBegin(int from, int to, Func<int, bool> isSo, Func<int, bool> begins) =>
        Enumerable.Range(from, Math.Max(0, to - from)).Where(at => isSo(at) && (at == from || begins(at))).Select(at => (long)at).LastOrDefault(Timeline.Never);

    private static long First(int from, Func<int, bool> isSo) =>
        Enumerable.Range(from, PlainPool.End + 1 - from).Where(isSo).Select(at => (long)at).FirstOrDefault(Timeline.Open);
}
