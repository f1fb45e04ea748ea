using Microsoft.Extensions.Options;
using Nexus.Engine.Costs;
using Nexus.Engine.Hosting;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Dashboard.Features.Costs.Explorer;

/// <summary>What was idle, and who bears it: for the page and the API alike.</summary>
internal sealed class IdleSharer(EngineHost host, IdleCosts idle, IOptions<OverheadOptions> overhead)
{
    private readonly IReadOnlyList<OwnerPath> _shared = overhead.Value.Paths;

    /// <summary>False after a start until the journal was read: then nothing can be said.</summary>
    public bool IsKnown => idle.IsKnown;

    /// <summary>What was idle in a range, of the pools and kinds that pass; null while that is not known.</summary>
    public IdleReport? Report(Ledger ledger, Instant from, Instant to, IReadOnlyList<CostFilter> filters) =>
        idle.Of(ledger, from, to) is { } report ? report with { Parts = [.. IdleShares.Passing(report.Parts, filters)] } : null;

    /// <summary>Whose costs are everybody's, beside what is nobody's alone.</summary>
    public IReadOnlyList<OwnerPath> Shared => _shared;

    /// <summary>Shares it among the groups of a question, and what is everybody's with it; null where nobody bears it, or it is not known.</summary>
    public SharedIdle? Share(Ledger ledger, CostQuery query, IdleReport? report, IdleSharing rule) =>
        rule == IdleSharing.None || report is null ? null : IdleShares.Of(ledger, query, report.Parts, rule, WeightOf, _shared);

    // The weight that its fair share has.
    private long WeightOf(string tenant) =>
        OwnerPath.TryParse(tenant, out OwnerPath? path, out _) && host.Read.Quotas.FirstOrDefault(q => q.Definition.Owner.Equals(path)) is { } quota ? quota.Definition.Weight : QuotaDefinition.OneShare;
}
