using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Histories;

/// <summary>Owners whose requests give way before they are refused, in every way and order.</summary>
internal static class Degrades
{
    public static IReadOnlyList<OwnerSettings> Owners { get; } =
    [
        Of("acme", new LowerAmounts(250), new MorePools(["b", "llm"]), new LaterStart(TimeSpan.FromSeconds(5))),
        Of("acme/x", new LaterStart(TimeSpan.FromSeconds(3)), new LowerAmounts(500, ["gpu"])),
        Of("acme/x/v"),
        Of("globex", new MorePools(["a", "b", "llm"]), new LowerAmounts(100, ["gpu", "tokens.output"]), new LaterStart(TimeSpan.FromSeconds(20)), new LowerAmounts(1)),
    ];

    /// <summary>The same, which names one pool where another would do as well, or must not get less.</summary>
    public static RequestSpec Asked(RequestSpec spec, Step step) => spec with
    {
        MayDegrade = step.A % 9 != 8,
        Pools = step.C % 2 == 0 && spec.Resources.All(a => a.Kind == "gpu") ? [step.B % 2 == 0 ? "a" : "b"] : spec.Pools,
    };

    /// <summary>A request that gave way has no more than it asked for, more pools, a later start, and states nothing by which it could not.</summary>
    public static void HaveNoMoreThanTheyAskedFor(IEnumerable<Request> requests)
    {
        foreach (Request request in requests.Where(r => r.Spec.Degraded is not null))
        {
            (RequestSpec spec, Degraded degraded) = (request.Spec, request.Spec.Degraded!);
            bool isLess = spec.Resources.Count == degraded.Resources.Count && spec.Resources.All(a => a.Quantity > Quantity.Zero && a.Quantity <= degraded.Resources[a.Kind]);
            bool isMore = degraded.Pools is null ? spec.Pools is null : degraded.Pools.SequenceEqual(spec.Pools!.Take(degraded.Pools.Count));
            bool isLater = !(spec.Deadline < degraded.Deadline) && (spec.Queue || !degraded.Queue) && (!degraded.Queue || spec.MaxWait == degraded.MaxWait);
            bool isAny = !spec.Resources.Equals(degraded.Resources) || spec.Pools?.Count != degraded.Pools?.Count || spec.Queue != degraded.Queue || spec.Deadline != degraded.Deadline;
            Must(isLess && isMore && isLater && isAny && degraded.Steps.Count > 0, $"{request.Key} gave way to {spec.Resources} of {degraded.Resources}");
            Must(spec is { MayDegrade: true, Work: null, Sizing: null, Alternatives: null, Allowance: null, Reservation: null }, $"{request.Key} gave way, and may not");
            Must(spec.AsAsked().Equals(spec) && spec.AsAsked().Degraded is null, $"{request.Key} is not the same as it was asked");
        }
    }

    private static void Must(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new InvalidOperationException(otherwise);
        }
    }

    private static OwnerSettings Of(string owner, params DegradeStep[] steps) => new(OwnerPath.Parse(owner), Labels.None, null, null) { Degrade = new DegradeRules(steps) };
}
