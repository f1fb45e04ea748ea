using CsCheck;
using Nexus.Engine.Scheduling.Strategies;

namespace Nexus.Dashboard.Tests.Engine.Scheduling.Strategies;

public sealed class HalfLifeTests
{
    private static readonly HalfLife Week = new((long)TimeSpan.FromDays(7).TotalMilliseconds);

    // G03-half-life: Slurm's PriorityDecayHalfLife, the same formula in KAI's time-based fair share: 800 ÷ 4 + 300 ÷ 2 + 50.
    [Fact]
    public void Usage_of_two_weeks_one_week_and_now_counts_400_and_half_of_that_after_another_week()
    {
        long now = Week.EpochOf(1_767_225_600_000);
        long week = HalfLife.Epochs;

        long usage = HalfLife.Decayed(800_000, now - (now - (2 * week))) + HalfLife.Decayed(300_000, week) + HalfLife.Decayed(50_000, 0);

        Assert.Equal(400_000, usage);
        Assert.Equal(200_000, HalfLife.Decayed(usage, week));
    }

    [Fact]
    public void A_value_decays_as_a_power_of_two_to_the_last_digit_and_in_one_step_as_in_two() =>
        Gen.Select(Gen.Long[0, 1L << 52], Gen.Int[0, 40_000], Gen.Int[0, 40_000]).Sample((value, a, b) =>
        {
            Assert.Equal(value * Math.Pow(2, -a / 1024.0), HalfLife.Decayed(value, a), Math.Max(1.01, value * 1e-15));
            Assert.InRange(HalfLife.Decayed(value, a + b) - HalfLife.Decayed(HalfLife.Decayed(value, a), b), -1, 1);
        });

    [Fact]
    public void Large_counters_decay_alike() =>
        Gen.Select(Gen.Long[0, long.MaxValue], Gen.Int[0, 60], Gen.Int[0, 40_000]).Sample((value, shift, epochs) =>
        {
            double expected = Math.ScaleB(value, shift) * Math.Pow(2, -epochs / 1024.0);
            Assert.Equal(expected, (double)HalfLife.Decayed((Int128)value << shift, epochs), Math.Max(1.01, expected * 1e-14));
        });

    [Fact]
    public void Epochs_follow_each_other_without_gaps_1024_to_the_half_life() =>
        Gen.Select(Gen.Long[60_000, 31_622_400_000], Gen.Long[0, 4_000_000_000_000]).Sample((milliseconds, now) =>
        {
            HalfLife life = new(milliseconds);
            long epoch = life.EpochOf(now);

            Assert.InRange(now, life.StartOf(epoch), life.StartOf(epoch + 1) - 1);
            Assert.Equal(epoch + HalfLife.Epochs, life.EpochOf(now + milliseconds));
        });

    [Fact]
    public void What_flows_evenly_for_ever_amounts_to_the_flow_of_the_window() =>
        Assert.Equal(86_400_000 / Math.Log(2), new HalfLife(86_400_000).Window, 1.0);
}
