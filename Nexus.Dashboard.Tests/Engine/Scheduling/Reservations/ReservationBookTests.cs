using CsCheck;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Reservations;
using Nexus.Engine.Scheduling.Timelines;

namespace Nexus.Dashboard.Tests.Engine.Scheduling.Reservations;

/// <summary>A reservation is held only where it breaks no promise, and what is in its way is named.</summary>
public sealed class ReservationBookTests
{
    private static readonly OwnerPath Acme = OwnerPath.Parse("acme");
    private static readonly OwnerPath Other = OwnerPath.Parse("other");

    private readonly PoolTimeline _pool = new(["cpu", "gpu"], [16_000, 8_000]);
    private readonly ReservationBook _book;

    public ReservationBookTests() => _book = new ReservationBook(_pool);

    [Fact]
    public void What_was_promised_is_in_the_way_and_named_the_largest_first()
    {
        _pool.Add(UseKind.Grant, 7, Other, 0, 30, [0, 2_000]);
        _pool.Add(UseKind.Booking, 8, Other, 20, 60, [0, 3_000]);
        _pool.Add(UseKind.Plan, 9, Other, 0, 90, [0, 1_000]);
        _book.Set(Gpus("theirs", OwnerPath.Parse("third"), 1), [Time(25, 40)]);

        ReservationConflict conflict = _book.Check(Gpus("ours", Acme, 3), [Time(10, 50)])!;

        // Until 25 there is room for three, as the planned start gives way; then one is missing.
        Assert.Equal((new Instant(25), "gpu", Quantity.Of(1)), (conflict.At, conflict.Resource, conflict.Missing));
        Assert.Equal(
            [
                new ConflictHolder(PromiseKind.Booking, 8, null, Other, Quantity.Of(3), new Instant(60)),
                new ConflictHolder(PromiseKind.Grant, 7, null, Other, Quantity.Of(2), new Instant(30)),
                new ConflictHolder(PromiseKind.Reservation, 0, "theirs", OwnerPath.Parse("third"), Quantity.Of(1), new Instant(40)),
            ],
            conflict.Holders);
        Assert.Equal(0, conflict.Others);
    }

    [Fact]
    public void Its_own_owners_grants_are_not_in_the_way()
    {
        _pool.Add(UseKind.Grant, 7, OwnerPath.Parse("acme/alice"), 0, Timeline.Open, [0, 6_000]);

        Assert.Null(_book.Check(Gpus("ours", Acme, 8), [Time(10, 50)]));
        Assert.NotNull(_book.Check(Gpus("theirs", Other, 3), [Time(10, 50)]));
    }

    [Fact]
    public void A_grant_counts_to_its_committed_end()
    {
        _pool.Add(UseKind.Grant, 7, Other, 0, 30, [0, 6_000]);

        Assert.Null(_book.Check(Gpus("ours", Acme, 8), [Time(30, 50)]));
        Assert.Equal(new Instant(29), _book.Check(Gpus("ours", Acme, 8), [Time(29, 50)])!.At);
    }

    [Fact]
    public void An_edit_is_checked_only_where_it_asks_for_more()
    {
        _book.Set(Gpus("ours", Acme, 4), [Time(10, 50)]);
        _pool.Add(UseKind.Booking, 8, Other, 40, 60, [0, 4_000]);
        _pool.SetCapacity(1, 6_000);

        Assert.Null(_book.Check(Gpus("ours", Acme, 4), [Time(20, 50)]));
        Assert.Null(_book.Check(Gpus("ours", Acme, 3), [Time(10, 50)]));
        Assert.Equal(new Instant(50), _book.Check(Gpus("ours", Acme, 4), [Time(10, 55)])!.At);
        Assert.Equal(new Instant(40), _book.Check(Gpus("ours", Acme, 5), [Time(10, 50)])!.At);
        Assert.Equal(new Instant(40), _book.Check(Gpus("ours", OwnerPath.Parse("third"), 4), [Time(10, 50)])!.At);
    }

    [Fact]
    public void It_is_checked_at_every_time_at_which_it_recurs()
    {
        _pool.Add(UseKind.Booking, 8, Other, 210, 220, [0, 7_000]);

        Assert.Equal(new Instant(210), _book.Check(Gpus("nightly", Acme, 2), [Time(0, 50), Time(100, 150), Time(200, 250)])!.At);
        Assert.Equal(new Instant(210), _book.Check(Gpus("nightly", Acme, 2), [Time(205, 250)])!.At);
    }

    [Fact]
    public void A_check_changes_nothing()
    {
        _book.Set(Gpus("ours", Acme, 4), [Time(10, 50)]);
        _book.Check(Gpus("ours", Other, 2), [Time(0, 20), Time(30, 90)]);
        _book.Check(Gpus("theirs", Other, 8), [Time(0, 20)]);

        Assert.Equal((0, 4_000, 4_000, 0), (_pool.UsedAt(1, 9), _pool.UsedAt(1, 10), _pool.UsedAt(1, 49), _pool.UsedAt(1, 50)));
        Assert.Equal(["ours"], _book.All.Select(r => r.Id));
    }

    [Fact]
    public void Set_again_with_more_times_it_is_held_further_ahead()
    {
        _book.Set(Gpus("nightly", Acme, 4), [Time(10, 20), Time(30, 40)]);
        _pool.Advance(25);
        _book.Advance(25);
        Assert.Equal([Time(30, 40)], _book.TimesOf("nightly"));

        _book.Set(Gpus("nightly", Acme, 4), [Time(10, 20), Time(30, 40), Time(50, 60)]);

        Assert.Equal([new Window(30, 40), new Window(50, 60)], _book.WindowsOf("nightly"));
        Assert.Equal((4_000, 4_000), (_pool.UsedAt(1, 35), _pool.UsedAt(1, 55)));
    }

    [Fact]
    public void Once_given_up_or_over_nothing_of_it_is_left()
    {
        _book.Set(Gpus("once", Acme, 4), [Time(10, 20)]);
        _book.Set(Gpus("later", Other, 4), [Time(30, 40)]);

        Assert.True(_book.Remove("later"));
        Assert.False(_book.Remove("later"));
        _pool.Advance(20);
        _book.Advance(20);

        Assert.Empty(_book.TimesOf("once"));
        Assert.Equal((0, Timeline.Open), (_pool.UsedAt(1, 20), _pool.NextChange(20)));
    }

    [Fact]
    public void No_more_holders_are_named_than_a_person_reads()
    {
        for (int i = 1; i <= 30; i++)
        {
            _pool.Add(UseKind.Grant, i, Other, 0, Timeline.Open, [0, 200 + i]);
        }

        ReservationConflict conflict = _book.Check(Gpus("ours", Acme, 8), [Time(10, 50)])!;

        Assert.Equal((ReservationConflict.MaxHolders, 10), (conflict.Holders.Count, conflict.Others));
        Assert.Equal((30, null), (conflict.Holders[0].Number, conflict.Holders[0].Until));
    }

    [Fact]
    public void What_passes_the_check_promises_no_more_than_there_is() =>
        Gen.Int[0, 1_000].Array[5].Array[1, 20].Sample(steps =>
        {
            PoolTimeline pool = new(["gpu"], [8_000]);
            ReservationBook book = new(pool);
            foreach (int[] step in steps)
            {
                OwnerPath owner = OwnerPath.Parse(((string[])["a", "a/x", "b"])[step[1] % 3]);
                (long from, long length, long gpus) = (step[2] % 30, 1 + (step[3] % 15), 1 + (step[4] % 5));
                if (step[0] % 2 == 0 && pool.Fits(owner, [gpus * 1_000], from, from + length, Heed.Promises))
                {
                    pool.Add(UseKind.Booking, 0, owner, from, from + length, [gpus * 1_000]);
                }
                else if (step[0] % 2 != 0)
                {
                    Reservation reservation = Gpus($"r{step[0] % 5}", owner, gpus);
                    Occurrence[] times = [Time(from, from + length), Time(from + 20, from + 20 + length)];
                    if (book.Check(reservation, times) is null)
                    {
                        book.Set(reservation, times);
                    }
                }

                Assert.True(pool.IsWithinCapacity(0, Timeline.Open));
            }
        }, iter: 1_000);

    private static Occurrence Time(long from, long to) => new(new Instant(from), new Instant(to));

    private static Reservation Gpus(string id, OwnerPath owner, long gpus) =>
        new(id, owner, "gpus", ResourceVector.Of(new ResourceAmount("gpu", Quantity.Of(gpus))), new Instant(0), new Instant(1));
}
