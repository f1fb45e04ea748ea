using Nexus.Engine.Costs.Invoices;

namespace Nexus.Dashboard.Features.Prices.Invoices;

/// <summary>What was read of a provider's CSV.</summary>
/// <param name="Layout">In which layout it is; <c>mapping</c>: as the caller said.</param>
/// <param name="Provider">Who sent it; null: nobody said.</param>
/// <param name="Lines">Its lines, those that say the same of the same thing as one.</param>
/// <param name="Unread">What could not be read, by line.</param>
/// <param name="Read">How many lines were.</param>
/// <param name="Currency">In which currency it is; null: the file does not say.</param>
internal sealed record InvoiceFile(string Layout, string? Provider, IReadOnlyList<InvoiceLine> Lines, IReadOnlyList<UnreadLine> Unread, int Read, string? Currency)
{
    /// <summary>How many lines could not be read; of very many only the first are named.</summary>
    public int UnreadLines { get; init; }
}

/// <summary>A line of a file that could not be read.</summary>
/// <param name="Line">Its number, the header being 1.</param>
/// <param name="Reason">Why not, and the remedy.</param>
public sealed record UnreadLine(int Line, string Reason);
