using Nexus.Engine.Costs;
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

    /// <summary>For what is written in its place: it pays the minimum of what had paid it, and of nothing else. The others are long over, or have paid for theirs.</summary>
    /// <param name="request">The request.</param>
    /// <param name="was">What was written.</param>
    public static MinimumPaid? AsBefore(Request request, List<CostLine> was) => request.Spec.Mergeable ? PaidBefore(was) : null;

    // Each by itself, so that nothing is allocated for what is not shared.
    private static MinimumPaid PaidIn(MergedGrant grant) => (sku, line, earlier) =>
        grant.HasPaidIn(sku, line.From) || earlier.Exists(l => l.Sku == sku && l.Quantity.Millionths > 0 && MergedGrant.HourOf(l.From) == MergedGrant.HourOf(line.From));

    private static MinimumPaid PaidByOthers(IReadOnlyList<string> kinds) => (_, line, _) => kinds.Contains(line.Resource);

    private static MinimumPaid PaidBefore(List<CostLine> was) => (sku, line, _) => !was.Exists(l => l.Resource == line.Resource && l.Sku == sku && !l.SharesMinimum);
}
