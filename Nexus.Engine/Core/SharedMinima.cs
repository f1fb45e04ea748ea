using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>Tells whether the minimum of a line's SKU was paid already, so that the line is due without.</summary>
/// <param name="sku">The SKU.</param>
/// <param name="line">The line, without a price.</param>
/// <param name="earlier">The lines that the same event writes before it.</param>
internal delegate bool MinimumPaid(string sku, CostLine line, List<CostLine> earlier);

/// <summary>Of which lines of a shared grant the minimum is paid by others: of each SKU and full hour the first line pays it.</summary>
internal sealed class SharedMinima(EngineState state)
{
    /// <summary>For what is written of a grant while it runs and at its end; null where it is not shared.</summary>
    public MinimumPaid? Of(Request request) => request.Spec.Mergeable && state.Merged.Of(request) is { } grant ? PaidIn(grant) : null;

    /// <summary>For what was written of a grant at its end, when a late release corrects it; null where it was not shared.</summary>
    public static MinimumPaid? AsWritten(Request request) => request.Spec.Mergeable ? PaidByOthers(request.MinimaOfOthers) : null;

    /// <summary>For what is written in its place. What had paid the minimum of an SKU pays it, in its first line; what had not does not. An SKU that is new to it pays where nobody in the grant has in that hour.</summary>
    /// <remarks>Of a grant that is not known any more it cannot be told who paid: of an SKU that is new nothing is asked twice.</remarks>
    /// <param name="request">The request.</param>
    /// <param name="was">What was written.</param>
    public MinimumPaid? AsCorrected(Request request, List<CostLine> was) => request.Spec.Mergeable ? PaidBefore(state.Merged.Of(request), was) : null;

    /// <summary>The first lines of what was written that paid a minimum on which others rely, and that nothing pays any more which is written in their place.</summary>
    /// <param name="request">The request.</param>
    /// <param name="was">What was written.</param>
    /// <param name="now">What is written in its place.</param>
    public IEnumerable<CostLine> Missed(Request request, List<CostLine> was, List<CostLine> now)
    {
        if (!request.Spec.Mergeable || state.Merged.Of(request) is not { } grant)
        {
            yield break;
        }

        for (int i = 0; i < was.Count; i++)
        {
            if (was[i] is { Sku: { } sku, SharesMinimum: false } paid && paid.Quantity.Millionths > 0 && grant.IsReliedOnIn(sku, paid.From)
                && !IsPaidBy(was, i, sku, paid.From) && !IsPaidBy(now, now.Count, sku, paid.From))
            {
                yield return paid;
            }
        }
    }

    /// <summary>True where one of the first lines pays the minimum of an SKU in the hour of a moment.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="first">How many of them count.</param>
    /// <param name="sku">The SKU.</param>
    /// <param name="at">The moment.</param>
    public static bool IsPaidBy(IReadOnlyList<CostLine> lines, int first, string sku, Instant at)
    {
        for (int i = 0; i < first; i++)
        {
            if (lines[i] is { SharesMinimum: false, TakesBack: false } line && line.Sku == sku && line.Quantity.Millionths > 0 && MergedGrant.HourOf(line.From) == MergedGrant.HourOf(at))
            {
                return true;
            }
        }

        return false;
    }

    // Each by itself, so that nothing is allocated for what is not shared.
    private static MinimumPaid PaidIn(MergedGrant grant) => (sku, line, earlier) => grant.HasPaidIn(sku, line.From) || IsPaidBy(earlier, earlier.Count, sku, line.From);

    private static MinimumPaid PaidByOthers(IReadOnlyList<string> kinds) => (_, line, _) => kinds.Contains(line.Resource);

    private static MinimumPaid PaidBefore(MergedGrant? grant, List<CostLine> was) => (sku, line, earlier) => IsPaidBy(earlier, earlier.Count, sku, line.From)
        || (!IsPaidBy(was, was.Count, sku, line.From) && (was.Exists(l => l.Sku == sku && l.SharesMinimum) || grant is null || grant.HasPaidIn(sku, line.From)));
}
