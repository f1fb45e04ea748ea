using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Cases;

/// <summary>Whose grants end for a request: of lower classes, and of those who borrow. What the request needs comes back at once, so the ends are the victims.</summary>
internal static class PreemptionCases
{
    public static void Run(PublishedCase published)
    {
        CaseObject setup = published.Setup;
        CaseObject? policy = setup.Part("policy");
        (string within, string reclaim) = (policy?.TextOrNull("withinQuota") ?? "lowerPriority", policy?.TextOrNull("reclaim") ?? "any");
        BetweenBorrowers between = policy?.TextOrNull("sharing") == "fair" ? BetweenOf(policy.Texts("strategies")) : BetweenBorrowers.Never;
        CaseWorld world = new();
        CaseTree tree = new(setup.Parts("quotas"));
        CaseObject[] running = setup.Parts("running");
        CaseObject asks = Assert.Single(published.Requests);

        // Some hold what others may claim: the rules come after the grants.
        IReadOnlyDictionary<string, decimal> pools = setup.Numbers("pools");
        string[] resources = [.. running.Append(asks).SelectMany(r => r.Numbers("resources").Keys).Concat(tree.TopDown.SelectMany(n => n.Stated.Numbers("limit").Keys)).Distinct(StringComparer.Ordinal)];
        world.Supply(resources.ToDictionary(r => r, r => pools.GetValueOrDefault(r, CaseWorld.Plenty), StringComparer.Ordinal), between == BetweenBorrowers.Never ? StrategyOf(within) : "fairShare", p => p with { Preemption = p.Preemption with { BetweenBorrowers = between } });
        foreach (CaseObject grant in InOrderOfAdmission(running))
        {
            // Where borrowers are evened out a lower class of the own node may always end: nothing of it may, where it is not to be touched.
            bool isSpared = between != BetweenBorrowers.Never && within == "never" && grant.Text("quota") == asks.Text("quota");
            Request held = world.Submit(world.Spec(grant.Text("id"), OwnerOf(grant), world.Amounts(grant.Numbers("resources")), grant.NumberOrNull("priority") ?? 0) with { Queue = false, Preemptible = !isSpared });
            Assert.Equal(RequestStatus.Allocated, held.Status);
        }

        AdditiveQuotas.Set(world, tree, ReclaimOf(reclaim));

        Request incoming = world.Submit(world.Spec(asks.Text("id"), OwnerOf(asks), world.Amounts(asks.Numbers("resources")), asks.NumberOrNull("priority") ?? 0) with { Preemptible = true });

        Assert.Equal(
            published.Expected.Texts("preempted").Order(StringComparer.Ordinal),
            world.Engine.Requests.Where(r => r.Status == RequestStatus.Preempted).Select(r => r.Spec.Id).Order(StringComparer.Ordinal));
        Assert.Equal(published.Expected.Truth("incomingAdmittedAfterPreemption") ?? true, incoming.Status == RequestStatus.Allocated);

        OwnerPath OwnerOf(CaseObject request) => request.TextOrNull("quota") is { } quota ? tree[quota].Owner : OwnerPath.Parse("users");
    }

    /// <summary>Why it is not ours.</summary>
    public static string? WhyNot(PublishedCase published)
    {
        CaseObject? policy = published.Setup.Part("policy");
        return policy?.TextOrNull("withinQuota") is { } within and not ("lowerPriority" or "never") ? $"'{within}': within a quota only a lower class is ever touched, not an equal one that came later"
            : null;
    }

    // The youngest is taken first, of equals the first by name: so that one comes last.
    private static IEnumerable<CaseObject> InOrderOfAdmission(CaseObject[] running) =>
        running.OrderBy(r => r.NumberOrNull("admittedAt") ?? 0).ThenByDescending(r => r.Text("id"), StringComparer.Ordinal);

    // Only under Priority do higher classes take from lower ones; owners reclaim what they lent under every strategy.
    private static string StrategyOf(string within) => within switch
    {
        "lowerPriority" => "priority",
        "never" => "fairShare",
        _ => throw new InvalidDataException($"within a quota '{within}' is no policy that is known here"),
    };

    private static BetweenBorrowers BetweenOf(IReadOnlyList<string> strategies) => strategies switch
    {
        [] or ["finalShare", "initialShare"] => BetweenBorrowers.FinalThenInitialShare,
        ["finalShare"] => BetweenBorrowers.FinalShare,
        ["initialShare"] => BetweenBorrowers.InitialShare,
        _ => throw new InvalidDataException($"'{string.Join(", ", strategies)}' are no strategies that are known here"),
    };

    private static QuotaReclaim ReclaimOf(string reclaim) => reclaim switch
    {
        "any" => QuotaReclaim.Any,
        "lowerPriority" => QuotaReclaim.LowerPriority,
        "never" => QuotaReclaim.Never,
        _ => throw new InvalidDataException($"to reclaim from '{reclaim}' is no policy that is known here"),
    };
}
