using Nexus.Dashboard.Features.Queue;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Queue;

public sealed class FreeStepsTests
{
    private static readonly Instant Now = new(1_000_000_000);

    [Fact]
    public void It_falls_where_something_begins_and_rises_where_it_ends() =>
        Assert.Equal([(0, 4), (10, 8), (20, 5), (30, 8)], Free(Bar(4, -5, 10), Bar(3, 20, 30, BarKind.Booking)));

    [Fact]
    public void What_has_no_known_end_is_counted_on_by_nobody() => Assert.Equal([(0, 4)], Free(Bar(4, -5, 10) with { EndIsKnown = false }));

    [Fact]
    public void An_estimate_is_nobodys_promise() => Assert.Equal([(0, 8)], Free(Bar(4, 5, 10, BarKind.Plan)));

    [Fact]
    public void Of_a_reservation_only_what_is_not_drawn_is_missing() =>
        Assert.Equal([(0, 5), (10, 4), (30, 8)], Free(Bar(3, -5, 20, owner: "acme/x"), Bar(4, 10, 30, BarKind.Reservation, "acme")));

    [Fact]
    public void Others_do_not_draw_from_it() =>
        Assert.Equal([(0, 5), (10, 1), (20, 4), (30, 8)], Free(Bar(3, -5, 20, owner: "globex"), Bar(4, 10, 30, BarKind.Reservation, "acme")));

    [Fact]
    public void What_a_reserve_does_not_cover_is_drawn_from_the_one_above() =>
        Assert.Equal([(0, 2), (10, 8)], Free(Bar(3, -5, 10, owner: "acme/x/agent"), Bar(2, -5, 10, BarKind.Reservation, "acme/x"), Bar(4, -5, 10, BarKind.Reservation, "acme")));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Far_ahead_it_is_coarse_never_too_high_and_never_long(int seed)
    {
        Random random = new(seed);
        Bar[] bars = [.. Enumerable.Range(0, 3_000).Select(_ => random.Next(100_000) is var from ? Bar(1, from, from + random.Next(1, 2_000)) : null!)];
        Quantity capacity = Quantity.Of(3_000);

        IReadOnlyList<FreeStep> steps = FreeSteps.Of(capacity, bars, Now);

        Assert.InRange(steps.Count, 100, 1_500);
        Assert.All(Enumerable.Range(0, 300), _ =>
        {
            Instant at = Now + TimeSpan.FromMinutes(random.Next(110_000));
            Assert.InRange(steps.Last(s => s.At <= at).Free.Units, 0, 3_000 - bars.Count(b => b.From <= at && at < b.To));
        });
        Assert.Equal(3_000, steps[^1].Free.Units);
    }

    private static IEnumerable<(int, int)> Free(params Bar[] bars) =>
        FreeSteps.Of(Quantity.Of(8), bars, Now).Select(s => ((int)(s.At - Now).TotalMinutes, (int)s.Free.Units));

    private static Bar Bar(int amount, int from, int to, BarKind kind = BarKind.Grant, string owner = "acme") =>
        new($"{owner} {from}", kind, "r", OwnerPath.Parse(owner), Quantity.Of(amount), Now + TimeSpan.FromMinutes(from), Now + TimeSpan.FromMinutes(to), EndIsKnown: true);
}
