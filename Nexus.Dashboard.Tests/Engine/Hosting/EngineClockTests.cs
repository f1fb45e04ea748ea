using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Engine.Hosting;

public sealed class EngineClockTests
{
    private readonly TestClock _clocks = new();

    [Fact]
    public void It_goes_with_the_clocks_while_they_agree()
    {
        EngineClock clock = Clock();
        Instant start = clock.Now;

        _clocks.Advance(TimeSpan.FromMilliseconds(1234));

        Assert.Equal(start + TimeSpan.FromMilliseconds(1234), clock.Advance().Now);
        Assert.Equal(ClockState.InStep, clock.Health.State);
    }

    [Fact]
    public void A_wall_clock_that_is_ahead_is_caught_up_with_at_a_tenth_of_the_pace()
    {
        EngineClock clock = Clock();
        Instant start = clock.Advance().Now;
        _clocks.SetWallBy(TimeSpan.FromSeconds(60));
        Assert.Equal(start, clock.Advance().Now);

        _clocks.Advance(TimeSpan.FromSeconds(100));
        Assert.Equal(start + TimeSpan.FromSeconds(110), clock.Advance().Now);
        Assert.Equal((ClockState.Adjusting, TimeSpan.FromSeconds(50)), (clock.Health.State, clock.Health.Ahead));

        _clocks.Advance(TimeSpan.FromSeconds(600));
        Assert.Equal(start + TimeSpan.FromSeconds(760), clock.Advance().Now);
        Assert.Equal(ClockState.InStep, clock.Health.State);
    }

    [Fact]
    public void A_wall_clock_that_was_set_back_slows_it_down_and_never_turns_it_back()
    {
        EngineClock clock = Clock();
        Instant start = clock.Advance().Now;
        _clocks.SetWallBy(TimeSpan.FromDays(-30));

        Assert.Equal((start, (Instant?)null), clock.Advance());
        _clocks.Advance(TimeSpan.FromSeconds(100));
        Assert.Equal((start + TimeSpan.FromSeconds(90), (Instant?)null), clock.Advance());
        Assert.Equal(ClockState.Adjusting, clock.Health.State);
    }

    [Fact]
    public void A_jump_of_an_hour_is_caught_up_with_and_one_of_more_is_taken_at_once()
    {
        EngineClock clock = Clock();
        Instant start = clock.Advance().Now;

        _clocks.SetWallBy(TimeSpan.FromHours(1));
        Assert.Equal((start, (Instant?)null), clock.Advance());

        _clocks.SetWallBy(TimeSpan.FromMilliseconds(1));
        Assert.Equal((start + TimeSpan.FromHours(1) + TimeSpan.FromMilliseconds(1), (Instant?)start), clock.Advance());
        Assert.Equal((ClockState.Jumped, start), (clock.Health.State, clock.Health.LastJump!.From));
    }

    [Fact]
    public void A_jump_of_more_than_seven_days_waits_for_an_operator_and_time_goes_on_by_itself()
    {
        EngineClock clock = Clock();
        Instant start = clock.Advance().Now;
        _clocks.SetWallBy(TimeSpan.FromDays(7) + TimeSpan.FromSeconds(1));
        _clocks.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal((start + TimeSpan.FromSeconds(10), (Instant?)null), clock.Advance());
        Assert.Equal(ClockState.WaitingForOperator, clock.Health.State);

        Assert.True(clock.Accept());
        (Instant now, Instant? from) = clock.Advance();
        Assert.Equal(start + TimeSpan.FromSeconds(10), from);
        Assert.Equal(Instant.From(_clocks.GetUtcNow()), now);
    }

    [Fact]
    public void What_was_accepted_is_forgotten_when_the_wall_clock_comes_back_first()
    {
        EngineClock clock = Clock();
        _clocks.SetWallBy(TimeSpan.FromDays(30));
        Assert.True(clock.Accept());
        _clocks.SetWallBy(TimeSpan.FromDays(-30));
        clock.Advance();

        _clocks.SetWallBy(TimeSpan.FromDays(300));

        Assert.Null(clock.Advance().JumpedFrom);
        Assert.Equal(ClockState.WaitingForOperator, clock.Health.State);
    }

    [Fact]
    public void Nothing_is_accepted_when_nothing_waits() => Assert.False(Clock().Accept());

    [Theory]
    [InlineData(-3600, 0, false)] // The wall clock is behind the journal: time stands at the journal's, never before it.
    [InlineData(0, 0, false)]
    [InlineData(3600, 3600, false)] // Up to an hour has simply passed.
    [InlineData(3601, 3601, true)] // More is a jump.
    [InlineData(7 * 86_400, 7 * 86_400, true)]
    [InlineData((7 * 86_400) + 1, 0, false)] // And much more waits for an operator.
    public void It_sets_out_from_the_last_event(int downSeconds, int passed, bool jumps)
    {
        EngineClock clock = Clock();
        Instant last = Instant.From(_clocks.GetUtcNow()) - TimeSpan.FromSeconds(downSeconds);

        clock.StartFrom(last);

        Assert.Equal((last + TimeSpan.FromSeconds(passed), jumps ? last : (Instant?)null), clock.Advance());
    }

    [Fact]
    public void An_engine_without_history_sets_out_at_the_wall_clocks_time()
    {
        EngineClock clock = Clock();

        clock.StartFrom(null);

        Assert.Equal(Instant.From(_clocks.GetUtcNow()), clock.Now);
    }

    [Fact]
    public void It_says_how_long_to_sleep()
    {
        EngineClock clock = Clock();
        Instant due = clock.Now + TimeSpan.FromSeconds(11);

        Assert.Equal(TimeSpan.FromSeconds(11), clock.Until(due));
        _clocks.SetWallBy(TimeSpan.FromMinutes(1));
        Assert.Equal(TimeSpan.FromSeconds(10), clock.Until(due)); // It runs a tenth faster.
        Assert.Equal(TimeSpan.Zero, clock.Until(clock.Now));
    }

    private EngineClock Clock() => new(_clocks, TimeSpan.FromDays(7));
}
