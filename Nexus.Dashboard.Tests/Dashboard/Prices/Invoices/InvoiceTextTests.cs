using Nexus.Dashboard.Features.Prices.Invoices;
using Nexus.Engine.Costs;

namespace Nexus.Dashboard.Tests.Dashboard.Prices.Invoices;

public sealed class InvoiceTextTests
{
    private static readonly DateTimeOffset October = new(2026, 10, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_invoice_is_named_by_its_month_and_told_by_its_difference()
    {
        Assert.Equal("October's invoice differs by 0.4\u00A0%: cached reads of gpt-4o.", InvoiceText.Sentence(Of("250", "249", "cached reads of gpt-4o")));
        Assert.Equal("October's invoice differs by < 0.1\u00A0%: output of m.", InvoiceText.Sentence(Of("250", "249.9", "output of m")));
        Assert.Equal("October's invoice matches.", InvoiceText.Sentence(Of("250", "250", null)));
        Assert.Equal("The invoice of 1 Oct 2026 \u2013 30 Nov 2026 matches.", InvoiceText.Sentence(Of("1", "1", null) with { To = October.AddMonths(2) }));
    }

    [Fact]
    public void Days_are_told_as_short_as_they_can_be()
    {
        Assert.Equal("October 2026", InvoiceText.Span(October, October.AddMonths(1)));
        Assert.Equal("1 Oct 2026", InvoiceText.Span(October, October.AddDays(1)));
        Assert.Equal("1\u201314 Oct 2026", InvoiceText.Span(October, October.AddDays(14)));
    }

    private static InvoiceShown Of(string billed, string ledger, string? largest) => new()
    {
        Id = "i", From = October, To = October.AddMonths(1), ReceivedAt = October, ReceivedBy = "dana", Billed = Money.Parse(billed), Ledger = Money.Parse(ledger), Largest = largest,
    };
}
