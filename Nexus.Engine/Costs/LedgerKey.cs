using Nexus.Engine.Resources;

namespace Nexus.Engine.Costs;

/// <summary>The dimensions of lines: what they can be grouped and filtered by.</summary>
/// <param name="Kind">What the lines are.</param>
/// <param name="Owner">Whose they are.</param>
/// <param name="Resource">The kind.</param>
/// <param name="Pool">Where it came from.</param>
/// <param name="Provider">Who served it.</param>
/// <param name="Model">Which model used it.</param>
/// <param name="Lane">Through which lane it went.</param>
/// <param name="Sku">By what it is priced; null: unpriced.</param>
/// <param name="Labels">The labels by which sums are kept, or all of a line.</param>
public sealed record LedgerKey(LineKind Kind, OwnerPath Owner, string Resource, string? Pool, string? Provider, string? Model, string? Lane, string? Sku, Labels Labels)
{
    /// <summary>The key of a line.</summary>
    /// <param name="entry">The line.</param>
    /// <param name="labels">Its labels, as far as they count.</param>
    public static LedgerKey Of(LedgerEntry entry, Labels labels)
    {
        ArgumentNullException.ThrowIfNull(entry);
        CostLine line = entry.Line;
        return new(line.Kind, entry.Owner, line.Resource, line.Pool, line.Provider, line.Model, line.Lane, line.Sku, labels);
    }
}
