namespace Nexus.Engine.Costs.Invoices;

/// <summary>Matches an invoice with the ledger and explains what differs.</summary>
/// <remarks>
/// <para>What is billed less what the ledger has is taken apart in this order: use that is missing on one side, at the ledger's price; another price of the book (a tier, a lane, a size of the prompt);
/// a price that the book does not have; and what rounding leaves. The parts of a row add up to its difference, to the last digit.</para>
/// <para>An amount that is rounded fits many prices. Of those that fit on all days on which a price can have held, the one with the fewest decimals is taken: so price lists are written.</para>
/// </remarks>
public static class InvoiceMatching
{
    /// <summary>Matches and explains.</summary>
    /// <param name="lines">The invoice.</param>
    /// <param name="uses">What the ledger has of its provider on its days.</param>
    /// <param name="prices">The price book.</param>
    public static Reconciliation Reconcile(IReadOnlyList<InvoiceLine> lines, IReadOnlyList<LedgerUse> uses, InvoicePrices prices)
    {
        ArgumentNullException.ThrowIfNull(lines);
        ArgumentNullException.ThrowIfNull(uses);
        ArgumentNullException.ThrowIfNull(prices);
        ILookup<InvoiceKey, InvoiceLine> billed = lines.ToLookup(l => l.Key);
        ILookup<InvoiceKey, LedgerUse> used = uses.ToLookup(u => u.Key);
        InvoiceCell[] cells =
        [
            .. billed.Select(g => g.Key).Union(used.Select(g => g.Key))
                .OrderBy(k => k.Day).ThenBy(k => k.Model, StringComparer.Ordinal).ThenBy(k => k.Class).ThenBy(k => k.Lane, StringComparer.Ordinal)
                .Select(k => new InvoiceCell(k, billed[k], used[k], prices)),
        ];
        PriceRun[] runs = [.. cells.GroupBy(c => c.Key.Priced).SelectMany(PriceRun.Of)];
        PriceProposals proposals = new(cells, prices);
        foreach (PriceRun run in runs)
        {
            proposals.Add(run);
        }

        foreach (InvoiceCell cell in cells.Where(c => c.IsOff && c.Billed is null))
        {
            proposals.AddUnexplained(cell);
        }

        return new Reconciliation([.. cells.Select(c => c.Row())], proposals.Corrections, proposals.Unproposed);
    }
}
