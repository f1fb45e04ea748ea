using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Cases;

/// <summary>Who goes first of those who wait for one slot: the higher class, then who came first.</summary>
internal static class OrderCases
{
    public static void Run(PublishedCase published)
    {
        CaseWorld world = new();
        Dictionary<string, decimal> slot = new(StringComparer.Ordinal) { ["slot"] = 1 };
        world.Supply(slot, more: pool => pool with { AgingInterval = published.Setup.NumberOrNull("agingSeconds") is { } aging ? TimeSpan.FromSeconds((double)aging) : pool.AgingInterval });
        world.Submit(world.Spec("runs", OwnerPath.Parse("user"), world.Amounts(slot), duration: 80_000));
        foreach (CaseObject asks in published.Requests.OrderBy(r => r.NumberOrNull("submit") ?? 0))
        {
            world.AdvanceTo(world.At(asks.NumberOrNull("submit") ?? 0));
            world.Submit(world.Spec(asks.Text("id"), OwnerPath.Parse("user"), world.Amounts(slot), asks.NumberOrNull("priority") ?? 0));
        }

        List<string> order = [];
        while (world.Engine.Requests.SingleOrDefault(r => r.Status == RequestStatus.Allocated) is { } runs)
        {
            world.Release(runs);
            order.AddRange(world.Engine.Requests.Where(r => r.Status == RequestStatus.Allocated).Select(r => r.Spec.Id));
        }

        Assert.Equal(published.Expected.Texts("order"), order);
    }

    /// <summary>Why an order is none of ours.</summary>
    public static string? WhyNot(PublishedCase published)
    {
        CaseObject setup = published.Setup;
        return setup.Has("node") || setup.Has("nodes") ? "machines are not ordered by a weighted use of theirs: of the pools that fit, the one that keeps least is taken"
            : setup.Has("weights") || setup.Has("partitions") ? "an order by a sum of weighted factors is no strategy here: a class and the wait order the queue"
            : setup.Parts("quotas").Any(q => q.Has("offset") || q.Has("fence")) ? "queues have neither offsets of priority nor fences here: a class is worth the same everywhere, and fair shares go by weight"
            : setup.Parts("quotas").Any(q => q.Has("guaranteed") || q.Has("usage")) ? "queues are not ordered by what they hold of a guarantee: fair shares go by weight"
            : !published.IsUniversal && !published.IsKueues && setup.Has("quotas") ? "queues have no order of their own here: requests have"
            : null;
    }
}
