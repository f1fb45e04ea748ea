using Nexus.Engine.Resources;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Engine.Costs.Rerating;

/// <summary>The lines of the ledger that one use came to when it was priced, and what corrected them since.</summary>
/// <remarks>Its first line has the amount; the lines of further tiers, and what makes up for a minimum, follow it at once and have none.</remarks>
internal sealed class Charge
{
    private readonly Dictionary<LineFace, (int Count, LineKind Kind)> _present = [];
    private readonly List<LineFace> _order = [];
    private readonly int _sign;
    private long _last;

    private Charge(LedgerRow head)
    {
        (Head, _last, _sign) = (head, head.Place, head.Entry.Line.TakesBack ? -1 : 1);
        Count(head.Entry.Line, KindOf(head.Entry));
    }

    /// <summary>Its first line.</summary>
    public LedgerRow Head { get; }

    /// <summary>What it costs at present.</summary>
    public Money Cost { get; private set; }

    /// <summary>The SKUs by which it is priced at present; null among them: unpriced.</summary>
    public IEnumerable<string?> Skus => _present.Where(p => p.Value.Count != 0).Select(p => p.Key.Sku).Distinct();

    /// <summary>True of a minimum that stayed due though a late release told that nothing was used, since others in its grant have none because of it: it is no use that could be priced.</summary>
    public bool IsMinimumAlone => Head.Entry.Line.Thousandths == 0 && KindOf(Head.Entry) == LineKind.Minimum;

    /// <summary>By what its price is found.</summary>
    public UsageFacts Facts => new(Head.Entry.Line.Resource, Head.Entry.Line.From)
    {
        Sku = Head.Entry.NamedSku,
        Pool = Head.Entry.Line.Pool,
        Provider = Head.Entry.Line.Provider,
        Model = Head.Entry.Line.Model,
        Lane = Head.Entry.Line.Lane,
        PromptTokens = Head.Entry.Line.PromptTokens,
        Labels = Head.Entry.Labels,
    };

    /// <summary>How much was used or held; of what a late release took back, how much that was.</summary>
    public Quantity Amount => Quantity.FromThousandths(Math.Abs(Head.Entry.Line.Thousandths));

    /// <summary>−1 where it takes back what another charged, else 1.</summary>
    public int Sign => _sign;

    /// <summary>The charges of lines that begin at one moment, in the order of the ledger. Corrections of others, and lines that nothing was used for, are left out.</summary>
    public static IReadOnlyList<Charge> Of(IReadOnlyList<LedgerRow> rows)
    {
        Dictionary<long, Charge> byPlace = [];
        List<Charge> charges = [];
        Charge? last = null;
        foreach (LedgerRow row in rows)
        {
            if (row.Entry.Corrects is { } place)
            {
                byPlace.GetValueOrDefault(place)?.Count(row.Entry.Line, row.Entry.CorrectedKind);
            }
            else if (row.Entry.Line.Kind is LineKind.Usage or LineKind.Minimum or LineKind.Adjustment)
            {
                if (last?.TryFollow(row) != true)
                {
                    last = byPlace[row.Place] = new Charge(row);
                    charges.Add(last);
                }
            }
        }

        return charges;
    }

    /// <summary>What it would come to by a price.</summary>
    /// <param name="price">The price; null: none.</param>
    /// <param name="before">What came before it in its month, where tiers are counted so.</param>
    /// <param name="models">The cost functions that formulas may name.</param>
    public IReadOnlyList<CostLine> By(SkuPrice? price, PricingQuantity before, IReadOnlyDictionary<string, ICostModel> models)
    {
        List<CostLine> lines = [];
        CostLine line = Head.Entry.Line with { Kind = LineKind.Usage, Thousandths = Amount.Thousandths, Sku = null, Unit = default, Quantity = default, UnitPrice = default };
        LineRating.Add(lines, line, price, Head.Entry.Labels, before, models);
        return lines;
    }

    /// <summary>The lines that make it what it should be: those that are wrong taken back, then those that are missing. None where it is.</summary>
    /// <param name="wanted">What it should be, as <see cref="By"/> says.</param>
    public IReadOnlyList<CostLine> CorrectionTo(IReadOnlyList<CostLine> wanted)
    {
        List<CostLine> missing = [];
        Dictionary<LineFace, int> left = _present.ToDictionary(p => p.Key, p => p.Value.Count);
        foreach (CostLine line in wanted)
        {
            LineFace face = LineFace.Of(line);
            if (left.GetValueOrDefault(face) > 0)
            {
                left[face]--;
            }
            else if (!face.IsEmpty)
            {
                missing.Add(Signed(line, _sign));
            }
        }

        List<CostLine> correction = [];
        foreach (LineFace face in _order)
        {
            CostLine line = Head.Entry.Line with
            {
                Kind = _present[face].Kind, Thousandths = face.Thousandths, Sku = face.Sku, Unit = face.Unit, Quantity = new PricingQuantity(face.Quantity), UnitPrice = face.UnitPrice,
            };
            for (int i = Math.Abs(left[face]); i > 0; i--)
            {
                correction.Add(Signed(line, left[face] > 0 ? -_sign : _sign));
            }
        }

        correction.AddRange(missing);
        return correction;
    }

    // A line that follows its charge's first at once, with the same of everything but the price.
    private bool TryFollow(LedgerRow row)
    {
        (LedgerEntry a, LedgerEntry b) = (Head.Entry, row.Entry);
        bool follows = row.Place == _last + 1 && b.Line.Thousandths == 0 && (a.Line.Kind == LineKind.Adjustment) == (b.Line.Kind == LineKind.Adjustment)
            && (a.Line.Resource, a.Line.To, a.Line.Pool, a.Line.Provider, a.Line.Model, a.Line.Lane) == (b.Line.Resource, b.Line.To, b.Line.Pool, b.Line.Provider, b.Line.Model, b.Line.Lane)
            && (a.Owner, a.Lease, a.Request, a.Record, a.Labels) == (b.Owner, b.Lease, b.Request, b.Record, b.Labels);
        if (follows)
        {
            _last = row.Place;
            Count(b.Line, KindOf(b));
        }

        return follows;
    }

    // What came late for a closed month is an adjustment that says what it would have been.
    private static LineKind KindOf(LedgerEntry entry) => entry.Line.Kind == LineKind.Adjustment ? entry.CorrectedKind : entry.Line.Kind;

    private void Count(CostLine line, LineKind kind)
    {
        Cost += line.Cost;
        LineFace face = LineFace.Of(line);
        if (face.IsEmpty)
        {
            return;
        }

        (int count, _) = _present.GetValueOrDefault(face);
        if (!_present.ContainsKey(face))
        {
            _order.Add(face);
        }

        _present[face] = (count + (line.TakesBack == (_sign < 0) ? 1 : -1), kind == LineKind.Minimum ? LineKind.Minimum : LineKind.Usage);
    }

    private static CostLine Signed(CostLine line, int sign) =>
        sign > 0 ? line : line with { Thousandths = -line.Thousandths, Quantity = new PricingQuantity(-line.Quantity.Millionths) };
}
