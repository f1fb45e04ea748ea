using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Engine.Costs.Months;
using Nexus.Engine.Hosting;

namespace Nexus.Dashboard.Features.Months.Pages;

/// <summary>What the tab of the months shows, and what is done there.</summary>
internal sealed class MonthsPageService(MonthService months)
{
    /// <summary>The currency of all amounts.</summary>
    public string Currency => months.Currency;

    /// <summary>The months, the newest first.</summary>
    public async Task<Result<IReadOnlyList<MonthLine>>> ListAsync(Caller viewer, CancellationToken cancellation)
    {
        Result<IReadOnlyList<MonthLine>> found = await Told(() => months.ListAsync(viewer, cancellation));
        return found.Problem is { } problem ? problem : new Result<IReadOnlyList<MonthLine>>([.. found.Value!.Reverse()]);
    }

    /// <summary>One of them with all that belongs to it.</summary>
    /// <param name="caller">Who acts.</param>
    /// <param name="viewer">The same, seeing no more than what was chosen for all pages.</param>
    /// <param name="line">The month.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Result<MonthView>> OpenAsync(Caller caller, Caller viewer, MonthLine line, CancellationToken cancellation)
    {
        Result<IReadOnlyList<ChargeLine>> charges = await Told(() => months.ChargesAsync(viewer, line.Month, cancellation));
        Result<IReadOnlyList<TenantBill>> tenants = charges.Problem is { } unknown ? unknown : await Told(() => months.TenantsAsync(viewer, line.Month, cancellation));
        if (tenants.Problem is { } problem)
        {
            return problem;
        }

        bool closes = line is { Closed: null, HasEnded: true } && MonthService.Refused(caller) is null;
        Result<MonthClose> preview = closes ? await Told(() => months.CloseAsync(caller, line.Month, dryRun: true, cancellation)) : default;
        return new MonthView(line, Currency, preview.Value, preview.Problem?.Detail, charges.Value!, tenants.Value!);
    }

    /// <summary>Closes a month.</summary>
    public Task<Result<MonthClose>> CloseAsync(Caller caller, BillingMonth month) => Told(() => months.CloseAsync(caller, month, dryRun: false, CancellationToken.None));

    /// <summary>Enters a credit, a discount or a tax.</summary>
    public Task<Result<ChargeLine>> EnterAsync(Caller caller, BillingMonth month, ChargeBody body) => Told(() => months.EnterAsync(caller, month, body, CancellationToken.None));

    // An engine that does not decide, or a ledger that cannot be read, is a sentence on the page and not its end.
    private static async Task<Result<T>> Told<T>(Func<Task<Result<T>>> ask)
        where T : class
    {
        try
        {
            return await ask();
        }
        catch (EngineUnavailableException unavailable)
        {
            return Problem.Of(unavailable);
        }
    }
}
