using Nexus.Engine.Resources;

namespace Nexus.Engine.Costs.Invoices;

/// <summary>Days on which tokens of a model, class and lane are billed at one price that the book does not have.</summary>
internal sealed class PriceRun
{
    private readonly List<InvoiceCell> _cells = [];
    private PriceRange _range;

    private PriceRun(InvoiceCell first)
    {
        _range = first.Range;
        _cells.Add(first);
    }

    /// <summary>Its days.</summary>
    public IReadOnlyList<InvoiceCell> Cells => _cells;

    /// <summary>From which day on.</summary>
    public Instant From => _cells[0].Key.Day;

    /// <summary>The day on which it is billed as the ledger has it again; null: that is not known.</summary>
    public Instant? Until { get; private set; }

    /// <summary>The price; null: no single one explains the amounts.</summary>
    public Money? Price => _range.Simplest();

    /// <summary>The runs of what has one price, in the order of time. A day whose amount is too small to tell two prices apart ends none.</summary>
    public static IReadOnlyList<PriceRun> Of(IEnumerable<InvoiceCell> ofOnePrice)
    {
        List<PriceRun> runs = [];
        PriceRun? run = null;
        foreach (InvoiceCell cell in ofOnePrice.Where(c => c.IsPriced).OrderBy(c => c.Key.Day))
        {
            if (cell.IsOff && run?.Takes(cell) != true)
            {
                runs.Add(run = new PriceRun(cell));
            }
            else if (!cell.IsOff && run is not null && run._range.And(cell.Range).IsEmpty)
            {
                run.Until = cell.Key.Day;
                run = null;
            }
        }

        foreach (PriceRun each in runs)
        {
            foreach (InvoiceCell cell in each._cells)
            {
                cell.Billed = each.Price;
            }
        }

        return runs;
    }

    private bool Takes(InvoiceCell cell)
    {
        PriceRange both = _range.And(cell.Range);
        if (both.IsEmpty)
        {
            return false;
        }

        _range = both;
        _cells.Add(cell);
        return true;
    }
}
