using Nexus.Dashboard.Features.Queue;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Queue;

/// <summary>Where bars stand: as few move as can be, and none hides another that it has nothing to do with.</summary>
public sealed class LaneRowsTests
{
    private readonly LaneRows _rows = new();

    [Fact]
    public void Bars_that_hold_at_once_stand_one_under_the_other() =>
        Assert.Equal([("a", 0m), ("b", 4m)], Tops(Bar("a", 4, 0, 10), Bar("b", 2, 5, 12)));

    [Fact]
    public void A_bar_that_begins_when_another_ends_takes_its_place() =>
        Assert.Equal([("a", 0m), ("b", 0m)], Tops(Bar("a", 4, 0, 10), Bar("b", 2, 10, 12)));

    [Fact]
    public void Nobody_stands_behind_what_has_no_known_end() =>
        Assert.Equal([("a", 0m), ("b", 4m)], Tops(Bar("a", 4, 0, 10) with { EndIsKnown = false }, Bar("b", 2, 60, 70)));

    [Fact]
    public void A_bar_keeps_its_place_when_the_one_above_it_goes_and_a_new_one_takes_the_gap()
    {
        Show(Bar("a", 4, 0, 10), Bar("b", 2, 0, 10));

        LaneChange then = Show(Bar("b", 2, 0, 10), Bar("c", 3, 1, 10));

        Assert.Equal([0], then.Gone);
        Assert.Equal([("c", 0m)], then.Put.Select(Top));
    }

    [Fact]
    public void What_did_not_change_is_not_told_again()
    {
        Show(Bar("a", 4, 0, 10), Bar("b", 2, 0, 10));

        LaneChange then = Show(Bar("a", 4, 0, 10), Bar("b", 2, 0, 10));

        Assert.Empty(then.Put);
        Assert.Empty(then.Gone);
    }

    [Fact]
    public void A_booking_that_starts_stays_the_same_bar()
    {
        LaneRow booked = Show(Bar("q7", 2, 5, 10, BarKind.Booking)).Put.Single();
        (int number, long top) = (booked.Number, booked.Top);

        LaneChange then = Show(Bar("q7", 2, 5, 10));

        Assert.Empty(then.Gone);
        Assert.Equal((number, top, BarKind.Grant), (then.Put.Single().Number, then.Put.Single().Top, then.Put.Single().Bar.Kind));
    }

    [Fact]
    public void A_bar_that_grows_into_another_makes_room()
    {
        Show(Bar("a", 4, 0, 10), Bar("b", 4, 10, 20));

        LaneChange then = Show(Bar("a", 4, 0, 15), Bar("b", 4, 10, 20));

        Assert.Equal([("a", 4m)], then.Put.Select(Top));
    }

    [Fact]
    public void What_draws_from_a_reservation_stands_on_it_and_what_does_not_beside_it()
    {
        Show(Bar("first", 1, -5, 30, owner: "lumen"), Bar("r", 4, 0, 20, BarKind.Reservation, "acme"));

        LaneChange then = Show(Bar("first", 1, -5, 30, owner: "lumen"), Bar("r", 4, 0, 20, BarKind.Reservation, "acme"), Bar("mine", 2, 5, 10, owner: "acme/x"), Bar("theirs", 2, 6, 10, owner: "globex"));

        Assert.Equal([("mine", 1m), ("theirs", 5m)], then.Put.Select(Top));
    }

    [Fact]
    public void More_than_there_is_makes_the_lane_higher_and_estimates_never_do()
    {
        Show(Bar("a", 6, 0, 10), Bar("b", 4, 0, 10));
        Assert.Equal(10_000, _rows.Height);

        Assert.Equal([("p", 5m)], Show(Bar("a", 6, 0, 10), Bar("b", 4, 0, 10), Bar("p", 3, 5, 10, BarKind.Plan)).Put.Select(Top));
        Assert.Equal(10_000, _rows.Height);
    }

    [Fact]
    public void A_bar_is_found_by_its_number_while_it_is_shown()
    {
        LaneRow row = Show(Bar("r", 4, 0, 20, BarKind.Reservation)).Put.Single();
        Assert.Equal("r", _rows.Find(row.Number)!.Id);

        Show();
        Assert.Null(_rows.Find(row.Number));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whatever_comes_and_goes_no_two_that_hold_at_once_overlap(int seed)
    {
        Random random = new(seed);
        List<Bar> bars = [];
        for (int step = 0; step < 200; step++)
        {
            for (int i = random.Next(4); i > 0; i--)
            {
                int from = random.Next(100);
                bars.Add(Bar($"b{step}-{i}", random.Next(1, 5), from, from + random.Next(1, 30), (BarKind)random.Next(2)));
            }

            bars.RemoveAll(_ => random.Next(12) == 0);
            if (bars.Count > 0)
            {
                int at = random.Next(bars.Count);
                bars[at] = bars[at] with { To = bars[at].To + TimeSpan.FromMinutes(random.Next(5)) };
            }

            Show([.. bars]);
            LaneRow[] shown = [.. Enumerable.Range(0, 1_000).Select(n => _shown.GetValueOrDefault(n)).OfType<LaneRow>()];
            Assert.Equal(bars.Count, shown.Length);
            Assert.DoesNotContain(shown, a => Array.Exists(shown, b => a != b && a.Bar.From < b.Bar.To && b.Bar.From < a.Bar.To && a.Top < b.Bottom && b.Top < a.Bottom));
        }
    }

    private readonly Dictionary<int, LaneRow> _shown = [];

    private LaneChange Show(params Bar[] bars)
    {
        LaneChange change = _rows.Update(new Lane("gpus", "gpu", 0, 8, bars));
        foreach (int gone in change.Gone)
        {
            _shown.Remove(gone);
        }

        foreach (LaneRow row in change.Put)
        {
            _shown[row.Number] = row;
        }

        return change;
    }

    private IEnumerable<(string Id, decimal Top)> Tops(params Bar[] bars) => Show(bars).Put.Select(Top);

    private static (string, decimal) Top(LaneRow row) => (row.Bar.Id, row.Top / 1000m);

    private static Bar Bar(string id, int amount, int from, int to, BarKind kind = BarKind.Grant, string owner = "acme") =>
        new(id, kind, id, OwnerPath.Parse(owner), Quantity.Of(amount), new Instant(from * 60_000L), new Instant(to * 60_000L), EndIsKnown: true);
}
