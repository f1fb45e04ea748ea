using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Costs.Focus;

/// <summary>What an export says of all its lines and asks for each of them: who charges, in which currency, what the kinds and SKUs are as the installation knows them when it begins.</summary>
internal sealed class FocusBook(Configuration configuration, string issuer)
{
    private readonly Dictionary<string, FocusKind> _kinds = new(StringComparer.Ordinal);

    private readonly Dictionary<string, string> _pricedBy = configuration.Prices.Prices.Concat(configuration.Prices.OfPools).GroupBy(p => p.Sku.Name, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last().Sku.Resource, StringComparer.Ordinal);

    private readonly HashSet<string> _workedOut = [.. configuration.Prices.Prices.Where(p => p.Formula is not null).Select(p => p.Sku.Name)];

    private readonly HashSet<string> _withMinimum = [.. configuration.Prices.Prices.Where(p => p.Sku.Minimum is not null).Select(p => p.Sku.Name)];

    /// <summary>Who charges the tenants.</summary>
    public string Issuer => issuer;

    /// <summary>In what, by the ISO 4217 code.</summary>
    public string Currency => configuration.Currency;

    /// <summary>A kind.</summary>
    public FocusKind Kind(string name)
    {
        if (!_kinds.TryGetValue(name, out FocusKind? kind))
        {
            _kinds[name] = kind = FocusKind.Of(name, configuration.Kind(name));
        }

        return kind;
    }

    /// <summary>What measures an SKU: the meter of the kind that it prices, also where it prices a part of that kind.</summary>
    public string MeterOf(string sku, string resource) => Kind(_pricedBy.GetValueOrDefault(sku, resource)).Meter;

    /// <summary>True where lines of an SKU may be followed by one that makes up for its minimum.</summary>
    public bool HasMinimum(string sku) => _withMinimum.Contains(sku);

    /// <summary>True where an SKU's formula priced what was used at a moment, so that a quantity of 1 is the whole charge.</summary>
    public bool IsWorkedOut(string sku, string resource, Instant at) =>
        _workedOut.Contains(sku) && configuration.Prices.Find(new UsageFacts(resource, at) { Sku = sku }, static _ => null)?.Formula is not null;
}
