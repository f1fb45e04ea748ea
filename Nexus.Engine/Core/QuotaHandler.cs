using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>Decides changes of quotas, and answers whether they would let something pass.</summary>
internal sealed class QuotaHandler(EngineState state)
{
    public Decision Decide(SetQuota command)
    {
        QuotaDefinition wanted = command.Quota;
        QuotaDefinition? before = state.Quotas.Definition(wanted.Owner);
        if (ConfigurationHandler.Stale(command.IfVersion, state.Quotas.Version(wanted.Owner)) is { } stale)
        {
            return stale;
        }

        if (QuotaRules.Fault(wanted, state.KindOf) is { } fault)
        {
            return new Fault(FaultCode.Invalid, fault.Detail, fault.Field);
        }

        return Overdrawn(wanted.Owner, wanted) is { } overdrawn ? overdrawn
            : wanted.Equals(before) ? new QuotaReply(state.Quotas.State(wanted.Owner)!)
            : new QuotaSet(wanted, before, command.Reason);
    }

    public Decision Decide(DeleteQuota command) =>
        state.Quotas.Definition(command.Owner) is not { } before ? new Fault(FaultCode.NotFound, $"nothing is set for {QuotaRules.Name(command.Owner)}")
        : ConfigurationHandler.Stale(command.IfVersion, state.Quotas.Version(command.Owner)) is { } stale ? stale
        : Overdrawn(command.Owner, null, before) is { } overdrawn ? overdrawn
        : new QuotaDeleted(before);

    public Decision Decide(CheckQuota command, Instant now)
    {
        foreach (ResourceAmount amount in command.Resources.AsSpan())
        {
            if (!state.Kinds.ContainsKey(amount.Kind))
            {
                return new Fault(FaultCode.UnknownName, $"resource kind '{amount.Kind}' does not exist; GET /api/v1/kinds lists what does", $"$.resources['{amount.Kind}']");
            }
        }

        if (state.Quotas.Forest.Find(command.Owner, command.Resources) is not { } route)
        {
            return new QuotaCheckReply(false, null, Quantity.Zero);
        }

        QuotaAsk ask = new(route, command.Resources, command.Duration, RequestSpec.DefaultLeaseLength, command.Preemptible ? QuotaUse.All : QuotaUse.Firm);
        Reason? reason = QuotaGate.Never(ask, now.Milliseconds) ?? QuotaGate.Now(ask, now.Milliseconds);
        QuotaStop? stop = ask.Never(now.Milliseconds) ?? ask.Stop(now.Milliseconds);
        return new QuotaCheckReply(true, reason, Quantity.FromThousandths(Math.Min(stop?.Block.Missing ?? 0, Quantity.MaxThousandths)));
    }

    // Where a node's rule goes, those below it lend to the next one above: that one must have enough as well.
    private Fault? Overdrawn(OwnerPath owner, QuotaDefinition? wanted, QuotaDefinition? before = null)
    {
        foreach (QuotaTreeKey key in QuotaRefiling.KeysOf(before ?? state.Quotas.Definition(owner)).Union(QuotaRefiling.KeysOf(wanted)))
        {
            if (state.Quotas.With(key, owner, wanted) is { } tree && QuotaRules.Overdrawn(tree) is { } detail)
            {
                return new Fault(FaultCode.Invalid, detail, wanted is null ? null : "$.rules");
            }
        }

        return null;
    }
}
