using Nexus.Engine.Resources;

namespace Nexus.Engine.Costs;

/// <summary>Gives a line its price: when it is written, and again when a past range is rated anew.</summary>
internal static class LineRating
{
    /// <summary>What counts as an hour where a moment's use of what is held is reported: it is given in unit-hours.</summary>
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>How much a line is, in the unit of a price.</summary>
    /// <param name="price">The price.</param>
    /// <param name="amount">How much was used or held.</param>
    /// <param name="held">For how long it was held; zero for the use of a moment.</param>
    public static PricingQuantity QuantityOf(SkuPrice price, Quantity amount, TimeSpan held) =>
        price.Unit == PricingUnit.UnitHour ? PricingQuantity.Of(amount, held == TimeSpan.Zero ? Hour : held) : PricingQuantity.Of(amount, price.Unit);

    /// <summary>Adds a line by a price: one for each part that it comes to, and the line itself, unpriced, where the price cannot be worked out or there is none.</summary>
    /// <param name="to">Takes the lines.</param>
    /// <param name="line">The line, without a price.</param>
    /// <param name="price">The price, or null.</param>
    /// <param name="labels">The labels from which it may be worked out.</param>
    /// <param name="before">What came before it in the period over which tiers are counted.</param>
    /// <param name="models">The cost functions that formulas may name.</param>
    public static void Add(List<CostLine> to, CostLine line, SkuPrice? price, Labels labels, PricingQuantity before, IReadOnlyDictionary<string, ICostModel> models)
    {
        if (price is null)
        {
            to.Add(line);
        }
        else if (price.Formula is { } formula)
        {
            CostInputs inputs = new(line.Resource, (decimal)line.Consumed.Millionths / 1_000_000, line.To - line.From, line.From, labels);
            if (formula.Cost(inputs, models) is { } cost)
            {
                AddParts(to, line, price, price.Price(cost, line.SharesMinimum));
            }
            else
            {
                // What is unpriced has no minimum that others could have paid.
                to.Add(line with { SharesMinimum = false });
            }
        }
        else
        {
            AddParts(to, line, price, price.Price(QuantityOf(price, Quantity.FromThousandths(line.Thousandths), line.To - line.From), before, line.SharesMinimum));
        }
    }

    private static void AddParts(List<CostLine> to, CostLine line, SkuPrice price, IReadOnlyList<PricedPart> parts)
    {
        for (int i = 0; i < parts.Count; i++)
        {
            // The amount stands in the first part alone, so that what was used adds up.
            to.Add(line with
            {
                Kind = parts[i].IsMinimum ? LineKind.Minimum : line.Kind,
                Thousandths = i == 0 ? line.Thousandths : 0,
                Sku = price.Sku.Name,
                Unit = price.Unit,
                Quantity = parts[i].Quantity,
                UnitPrice = parts[i].UnitPrice,
            });
        }
    }
}
