using System.Globalization;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Core;

/// <summary>Decides changes of the price book.</summary>
internal sealed class PricesHandler(EngineState state)
{
    public Decision Decide(SetPrices command)
    {
        Configuration configuration = state.Configuration;
        if (ConfigurationHandler.Stale(command.IfVersion, configuration.VersionOfPrices) is { } stale)
        {
            return stale;
        }

        HashSet<SkuKey> seen = [];
        for (int i = 0; i < command.Skus.Count; i++)
        {
            Sku sku = command.Skus[i];
            string item = string.Create(CultureInfo.InvariantCulture, $"$.items[{i}]");
            if (Fault(sku, item) is { } fault)
            {
                return fault;
            }

            if (!seen.Add(sku.Key))
            {
                return new Fault(FaultCode.Invalid, $"the SKU '{sku.Name}' is given twice for the same time; give one of them another name or another effectiveFrom", $"{item}.sku");
            }
        }

        PriceChange change = PriceChange.Of(configuration.Prices, command.Skus, command.Replaces, command.Removes);
        return change.IsEmpty || command.DryRun ? new PricesReply(change, configuration.VersionOfPrices) : new PricesChanged(change);
    }

    private Fault? Fault(Sku sku, string item)
    {
        if (!state.Kinds.TryGetValue(sku.Resource, out ResourceKind? kind))
        {
            return new Fault(FaultCode.UnknownName, $"resource kind '{sku.Resource}' does not exist; GET /api/v1/kinds lists what does", $"{item}.resource");
        }

        if (kind.Behaviour == ResourceBehaviour.Limit)
        {
            return new Fault(FaultCode.Invalid, $"'{sku.Resource}' is a ceiling and never consumed: it has no price", $"{item}.resource");
        }

        return SkuPrice.TryCreate(sku, kind.Behaviour == ResourceBehaviour.Held, out _, out string field, out string? reason) ? null : new Fault(FaultCode.Invalid, reason, $"{item}.{field}");
    }
}
