using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Features.Months.Checks;

/// <summary>Leases that were granted in the month and still run: what they meter belongs to the moment of their grant, and is known when they end.</summary>
internal sealed class OpenLeasesCheck(EngineHost host) : IMonthCheck
{
    /// <inheritdoc/>
    public string Name => "openLeases";

    /// <inheritdoc/>
    public Task<MonthFinding> LookAsync(LookedAtMonth month, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(month);
        int open = host.Read.Committed.Count(r => r is { Status: RequestStatus.Allocated, Lease: { } lease } && lease.GrantedAt >= month.Month.Start && lease.GrantedAt < month.Month.End && Meters(lease));
        return Task.FromResult(new MonthFinding(open, open == 0 ? "No lease of the month still runs."
            : $"{open:#,0} {(open == 1 ? "lease" : "leases")} of the month still {(open == 1 ? "runs" : "run")}: what {(open == 1 ? "it uses" : "they use")} is an adjustment of the month that is open then. Wait, or close it all the same."));
    }

    private bool Meters(Lease lease) => lease.Amounts.Any(a => host.Read.Configuration.Kind(a.Kind)?.Behaviour == ResourceBehaviour.Metered);
}
