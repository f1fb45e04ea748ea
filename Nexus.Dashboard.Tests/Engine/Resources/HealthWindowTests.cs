using CsCheck;
using Nexus.Engine.Resources;
using Nexus.Engine.Resources.Health;

namespace Nexus.Dashboard.Tests.Engine.Resources;

public sealed class HealthWindowTests
{
    private static readonly Instant Start = new(1_767_225_600_000);

    // Counted one by one, by the step in which each fell.
    [Fact]
    public void What_counts_are_the_outcomes_of_this_step_and_the_nine_before_and_no_more_is_kept() =>
        Gen.Select(Gen.Int[1, 90], Gen.Select(Gen.Bool, Gen.Int[0, 20_000]).Array[0, 60]).Sample((seconds, outcomes) =>
        {
            HealthWindow window = new(TimeSpan.FromSeconds(seconds));
            List<(bool Failed, long Step)> all = [];
            (Instant now, long step) = (Start, seconds * 100);
            foreach ((bool failed, int later) in outcomes)
            {
                now += TimeSpan.FromMilliseconds(later);
                window.Add(failed, now);
                all.Add((failed, now.Milliseconds / step));
                (bool Failed, long Step)[] counted = [.. all.Where(o => o.Step > (now.Milliseconds / step) - HealthWindow.Steps)];
                Assert.Equal((counted.Count(o => o.Failed), counted.Length), window.At(now));
                Assert.InRange(window.Slots.Count, 1, HealthWindow.Steps);
            }

            Assert.Equal((0, 0), window.At(now + TimeSpan.FromSeconds(seconds)));
        });
}
