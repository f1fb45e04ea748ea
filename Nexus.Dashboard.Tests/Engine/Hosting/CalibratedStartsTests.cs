using Nexus.Dashboard.Tests.Engine.Simulation.Traces;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Simulation;
using Nexus.Engine.Simulation.Traces;
using Simulated = Nexus.Dashboard.Tests.Engine.Simulation.Simulated;

namespace Nexus.Dashboard.Tests.Engine.Hosting;

/// <summary>What is promised on an hour of real traffic, at seven tenths of what it takes at its peak, is kept as often as promised, or more often where it is exact.</summary>
public sealed class CalibratedStartsTests
{
    private const decimal Share = 0.7m;

    [Fact]
    public void Where_calls_hold_a_slot_for_as_long_as_they_take_four_fifths_of_the_intervals_come_true()
    {
        List<TraceRequest> calls = [.. Trace.ReadShared(Trace.Azure, owners: 10).Select(InSlot)];

        StartCalibration starts = Replay(calls, new Supply("gpu", Quantity.Of((long)(MostAtOnce(calls) * Share))));

        Assert.Equal([EstimateBasis.Learned], starts.ByBasis.Select(b => b.Key));
        Assert.InRange(starts.All.Scored, 500, 5_000);
        Assert.InRange((double)starts.All.Kept / starts.All.Scored, 0.75, 0.85);
    }

    [Fact]
    public void Where_calls_take_from_buckets_the_start_is_known_to_the_moment_and_more_come_true_than_was_promised()
    {
        List<TraceRequest> calls = [.. Trace.ReadShared(Trace.Azure, owners: 10).TakeWhile(c => c.At < TimeSpan.FromMinutes(20))];

        StartCalibration starts = Replay(calls, [.. BusiestMinute(calls).Select(Bucket)]);

        Assert.Equal([EstimateBasis.Refill], starts.ByBasis.Select(b => b.Key));
        Assert.InRange(starts.All.Scored, 500, 1_500);
        Assert.InRange((double)starts.All.Kept / starts.All.Scored, 0.85, 1);
        Assert.Equal(TimeSpan.Zero, starts.All.Bias);
    }

    private static Supply Bucket(ResourceAmount busiest)
    {
        Quantity aMinute = Quantity.Of((long)(busiest.Quantity.Units * Share));
        return busiest.Kind == "tokens.context" ? new Supply(busiest.Kind, Quantity.Of(1_000_000)) : new Supply(busiest.Kind, aMinute, aMinute, TimeSpan.FromMinutes(1));
    }

    private static IEnumerable<ResourceAmount> BusiestMinute(List<TraceRequest> calls) => calls
        .SelectMany(c => c.Resources.Select(a => (a.Kind, Minute: (int)c.At.TotalMinutes, a.Quantity.Units)))
        .GroupBy(a => a.Kind, StringComparer.Ordinal)
        .Select(k => new ResourceAmount(k.Key, Quantity.Of((long)k.GroupBy(a => a.Minute).Max(m => m.Sum(a => a.Units)))));

    // A call holds a slot (here a gpu) while its tokens are generated, 20 a second: at 50 a second too few wait for a share of them to mean much.
    private static TraceRequest InSlot(TraceRequest call) => call with { Resources = ResourceVector.Of(new ResourceAmount("gpu", Quantity.Of(1))), Duration = call.RunTime(20) };

    private static int MostAtOnce(List<TraceRequest> calls)
    {
        int running = 0;
        return calls.SelectMany(c => new[] { (c.At, Change: 1), (At: c.At + c.Duration!.Value, Change: -1) }).OrderBy(c => c.At).ThenBy(c => c.Change).Max(c => running += c.Change);
    }

    private static StartCalibration Replay(List<TraceRequest> calls, params Supply[] supplies)
    {
        PoolDefinition pool = new("model", [.. supplies.OrderBy(s => s.Kind, StringComparer.Ordinal)], Labels.None, PurchaseOption.OnDemand, null);
        TestClock clock = new();
        ReadModel read = new(new EngineOptions(), new EngineClock(clock, TimeSpan.FromDays(1)), clock);
        Nexus.Engine.Core.Engine engine = null!;
        Instant next = default;
        Workload workload = Simulated.Workload(calls, pool);
        Simulator.Compare(workload with { Inputs = () => workload.Inputs().Select(Open) }, [new Variant("it", e => [new SetPool(pool) { Actor = Simulated.Operator }, .. Seen(e)])], Decided);
        return read.Calibration(null, null, OwnerPath.Root);

        // Nobody says beforehand how long it will take.
        static Input Open(Input input) => input with { Command = input.Command is Submit submit ? submit with { Spec = submit.Spec with { Duration = null } } : input.Command };

        Command[] Seen(Nexus.Engine.Core.Engine begun)
        {
            engine = begun;
            return [];
        }

        void Decided(int variant, Batch batch)
        {
            clock.Advance(engine.Now - read.Now);
            read.Apply(batch, engine);
            if (engine.Now >= next)
            {
                next = engine.Now + StartSampler.Interval;
                read.PromiseStart();
            }
        }
    }
}
