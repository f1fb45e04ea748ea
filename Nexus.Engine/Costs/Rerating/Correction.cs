using Nexus.Engine.Resources;

namespace Nexus.Engine.Costs.Rerating;

/// <summary>The lines that correct an earlier charge, in its charge period.</summary>
/// <param name="Place">The place in the ledger of its first line.</param>
/// <param name="Owner">Whose it is.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Lines">What is taken back and what is added, each of the kind of what it corrects; the ledger has them as adjustments.</param>
public sealed record Correction(long Place, OwnerPath Owner, Labels Labels, IReadOnlyList<CostLine> Lines)
{
    /// <summary>The request whose grant used it; null for use that was reported without one.</summary>
    public string? Request { get; init; }

    /// <summary>The number of that grant's lease.</summary>
    public long? Lease { get; init; }

    /// <summary>The id of the usage record that reported it.</summary>
    public string? Record { get; init; }

    /// <summary>By how much it changes the cost.</summary>
    public Money Cost => Lines.Aggregate(Money.Zero, static (sum, line) => sum + line.Cost);

    /// <summary>The lines as the ledger has them.</summary>
    public IEnumerable<LedgerEntry> Entries => Lines.Select(line => new LedgerEntry(line with { Kind = LineKind.Adjustment }, Owner, Labels)
    {
        Request = Request,
        Lease = Lease,
        Record = Record,
        Corrects = Place,
        CorrectedKind = line.Kind,
    });
}
