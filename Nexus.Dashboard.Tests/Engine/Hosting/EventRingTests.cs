using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Engine.Hosting;

public sealed class EventRingTests
{
    [Fact]
    public void The_newest_are_held_and_no_more_than_there_is_room_for()
    {
        EventRing ring = new(3);
        Assert.Equal((0, 0), (ring.First, ring.Last));

        foreach (long sequence in (long[])[7, 8, 9, 10])
        {
            ring.Add(At(new ClockJumped(default), sequence));
        }

        Assert.Equal((8, 10), (ring.First, ring.Last));
        Assert.Equal([false, true, true, true, false], new long[] { 7, 8, 9, 10, 11 }.Select(s => ring.Get(s) is not null));
    }

    [Fact]
    public void A_report_of_many_records_takes_the_room_of_as_many_events()
    {
        EventRing ring = new(10);
        ring.Add(At(Report(4), 1));
        ring.Add(At(Report(4), 2));
        ring.Add(At(new ClockJumped(default), 3));
        Assert.Equal(1, ring.First);

        ring.Add(At(Report(4), 4));
        Assert.Equal((2, 4), (ring.First, ring.Last));
        Assert.Null(ring.Get(1));

        // The newest is held whatever it weighs, and gives all of its room back.
        ring.Add(At(Report(50), 5));
        Assert.Equal((5, 5), (ring.First, ring.Last));
        ring.Add(At(new ClockJumped(default), 6));
        ring.Add(At(Report(9), 7));
        Assert.Equal((6, 7), (ring.First, ring.Last));
    }

    private static EngineEvent At(EngineEvent happened, long sequence)
    {
        happened.Stamp(sequence, new Instant(sequence), Actor.Engine);
        return happened;
    }

    private static UsageRecorded Report(int records) =>
        new([.. Enumerable.Range(0, records).Select(i => new RecordedUsage(new UsageRecord($"u{i}", default, OwnerPath.Parse("acme"), "tokens.input", Quantity.Of(1)), []))]);
}
