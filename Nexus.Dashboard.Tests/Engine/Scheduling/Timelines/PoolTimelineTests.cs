using CsCheck;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Timelines;

namespace Nexus.Dashboard.Tests.Engine.Scheduling.Timelines;

/// <summary>A pool's future with reservations, of which the requests of their owners draw.</summary>
public sealed class PoolTimelineTests
{
    private static readonly OwnerPath Acme = OwnerPath.Parse("acme");
    private static readonly OwnerPath Alice = OwnerPath.Parse("acme/alice");
    private static readonly OwnerPath Other = OwnerPath.Parse("other");

    private static readonly Gen<int[][]> Histories = Gen.Int[0, 1_000].Array[6].Array[1, 25];

    [Fact]
    public void What_an_owner_uses_stands_in_for_what_is_reserved_for_it()
    {
        PoolTimeline pool = Gpus(8);
        pool.Hold(Acme, 10, 20, [6]);
        Assert.Equal((0, 6, 0), (pool.UsedAt(0, 9), pool.UsedAt(0, 10), pool.UsedAt(0, 20)));

        Use first = pool.Add(UseKind.Grant, 1, Alice, 5, 15, [4]);
        Assert.Equal((4, 6, 2), (pool.UsedAt(0, 5), pool.UsedAt(0, 10), pool.LeftOfReservationsAt(0, 10)));

        // Beyond what is reserved it uses what is free, and what comes back goes to the others as long as it uses as much as is reserved.
        pool.Add(UseKind.Grant, 2, Acme, 12, 30, [3]);
        Assert.Equal((7, 0), (pool.UsedAt(0, 12), pool.LeftOfReservationsAt(0, 12)));
        pool.Remove(first);
        Assert.Equal((6, 3), (pool.UsedAt(0, 12), pool.LeftOfReservationsAt(0, 12)));
    }

    [Fact]
    public void Others_find_only_the_rest_and_the_owner_all_of_it()
    {
        PoolTimeline pool = Gpus(8);
        pool.Hold(Acme, 10, 20, [6]);

        Assert.Equal(20, pool.EarliestFit(Other, [3], 15, 0));
        Assert.Equal(0, pool.EarliestFit(Other, [3], 10, 0));
        Assert.Equal(0, pool.EarliestFit(Other, [2], Timeline.Open, 0));
        Assert.Equal(0, pool.EarliestFit(Alice, [8], 15, 0));
    }

    [Fact]
    public void A_reservation_of_a_child_is_not_counted_twice_against_its_parents()
    {
        PoolTimeline pool = Gpus(10);
        pool.Hold(Acme, 0, 100, [4]);
        pool.Add(UseKind.Grant, 1, Alice, 0, 50, [3]);
        pool.Hold(Alice, 0, 100, [2]);

        // Alice uses her two and one of Acme's four; three of those are left.
        Assert.Equal((6, 3), (pool.UsedAt(0, 0), pool.LeftOfReservationsAt(0, 0)));
        pool.Free(Alice, 0, 100, [2]);
        Assert.Equal((4, 1), (pool.UsedAt(0, 0), pool.LeftOfReservationsAt(0, 0)));
    }

    [Fact]
    public void A_grant_may_run_on_until_somebody_needs_what_it_holds()
    {
        PoolTimeline pool = Gpus(8);
        pool.Add(UseKind.Grant, 1, Acme, 0, 10, [4]);
        Assert.Equal(Timeline.Open, pool.NeededFrom(Acme, [4], 10, Timeline.Open));

        pool.Add(UseKind.Plan, 2, Other, 15, 25, [6]);
        pool.Hold(Other, 30, 40, [8]);
        Assert.Equal(15, pool.NeededFrom(Acme, [4], 10, Timeline.Open));
        Assert.Equal(30, pool.NeededFrom(Acme, [4], 10, Timeline.Open, Heed.Promises));
    }

    [Fact]
    public void Planned_starts_give_way_but_not_the_reservation_they_would_draw_from()
    {
        PoolTimeline pool = Gpus(8);
        pool.Hold(Acme, 0, 50, [6]);
        Use plan = pool.Add(UseKind.Plan, 1, Alice, 0, 10, [4]);

        Assert.Equal((6, 6), (pool.UsedAt(0, 0), pool.PromisedAt(0, 0)));
        Assert.Equal(50, pool.EarliestFit(Other, [3], 5, 0, Heed.Promises));
        Assert.Equal(0, pool.EarliestFit(Other, [2], 5, 0, Heed.Promises));

        pool.Promise(plan, UseKind.Grant);
        pool.Free(Acme, 0, 50, [6]);
        Assert.Equal((4, 4), (pool.UsedAt(0, 0), pool.PromisedAt(0, 0)));
        Assert.Equal(0, pool.EarliestFit(Other, [4], 5, 0, Heed.Promises));
    }

    [Fact]
    public void A_use_is_taken_off_once_and_only_where_it_stands()
    {
        PoolTimeline pool = Gpus(8);
        Use use = pool.Add(UseKind.Grant, 1, Acme, 0, 10, [4]);

        Assert.Throws<InvalidOperationException>(() => Gpus(8).Remove(use));
        pool.Remove(use);
        Assert.Throws<InvalidOperationException>(() => pool.Remove(use));
        Assert.Throws<InvalidOperationException>(() => pool.Free(Acme, 0, 10, [4]));
    }

    [Fact]
    public void Whatever_is_used_planned_and_reserved_it_says_what_the_plain_reading_says() => Histories.Sample(steps =>
    {
        World world = new();
        foreach (int[] step in steps)
        {
            world.Do(step);
            for (int kind = 0; kind < 2; kind++)
            {
                for (int at = world.Now; at <= PlainPool.End; at++)
                {
                    Assert.Equal(world.Plain.Used(kind, at), world.Pool.UsedAt(kind, at));
                    Assert.Equal(world.Plain.Used(kind, at, plans: false), world.Pool.PromisedAt(kind, at));
                }
            }

            int owner = step[1] % PlainPool.Owners.Length;
            long[] amounts = [step[2] % 9, step[3] % 6];
            long length = step[4] % 7 == 0 ? Timeline.Open : 1 + (step[4] % 12);
            Assert.Equal(world.Plain.EarliestFit(owner, amounts, length, world.Now), world.Pool.EarliestFit(PlainPool.Owners[owner], amounts, length, world.Now));
            Assert.Equal(
                world.Plain.EarliestFit(owner, amounts, length, world.Now, plans: false),
                world.Pool.EarliestFit(PlainPool.Owners[owner], amounts, length, world.Now, Heed.Promises));
        }
    }, iter: 1_500);

    [Fact]
    public void What_is_taken_off_leaves_the_future_as_it_was() => Histories.Sample(steps =>
    {
        World world = new();
        Array.ForEach(steps, world.Do);
        world.Empty();

        Assert.Empty(world.Pool.Uses);
        Assert.Equal(0, world.Pool.ReservingOwners);
        Assert.Equal(Timeline.Open, world.Pool.NextChange(world.Now));
        Assert.Equal((0, 0), (world.Pool.UsedAt(0, world.Now), world.Pool.UsedAt(1, world.Now)));
    }, iter: 500);

    private static PoolTimeline Gpus(long count) => new(["gpu"], [count]);

    /// <summary>A pool and its plain restatement, to which the same happens.</summary>
    private sealed class World
    {
        private readonly List<(Use Use, PlainUse Plain)> _uses = [];

        public PoolTimeline Pool { get; } = new(["cpu", "gpu"], [8, 5]);

        public PlainPool Plain { get; } = new(8, 5);

        public int Now { get; private set; }

        public void Do(int[] step)
        {
            int owner = step[1] % PlainPool.Owners.Length;
            int from = Now + (step[2] % 15);
            long to = step[3] % 9 == 0 ? Timeline.Open : from + 1 + (step[3] % 10);
            long[] amounts = [step[4] % 4, step[5] % 3];
            switch (step[0] % 12)
            {
                case 0 when Now < 20:
                    Now += 1 + (step[1] % 3);
                    Pool.Advance(Now);
                    break;
                case 1 or 2 when _uses.Count > 0:
                    TakeOff(step[1] % _uses.Count);
                    break;
                case 3 when _uses.Count > 0:
                    (Use use, PlainUse plain) = _uses[step[1] % _uses.Count];
                    long end = Math.Max(use.From, from);
                    Pool.MoveEnd(use, end);
                    Replace(step[1] % _uses.Count, plain with { To = end });
                    break;
                case 4 when _uses.Count > 0:
                    (Use planned, PlainUse was) = _uses[step[1] % _uses.Count];
                    Pool.Promise(planned, UseKind.Booking);
                    Replace(step[1] % _uses.Count, was with { IsPlan = false });
                    break;
                case 5 or 6 or 7:
                    Plain.Holds.Add(new PlainUse(owner, from, to, amounts));
                    Pool.Hold(PlainPool.Owners[owner], from, to, amounts);
                    break;
                case 8 when Plain.Holds.Count > 0:
                    Release(Plain.Holds[step[1] % Plain.Holds.Count]);
                    break;
                case 9:
                    Plain.Capacities[step[1] % 2] = step[2] % 9;
                    Pool.SetCapacity(step[1] % 2, step[2] % 9);
                    break;
                default:
                    bool plan = step[0] % 2 == 0;
                    _uses.Add((Pool.Add(plan ? UseKind.Plan : UseKind.Grant, 0, PlainPool.Owners[owner], from, to, amounts), new PlainUse(owner, from, to, amounts, plan)));
                    Plain.Uses.Add(_uses[^1].Plain);
                    break;
            }
        }

        public void Empty()
        {
            while (_uses.Count > 0)
            {
                TakeOff(0);
            }

            while (Plain.Holds.Count > 0)
            {
                Release(Plain.Holds[0]);
            }
        }

        private void TakeOff(int at)
        {
            Pool.Remove(_uses[at].Use);
            Plain.Uses.RemoveAt(at);
            _uses.RemoveAt(at);
        }

        private void Release(PlainUse hold)
        {
            Plain.Holds.Remove(hold);
            Pool.Free(PlainPool.Owners[hold.Owner], hold.From, hold.To, hold.Amounts);
        }

        private void Replace(int at, PlainUse plain)
        {
            Plain.Uses[at] = plain;
            _uses[at] = (_uses[at].Use, plain);
        }
    }
}
