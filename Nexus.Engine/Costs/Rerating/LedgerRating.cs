using Nexus.Engine.Core;
using Nexus.Engine.Costs.Months;
using Nexus.Engine.Resources;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Engine.Costs.Rerating;

/// <summary>Some lines of a question, after a place; and where to go on, null at the end.</summary>
internal delegate (IReadOnlyList<LedgerRow> Rows, (long Start, long Place)? Next) LedgerPages(CostQuery query, (long Start, long Place)? after);

/// <summary>A charge that was rated by a book.</summary>
/// <param name="Before">What it costs as the ledger has it.</param>
/// <param name="IsPriced">False where the book has no price for it.</param>
/// <param name="Correction">What makes it cost what it should; null where it does.</param>
internal readonly record struct Rated(Money Before, bool IsPriced, Correction? Correction);

/// <summary>Rates the charges of a range by a book, each by the price that holds at its time.</summary>
/// <param name="query">The range, and which charges count.</param>
/// <param name="book">The prices.</param>
/// <param name="configuration">The kinds.</param>
/// <param name="limits">The cost functions.</param>
/// <param name="closing">The month that is closed: then only what is priced by tiers that are counted over it is rated, by what the month came to as a whole.</param>
internal sealed class LedgerRating(CostQuery query, PriceBook book, Configuration configuration, EngineLimits limits, BillingMonth? closing = null)
{
    private readonly MonthlyUse _monthly = new();

    /// <summary>True where more tiers are counted over a month than is possible; then nothing was rated.</summary>
    public bool IsTooLarge => _monthly.IsFull;

    /// <summary>The charges, by time. All lines of one moment are in memory at once, and of prices whose tiers are counted over a month the quantities of the months that the range touches.</summary>
    public IEnumerable<Rated> Read(LedgerPages pages, CancellationToken cancellation)
    {
        if (book.Prices.Any(p => p.Sku.TierPeriod == TierPeriod.Month))
        {
            CountMonths(pages, cancellation);
            if (IsTooLarge)
            {
                yield break;
            }
        }

        foreach (Charge charge in Charges(pages, new CostQuery(query.From, query.To), cancellation))
        {
            if (Counts(charge))
            {
                yield return Rate(charge);
            }
        }
    }

    private Rated Rate(Charge charge)
    {
        if (charge.IsMinimumAlone)
        {
            return new Rated(charge.Cost, IsPriced: true, null);
        }

        SkuPrice? price = PriceOf(charge);
        if ((price is null || PoolPrice.IsOne(price.Sku.Name)) && charge.Skus.Any(PoolPrice.IsOne))
        {
            // What a pool said its units cost had no date, and the pool may be gone: only a price of the book takes its place.
            return new Rated(charge.Cost, IsPriced: true, null);
        }

        if (closing is not null && !(price is { Sku: { TierPeriod: TierPeriod.Month, Name: var name } } && charge.Skus.Contains(name)))
        {
            return new Rated(charge.Cost, IsPriced: true, null);
        }

        PricingQuantity? before = price?.Sku.TierPeriod == TierPeriod.Month ? _monthly.Before(charge) : default(PricingQuantity);
        if (before is null)
        {
            // It was written while the month was counted, by the book of now.
            return new Rated(charge.Cost, IsPriced: true, null);
        }

        IReadOnlyList<CostLine> wanted = charge.By(price, before.Value, limits.CostModels);
        IReadOnlyList<CostLine> lines = charge.CorrectionTo(wanted);
        LedgerEntry entry = charge.Head.Entry;
        return new Rated(charge.Cost, wanted[0].Sku is not null, lines.Count == 0 ? null : new Correction(charge.Head.Place, entry.Owner, entry.Labels, lines)
        {
            Request = entry.Request,
            Lease = entry.Lease,
            Record = entry.Record,
        });
    }

    // The order of the ledger is not that of time, so that a month is read as a whole.
    private void CountMonths(LedgerPages pages, CancellationToken cancellation)
    {
        Instant last = new(query.To.Milliseconds - 1);
        CostQuery months = new(CostSteps.Of(CostInterval.Month, query.From), CostSteps.Of(CostInterval.Month, CostSteps.Of(CostInterval.Month, last) + TimeSpan.FromDays(32)));
        foreach (Charge charge in Charges(pages, months, cancellation))
        {
            if (PriceOf(charge) is { Sku.TierPeriod: TierPeriod.Month } price)
            {
                if (_monthly.IsFull)
                {
                    return;
                }

                _monthly.Note(charge, price);
            }
        }

        if (!IsTooLarge)
        {
            _monthly.Count(month => month == closing || configuration.Months.Has(month));
        }
    }

    private SkuPrice? PriceOf(Charge charge) => book.Find(charge.Facts, kind => configuration.Kind(kind)?.PartOf);

    // By whichever of its prices it is asked for.
    private bool Counts(Charge charge)
    {
        LedgerKey key = LedgerKey.Of(charge.Head.Entry, charge.Head.Entry.Labels);
        return charge.Skus.DefaultIfEmpty(key.Sku).Any(sku => query.Passes(key with { Sku = sku }));
    }

    private static IEnumerable<Charge> Charges(LedgerPages pages, CostQuery range, CancellationToken cancellation)
    {
        List<LedgerRow> moment = [];
        (long Start, long Place)? next = null;
        do
        {
            cancellation.ThrowIfCancellationRequested();
            (IReadOnlyList<LedgerRow> rows, next) = pages(range, next);
            foreach (LedgerRow row in rows)
            {
                if (moment.Count > 0 && moment[0].Entry.Line.From != row.Entry.Line.From)
                {
                    foreach (Charge charge in Charge.Of(moment))
                    {
                        yield return charge;
                    }

                    moment.Clear();
                }

                moment.Add(row);
            }
        }
        while (next is not null);

        foreach (Charge charge in Charge.Of(moment))
        {
            yield return charge;
        }
    }
}
