using Nexus.Dashboard.Features.Prices.Invoices;

namespace Nexus.Dashboard.Features.Months.Checks;

/// <summary>Invoices of the month that nobody has settled: what they say may still correct its prices.</summary>
internal sealed class InvoicesCheck(InvoiceStore invoices) : IMonthCheck
{
    private const int MostNamed = 3;

    /// <inheritdoc/>
    public string Name => "unreconciledInvoices";

    /// <inheritdoc/>
    public async Task<MonthFinding> LookAsync(LookedAtMonth month, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(month);
        (DateTimeOffset start, DateTimeOffset end) = (month.Month.Start.ToDateTimeOffset(), month.Month.End.ToDateTimeOffset());
        Invoice[] within = [.. (await invoices.AllAsync(cancellation)).Where(i => i.From < end && i.To > start)];
        string[] open = [.. within.Where(i => i.State == InvoiceState.Open).Select(i => i.Id)];
        return new MonthFinding(open.Length, open.Length > 0
            ? $"{open.Length} {(open.Length == 1 ? "invoice is" : "invoices are")} not settled: {string.Join(", ", open.Take(MostNamed))}{(open.Length > MostNamed ? $" and {open.Length - MostNamed} more" : "")}. Apply what they correct, or accept or dispute them on the tab Invoices."
            : within.Length == 0 ? "No invoice of the month was reconciled." : "Every invoice of the month is settled.");
    }
}
