namespace Nexus.Dashboard.Features.Months.Pages;

/// <summary>What the page shows of one month.</summary>
/// <param name="Line">The month.</param>
/// <param name="Currency">The currency of all amounts.</param>
/// <param name="Preview">What closing it would come to; null where it is closed, has not ended, or the viewer may not.</param>
/// <param name="NoPreview">Why that is not known, where it should be.</param>
/// <param name="Charges">The credits, discounts and taxes that are billed in it.</param>
/// <param name="Tenants">What each tenant is billed.</param>
internal sealed record MonthView(MonthLine Line, string Currency, MonthClose? Preview, string? NoPreview, IReadOnlyList<ChargeLine> Charges, IReadOnlyList<TenantBill> Tenants)
{
    /// <summary>Tells two apart.</summary>
    public string Key => Line.Month.ToString();
}
