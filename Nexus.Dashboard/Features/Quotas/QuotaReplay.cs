using System.Text.Json;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Simulator;
using Nexus.Dashboard.Shared;
using Nexus.Engine.Simulation;

namespace Nexus.Dashboard.Features.Quotas;

/// <summary>The recorded past under quotas that are typed and not yet applied: what is replayed, and what of it is said.</summary>
internal static class QuotaReplay
{
    private const int MostTenants = 2;

    /// <summary>The rules to replay: as it was recorded, and with the changes.</summary>
    public static IReadOnlyList<VariantBody> Variants(IReadOnlyList<QuotaChange> changes) =>
        [new VariantBody { Name = "as recorded" }, new VariantBody { Name = "changed", Quotas = changes.ToDictionary(c => QuotaAnswer.PathOf(c.Owner), Patch, StringComparer.Ordinal) }];

    /// <summary>A node's change as a merge patch that leaves nothing of what was set then.</summary>
    public static JsonElement Patch(QuotaChange change) => JsonSerializer.SerializeToElement(
        change.After is { } after ? after with { Weight = after.Weight ?? new Amount(1), Rules = after.Rules ?? [] } : null!, ApiJson.Default.QuotaBody);

    /// <summary>What differs once it is known; nothing before.</summary>
    public static IReadOnlyList<QuotaReplayRow> Rows(PastReplayState replay, IReadOnlyList<QuotaChange> changes) =>
        replay.Variants is [var was, var becomes] ? Rows(was, becomes, changes) : [];

    /// <summary>What differs for those whose quotas are changed, for whoever else it hits the hardest, and for all.</summary>
    public static IReadOnlyList<QuotaReplayRow> Rows(SimulationReport was, SimulationReport becomes, IReadOnlyList<QuotaChange> changes)
    {
        string[] tenants = [.. changes.Where(c => !c.Owner.IsRoot).Select(c => c.Owner.Tenant).Distinct(StringComparer.Ordinal)];
        List<QuotaReplayRow> rows = [];
        if (tenants.Length == 0)
        {
            rows.Add(Wait("all owners", was.WaitSeconds.P95, becomes.WaitSeconds.P95));
        }

        rows.AddRange(tenants.Take(MostTenants).Select(tenant => Wait(tenant, WaitOf(was, tenant), WaitOf(becomes, tenant))));
        OwnerReport? hit = becomes.Owners.Where(o => !tenants.Contains(o.Owner, StringComparer.Ordinal)).MaxBy(o => o.P95WaitSeconds - WaitOf(was, o.Owner));
        if (hit is not null && hit.P95WaitSeconds > WaitOf(was, hit.Owner))
        {
            rows.Add(Wait(hit.Owner, WaitOf(was, hit.Owner), hit.P95WaitSeconds));
        }

        rows.Add(Count("Refused", was.Rejected, becomes.Rejected));
        rows.Add(Count("Preempted or reclaimed", was.Preemptions, becomes.Preemptions));
        return rows;
    }

    private static double WaitOf(SimulationReport report, string tenant) => report.Owners.FirstOrDefault(o => o.Owner == tenant)?.P95WaitSeconds ?? 0;

    private static QuotaReplayRow Wait(string of, double was, double becomes) =>
        new("p95 wait", of, Numbers.Duration(TimeSpan.FromSeconds(was)), Numbers.Duration(TimeSpan.FromSeconds(becomes)), becomes.CompareTo(was));

    private static QuotaReplayRow Count(string what, long was, long becomes) => new(what, null, Numbers.Count(was), Numbers.Count(becomes), becomes.CompareTo(was));
}

/// <summary>A figure as it was and as it would have been.</summary>
/// <param name="What">The figure; less of it is better.</param>
/// <param name="Of">Whose; null: all.</param>
/// <param name="Was">As it was.</param>
/// <param name="WouldBe">As it would have been.</param>
/// <param name="Change">Above 0 where it would be more.</param>
public sealed record QuotaReplayRow(string What, string? Of, string Was, string WouldBe, int Change);
