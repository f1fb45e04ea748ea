using CsCheck;
using Nexus.Dashboard.Tests.Engine.Histories;
using Nexus.Engine.Core;
using Nexus.Engine.Costs.Allowances;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Hosting;

/// <summary>After any batch of any history the read model holds what the core holds.</summary>
public sealed class ReadModelHistories
{
    private static readonly Gen<Deed> Deeds = Gen.Frequency(
        (10, Gen.Const(Deed.Submit)), (16, Gen.Const(Deed.SubmitQueued)), (14, Gen.Const(Deed.Release)), (4, Gen.Const(Deed.ReleaseAgain)), (4, Gen.Const(Deed.Renew)),
        (4, Gen.Const(Deed.Cancel)), (4, Gen.Const(Deed.SetPriority)), (5, Gen.Const(Deed.SetPool)), (2, Gen.Const(Deed.DrainPool)), (2, Gen.Const(Deed.DeletePool)),
        (12, Gen.Const(Deed.Pass)), (1, Gen.Const(Deed.Jump)), (3, Gen.Const(Deed.OpenAllowance)), (1, Gen.Const(Deed.CancelAllowance)));

    private static readonly Gen<Step> Steps = Gen.Select(Deeds, Gen.Int[0, 1000], Gen.Int[0, 20_000], Gen.Int[0, 1000], (deed, a, b, c) => new Step(deed, a, b, c));

    [Fact]
    public void The_read_model_equals_the_core_after_every_batch() => Steps.List[1, 150].Sample(Live, iter: 200, print: steps => string.Join(" ", steps));

    private static void Live(List<Step> steps)
    {
        ReadModel read = null!;
        World world = new((engine, batch) =>
        {
            read ??= new ReadModel(new EngineOptions { EndedInMemory = 40, EventsInMemory = 100 }, new EngineClock(TimeProvider.System, TimeSpan.FromDays(7)), TimeProvider.System);
            read.Apply(batch, engine);
            Compare(engine, read);
        });
        steps.ForEach(world.Do);
    }

    private static void Compare(Nexus.Engine.Core.Engine engine, ReadModel read)
    {
        Request[] requests = [.. engine.Requests];
        Assert.Equal(engine.Sequence, read.Sequence);
        Assert.Equal(engine.Pools.Select(p => (p.Name, p.Version, p.Draining, string.Join(' ', p.Meters))), read.Pools.Select(p => (p.Name, p.Version, p.Draining, string.Join(' ', p.Meters))));
        Assert.All(requests, r => Assert.Same(r, read.Find(r.Key)));
        Assert.All(requests.Where(r => r.Lease is not null), r => Assert.Same(r, read.FindByLease(r.Lease!.Number)));
        Assert.Equal(Live(requests, RequestStatus.Queued), Live(read.List(Everything with { Statuses = new HashSet<RequestStatus> { RequestStatus.Queued } }).Items, RequestStatus.Queued));
        Assert.Equal(Live(requests, RequestStatus.Allocated), Live(read.List(Everything with { Statuses = new HashSet<RequestStatus> { RequestStatus.Allocated } }).Items, RequestStatus.Allocated));

        Assert.Equal(engine.Allowances.Select(Shown), read.Allowances.All.Select(Shown));
        Assert.Equal(
            engine.Allowances.Where(a => a.Spec.Parent is not null).Select(a => a.Key.ToString()).Order(StringComparer.Ordinal), read.Allowances.All.SelectMany(a => read.Allowances.ChildrenOf(a.Key)).Select(a => a.Key.ToString()).Order(StringComparer.Ordinal));

        // What was remembered anew after a late release stands in no list: it ended before those that do.
        HashSet<RequestKey> known = [.. requests.Select(r => r.Key)];
        Assert.All(read.List(Everything).Items, r => Assert.Contains(r.Key, known));

        Counts counts = read.Counts;
        Counts counted = read.CountsWithin(OwnerPath.Parse("acme"));
        Counts others = read.CountsWithin(OwnerPath.Parse("globex"));
        Assert.Equal((counts.Waiting, counts.Running), (counted.Waiting + others.Waiting, counted.Running + others.Running));
        Request[] waiting = [.. requests.Where(r => r.Status == RequestStatus.Queued)];
        Assert.Equal(waiting.Length, counts.Waiting);
        Assert.Equal(requests.Count(r => r.Status == RequestStatus.Allocated), counts.Running);
        Assert.Equal(waiting.GroupBy(r => r.Priority).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => (g.Key, g.Count())), counts.WaitingByClass.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => (c.Key, c.Value)));
        Assert.Equal(waiting.Length == 0 ? null : waiting.MinBy(r => r.Arrival)!.SubmittedAt, counts.OldestWaitingSince);
        Assert.Equal(
            counts.WaitingByPool.OrderBy(c => c.Key, StringComparer.Ordinal),
            waiting.SelectMany(r => read.HomesOf(r)).GroupBy(p => p).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => new KeyValuePair<string, int>(g.Key, g.Count())));
    }

    private static string Shown(AllowanceState allowance) => $"{allowance.Key} {allowance.Status} {allowance.Running} {allowance.Waiting} {allowance.Refused} {string.Join(' ', allowance.Figures)}";

    private static RequestQuery Everything => new() { Within = OwnerPath.Root, Limit = RequestQuery.MaxLimit };

    private static string Live(IEnumerable<Request> requests, RequestStatus status) =>
        string.Join(' ', requests.Where(r => r.Status == status).OrderBy(r => r.Arrival).Select(r => $"{r.Arrival}:{r.Version}"));
}
