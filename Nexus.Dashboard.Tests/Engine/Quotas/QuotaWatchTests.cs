using CsCheck;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Engine.Quotas;

/// <summary>When a limit should be another, from what is used under it turn by turn; a window is 20 turns here.</summary>
public sealed class QuotaWatchTests
{
    private const int Window = 20;

    private static readonly QuotaAdjustment Bounds = new(QuotaAdjustMode.Offer, Quantity.Of(4), Quantity.Of(40));

    private long _next;

    [Fact]
    public void A_limit_that_holds_people_back_is_raised_by_a_quarter()
    {
        QuotaWatch watch = Watched(16, Window, used: 16, refused: 2);

        QuotaAdvice advice = watch.Advise(Bounds)!;

        Assert.Equal((16, 20, true), (advice.From.Units, advice.To.Units, advice.Raises));
        Assert.Equal(new QuotaEvidence(Window, 16_000, 16_000, Window, 2 * Window, 0), advice.Evidence);
    }

    [Fact]
    public void Those_who_wait_for_it_are_held_back_as_much_as_those_who_are_refused() =>
        Assert.Equal(20, Watched(16, Window, used: 16, waited: 1).Advise(Bounds)!.To.Units);

    [Fact]
    public void A_limit_that_is_reached_and_holds_nobody_back_stays() => Assert.Null(Watched(16, Window, used: 16).Advise(Bounds));

    [Fact]
    public void A_few_refusals_far_from_the_limit_raise_nothing() => Assert.Null(Watched(16, Window, used: 12, refused: 1).Advise(Bounds));

    [Fact]
    public void Less_than_a_twentieth_of_the_turns_with_somebody_held_back_is_not_enough()
    {
        QuotaWatch watch = new(Quantity.Of(16).Thousandths, 100);
        for (int i = 0; i <= 100; i++)
        {
            watch.See(i, new QuotaTurn(16_000, i is > 0 and < 5 ? 1 : 0, 0));
        }

        Assert.Null(watch.Advise(Bounds));
    }

    [Fact]
    public void A_limit_far_above_what_is_used_for_a_whole_window_is_lowered_to_a_quarter_above_the_peak_and_by_a_quarter_at_most()
    {
        Assert.Equal(12, Watched(16, Window, used: 2).Advise(Bounds)!.To.Units);
        Assert.Equal(15, Watched(20, Window, used: 12).Advise(Bounds)!.To.Units);
        Assert.Null(Watched(20, Window, used: 13).Advise(Bounds));
        Assert.Null(Watched(16, Window - 1, used: 2).Advise(Bounds));
    }

    [Fact]
    public void One_busy_turn_in_the_window_keeps_the_limit()
    {
        QuotaWatch watch = Watched(16, Window, used: 2);
        watch.See(Window + 1, new QuotaTurn(11_000, 0, 0));
        watch.See(Window + 2, new QuotaTurn(2_000, 0, 0));

        Assert.Null(watch.Advise(Bounds));
    }

    [Fact]
    public void It_stays_within_the_bounds_that_were_set()
    {
        Assert.Equal(40, Watched(36, Window, used: 36, refused: 1).Advise(Bounds)!.To.Units);
        Assert.Null(Watched(40, Window, used: 40, refused: 1).Advise(Bounds));
        Assert.Equal(4, Watched(5, Window, used: 0).Advise(Bounds)!.To.Units);
        Assert.Null(Watched(4, Window, used: 0).Advise(Bounds));
    }

    [Fact]
    public void A_limit_outside_its_bounds_is_not_moved_away_from_what_use_speaks_for()
    {
        Assert.Null(Watched(50, Window, used: 50, refused: 1).Advise(Bounds));
        Assert.Null(Watched(2, Window, used: 0).Advise(Bounds));
    }

    [Fact]
    public void Large_limits_are_rounded_to_two_digits() =>
        Assert.Equal(2_600_000, Watched(2_050_000, Window, used: 2_050_000, refused: 1).Advise(Bounds with { Max = Quantity.Of(9_000_000) })!.To.Units);

    [Fact]
    public void A_limit_of_nothing_is_raised_by_one() => Assert.Equal(1, Watched(0, Window, used: 0, refused: 1).Advise(Bounds with { Min = Quantity.Zero })!.To.Units);

    [Fact]
    public void Raising_goes_on_after_a_quarter_of_the_window_and_turning_round_needs_a_whole_one_and_calm_twice_as_long()
    {
        QuotaWatch watch = Watched(16, Window, used: 16, refused: 1);
        watch.Changed(20_000);
        Pass(watch, Window / 4, new QuotaTurn(20_000, 1, 0));
        Assert.Equal(25, watch.Advise(Bounds)!.To.Units);
        watch.Changed(25_000);

        Pass(watch, Window, new QuotaTurn(1_000, 0, 0));
        watch.Changed((long)(watch.Advise(Bounds)!.To.Units * 1000));
        Pass(watch, Window, new QuotaTurn(1_000, 0, 0));
        Assert.Null(watch.Advise(Bounds));
        Pass(watch, Window, new QuotaTurn(1_000, 0, 0));
        Assert.NotNull(watch.Advise(Bounds));
    }

    [Fact]
    public void What_was_turned_down_is_not_said_again_for_a_window_and_what_was_taken_back_for_two()
    {
        QuotaWatch declined = Watched(16, Window, used: 2);
        declined.TurnedDown(16_000, takenBack: false);
        Pass(declined, Window - 1, new QuotaTurn(2_000, 0, 0));
        Assert.Null(declined.Advise(Bounds));
        Pass(declined, 1, new QuotaTurn(2_000, 0, 0));
        Assert.NotNull(declined.Advise(Bounds));

        QuotaWatch reverted = Watched(16, Window, used: 2);
        reverted.Changed(12_000);
        reverted.TurnedDown(16_000, takenBack: true);
        Pass(reverted, (2 * Window) - 1, new QuotaTurn(2_000, 0, 0));
        Assert.Null(reverted.Advise(Bounds));
        Pass(reverted, 1, new QuotaTurn(2_000, 0, 0));
        Assert.NotNull(reverted.Advise(Bounds));
    }

    [Fact]
    public void A_watch_goes_on_from_what_was_kept_of_it()
    {
        QuotaWatch watch = Watched(16, Window - 1, used: 2);
        QuotaWatch again = new(watch.State, Window);
        Pass(again, 1, new QuotaTurn(2_000, 0, 0));

        Assert.Equal(12, again.Advise(Bounds)!.To.Units);
    }

    [Fact]
    public void A_proposal_speaks_no_more_once_use_has_risen_or_nobody_is_held_back_any_more()
    {
        QuotaWatch calm = Watched(16, Window, used: 2);
        Assert.True(calm.StillSpeaksFor(raises: false));
        calm.See(Window + 1, new QuotaTurn(15_000, 0, 0));
        Assert.False(calm.StillSpeaksFor(raises: false));

        QuotaWatch busy = Watched(16, Window, used: 16, refused: 1);
        Assert.True(busy.StillSpeaksFor(raises: true));
        Pass(busy, Window, new QuotaTurn(16_000, 0, 0));
        Assert.False(busy.StillSpeaksFor(raises: true));
    }

    [Fact]
    public void Under_a_load_that_comes_and_goes_it_settles_and_never_swings() => Loads.Sample(load =>
    {
        QuotaWatch watch = new(load.Limit * 1000, Window);
        QuotaAdjustment bounds = new(QuotaAdjustMode.Apply, Quantity.Of(1), Quantity.Of(1_000));
        List<(int Cycle, bool Raised)> changes = [];
        const int cycles = 60;
        for (int turn = 0; turn < cycles * Math.Max(load.Period, Window); turn++)
        {
            long wanted = load.At(turn) * 1000;
            watch.See(turn, new QuotaTurn(Math.Min(wanted, watch.Limit), wanted > watch.Limit ? 1 : 0, 0));
            if (watch.Advise(bounds) is { } advice)
            {
                Assert.InRange(advice.To.Units, 1, 1_000);
                changes.Add((turn / Math.Max(load.Period, Window), advice.Raises));
                watch.Changed(advice.To.Thousandths);
            }
        }

        // It turns round at most twice for each doubling of the period, and each way there is a bounded number of steps.
        int turns = changes.Zip(changes.Skip(1)).Count(c => c.First.Raised != c.Second.Raised);
        int most = (2 * (int)Math.Ceiling(Math.Log2(Math.Max(1, load.Period / (double)Window)))) + 3;
        Assert.True(turns <= most, $"{load} turned round {turns} times, {most} are allowed");
        Assert.True(changes.Count <= (most + 1) * 32, $"{load} changed {changes.Count} times");

        // After it has settled no cycle sees it go up and down.
        Assert.DoesNotContain(changes.Where(c => c.Cycle >= cycles / 2).GroupBy(c => c.Cycle), c => c.Any(x => x.Raised) && c.Any(x => !x.Raised));
        Assert.DoesNotContain(changes, c => c.Cycle >= cycles - 4);
    }, iter: 300);

    private static readonly Gen<Load> Loads = Gen.Select(Gen.Int[0, 2], Gen.Int[2, 12 * Window], Gen.Int[1, 400], Gen.Int[0, 100], Gen.Int[5, 95], Gen.Int[1, 500])
        .Select((shape, period, peak, low, duty, limit) => new Load(shape, period, peak, peak * low / 100, duty, limit));

    private sealed record Load(int Shape, int Period, long Peak, long Low, int Duty, long Limit)
    {
        public long At(int turn)
        {
            int at = turn % Period;
            double high = Shape switch
            {
                0 => at * 100 < Period * Duty ? 1 : 0,
                1 => (1 + Math.Sin(2 * Math.PI * at / Period)) / 2,
                _ => (double)at / Period,
            };
            return Low + (long)Math.Round((Peak - Low) * high);
        }
    }

    private QuotaWatch Watched(long limit, int turns, long used, long refused = 0, int waited = 0)
    {
        QuotaWatch watch = new(limit * 1000, Window);
        Pass(watch, turns, new QuotaTurn(used * 1000, refused, waited));
        return watch;
    }

    // Each turn is over when the next begins.
    private void Pass(QuotaWatch watch, int turns, QuotaTurn seen)
    {
        long first = _next;
        for (; _next <= first + turns; _next++)
        {
            watch.See(_next, seen);
        }
    }
}
