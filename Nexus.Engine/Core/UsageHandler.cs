using System.Runtime.InteropServices;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>Decides what becomes of reported use: into the ledger once, or refused with the reason, each record for itself.</summary>
internal sealed class UsageHandler(EngineState state)
{
    private static readonly TimeSpan Oldest = TimeSpan.FromDays(400);
    private static readonly TimeSpan Newest = TimeSpan.FromMinutes(5);

    private readonly Biller _biller = new(state);

    public Decision Decide(RecordUsage command, Instant now)
    {
        UsageOutcome[] outcomes = new UsageOutcome[command.Records.Count];
        List<RecordedUsage> accepted = new(outcomes.Length);
        HashSet<(string Tenant, string Id)> seen = new(outcomes.Length);
        List<CostLine> lines = new(outcomes.Length);
        for (int i = 0; i < outcomes.Length; i++)
        {
            UsageRecord record = command.Records[i];
            if (command.Known.Contains(i) || !seen.Add((record.Owner.Tenant, record.Id)))
            {
                outcomes[i] = UsageOutcome.Duplicate;
            }
            else if (Fault(record, now) is { } fault)
            {
                seen.Remove((record.Owner.Tenant, record.Id));
                outcomes[i] = new UsageOutcome(UsageStatus.Error, fault);
            }
            else
            {
                record = Inheriting(record);
                int first = lines.Count;
                if (record.Lease is null)
                {
                    _biller.Add(lines, record);
                }

                accepted.Add(new RecordedUsage(record, CollectionsMarshal.AsSpan(lines)[first..].ToArray()));
                outcomes[i] = UsageOutcome.Accepted;
            }
        }

        UsageReply reply = new(outcomes);
        return accepted.Count == 0 ? reply : new UsageRecorded(accepted) { Outcomes = reply };
    }

    // As a request's, its labels are its own over those of its owners: a cost centre need not be sent with each report.
    private UsageRecord Inheriting(UsageRecord record) =>
        state.Configuration.EffectiveFor(record.Owner).Labels is { Count: > 0 } inherited ? record with { Labels = inherited.With(record.Labels) } : record;

    private UsageFault? Fault(UsageRecord record, Instant now)
    {
        if (!state.Kinds.TryGetValue(record.Resource, out ResourceKind? kind))
        {
            return new UsageFault("resource", $"resource kind '{record.Resource}' does not exist; GET /api/v1/kinds lists what does");
        }

        if (kind.Behaviour == ResourceBehaviour.Limit)
        {
            return new UsageFault("resource", $"'{record.Resource}' is a ceiling and never consumed");
        }

        if (now - record.At > Oldest)
        {
            return new UsageFault("time", "is more than 400 days ago: such use is no longer taken");
        }

        if (record.At - now > Newest)
        {
            return new UsageFault("time", "lies more than 5 minutes ahead of the engine's clock: correct the clock of whoever reports");
        }

        if (record.Sku is { } sku && state.Configuration.Prices.Find(record.Facts, static _ => null) is null)
        {
            return new UsageFault("sku", $"there is no SKU '{sku}' that holds at that time; leave it out to have the price found");
        }

        return record.Lease is null ? null : LeaseFault(record, kind);
    }

    private UsageFault? LeaseFault(UsageRecord record, ResourceKind kind)
    {
        if (record.Request is not { } id || !state.Requests.TryGetValue(new RequestKey(record.Owner.Tenant, id), out Live? live) || live.Request.Lease is not { } lease || lease.Number != record.Lease)
        {
            return new UsageFault("leaseId", $"there is no lease '{Lease.IdOf(record.Lease!.Value)}'");
        }

        Request request = live.Request;
        return request.Owner != record.Owner ? new UsageFault("owner", $"the lease is {request.Owner}'s")
            : request.Status != RequestStatus.Allocated ? new UsageFault("leaseId", "the lease has ended, and its release settled it; use that comes later is reported without a lease")
            : kind.Behaviour != ResourceBehaviour.Metered || !(lease.Amounts.Has(record.Resource) || (kind.PartOf is { } whole && lease.Amounts.Has(whole)))
                ? new UsageFault("resource", $"'{record.Resource}' is not a metered part of this lease, which holds {string.Join(", ", lease.Amounts.Select(a => a.Kind))}")
            : null;
    }
}
