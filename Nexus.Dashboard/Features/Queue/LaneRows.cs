namespace Nexus.Dashboard.Features.Queue;

/// <summary>Where the bars of a lane stand one under the other. A bar keeps its place as long as nothing else is there, so that a time line which is looked at does not jump, and only what changed is sent.</summary>
/// <remarks>
/// First fit from above in the order of their begin; grants and bookings may stand on the reservation from which they draw, and do so if there is room. Placing one looks at
/// each other once: O(n) for a change, O(n²) for the first n.
/// </remarks>
internal sealed class LaneRows
{
    private readonly Dictionary<string, LaneRow> _rows = new(StringComparer.Ordinal);

    // By their upper edge, so that one walk over them finds the gaps.
    private readonly List<LaneRow> _byTop = [];
    private long _capacity;
    private int _next;

    /// <summary>The height of all, in thousandths of the kind's unit: the capacity, or more where bars do not fit beside one another.</summary>
    public long Height => Math.Max(_capacity, _byTop.Where(r => r.Bar.Kind != BarKind.Plan).Select(r => r.Bottom).DefaultIfEmpty().Max());

    /// <summary>Takes over what the lane shows now.</summary>
    /// <returns>What was added or changed, and the numbers of what is gone.</returns>
    public LaneChange Update(Lane lane)
    {
        _capacity = (long)(lane.Capacity * 1_000);
        Dictionary<string, Bar> now = lane.Bars.ToDictionary(b => b.Key, StringComparer.Ordinal);
        LaneRow[] gone = [.. _rows.Values.Where(r => !now.ContainsKey(r.Bar.Key))];
        foreach (LaneRow row in gone)
        {
            _rows.Remove(row.Bar.Key);
            _byTop.Remove(row);
        }

        List<LaneRow> put = [];
        foreach (Bar bar in lane.Bars.OrderBy(b => b.From.Milliseconds).ThenByDescending(b => b.Amount.Thousandths).ThenBy(b => b.Key, StringComparer.Ordinal))
        {
            if (!_rows.TryGetValue(bar.Key, out LaneRow? row))
            {
                row = _rows[bar.Key] = new LaneRow(_next++, bar);
                Place(row);
            }
            else if (row.Bar == bar)
            {
                continue;
            }
            else
            {
                bool stays = row.Bar.Amount == bar.Amount;
                row.Bar = bar;
                if (!stays || !IsFree(row))
                {
                    _byTop.Remove(row);
                    Place(row);
                }
            }

            put.Add(row);
        }

        return new LaneChange(put, [.. gone.Select(r => r.Number)]);
    }

    /// <summary>The bar that has a number now, or null.</summary>
    public Bar? Find(int number) => _rows.Values.FirstOrDefault(r => r.Number == number)?.Bar;

    private void Place(LaneRow row)
    {
        long? top = null;
        foreach (LaneRow reserve in _byTop)
        {
            if (reserve.Bar.Kind == BarKind.Reservation && Draws(row.Bar, reserve.Bar) && AtOnce(row.Bar, reserve.Bar))
            {
                long fits = Gap(row.Bar, reserve.Top);
                top = fits + row.Bar.Amount.Thousandths <= reserve.Bottom && (top is null || fits < top) ? fits : top;
            }
        }

        row.Top = top ?? Gap(row.Bar, 0);
        if (row.Bar.Kind == BarKind.Plan && row.Bottom > _capacity)
        {
            // Estimates need not fit together: they never make the lane higher.
            row.Top = Math.Max(0, _capacity - row.Bar.Amount.Thousandths);
        }

        int at = _byTop.BinarySearch(row, ByTop);
        _byTop.Insert(at < 0 ? ~at : at, row);
    }

    private bool IsFree(LaneRow row) => !_byTop.Exists(other => other != row && other.Top < row.Bottom && row.Top < other.Bottom && InTheWay(other.Bar, row.Bar));

    private long Gap(Bar bar, long from)
    {
        long floor = from;
        foreach (LaneRow other in _byTop)
        {
            if (other.Bottom <= floor || !InTheWay(other.Bar, bar))
            {
                continue;
            }

            if (other.Top - floor >= bar.Amount.Thousandths)
            {
                break;
            }

            floor = Math.Max(floor, other.Bottom);
        }

        return floor;
    }

    private static bool InTheWay(Bar other, Bar bar) =>
        AtOnce(other, bar) && (other.Kind != BarKind.Plan || bar.Kind == BarKind.Plan) && !Draws(bar, other) && !Draws(other, bar);

    private static bool AtOnce(Bar a, Bar b) => a.From.Milliseconds < b.Until && b.From.Milliseconds < a.Until;

    private static bool Draws(Bar request, Bar reservation) =>
        reservation.Kind == BarKind.Reservation && request.Kind is BarKind.Grant or BarKind.Booking && request.Owner.IsWithin(reservation.Owner);

    private static readonly Comparer<LaneRow> ByTop = Comparer<LaneRow>.Create((a, b) => a.Top != b.Top ? a.Top.CompareTo(b.Top) : a.Number.CompareTo(b.Number));
}

/// <summary>A bar in its place.</summary>
/// <param name="number">What it is called while it is shown.</param>
/// <param name="bar">The bar.</param>
internal sealed class LaneRow(int number, Bar bar)
{
    public int Number => number;

    public Bar Bar { get; set; } = bar;

    /// <summary>Its upper edge, in thousandths of the kind's unit.</summary>
    public long Top { get; set; }

    /// <summary>Its lower edge.</summary>
    public long Bottom => Top + Bar.Amount.Thousandths;
}

/// <summary>How a lane changed.</summary>
/// <param name="Put">What was added, or looks otherwise now.</param>
/// <param name="Gone">The numbers of what is no longer there.</param>
internal sealed record LaneChange(IReadOnlyList<LaneRow> Put, IReadOnlyList<int> Gone);
