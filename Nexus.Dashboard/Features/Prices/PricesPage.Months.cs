using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Months;
using Nexus.Dashboard.Features.Months.Pages;
using Nexus.Engine.Costs.Months;

namespace Nexus.Dashboard.Features.Prices;

/// <summary>The tab of the months: closing one, entering what is given back or taxed, the statements.</summary>
public partial class PricesPage
{
    private const string MonthsKey = "months";

    private IReadOnlyList<MonthLine>? _months;
    private Problem? _noMonths;
    private MonthView? _month;
    private ChargeDraft? _charge;
    private string? _wrongMonth;
    private (object Asked, long At)? _monthsRead;

    private bool OnMonths => Tab == MonthsKey;

    // The ledger is read again when a minute has passed, a month was closed, or something was entered here.
    private async Task LoadMonthsAsync()
    {
        if (!OnMonths)
        {
            (_months, _noMonths, _month, _charge, _wrongMonth, _monthsRead) = (null, null, null, null, null, null);
            return;
        }

        object asked = (Viewer.Path.ToString(), Open, Prices.Configuration.Months.All.Count, Prices.Configuration.VersionOfPrices);
        if (_monthsRead is { } read && read.Asked.Equals(asked) && Clock.GetElapsedTime(read.At) <= Fresh)
        {
            return;
        }

        await ReadMonthsAsync();
        _monthsRead = _noMonths is null ? (asked, Clock.GetTimestamp()) : null;
    }

    private async Task ReadMonthsAsync()
    {
        Result<IReadOnlyList<MonthLine>> list = await Months.ListAsync(Viewer, Left);
        (_months, _noMonths) = (list.Value, list.Problem);
        MonthLine? line = Open is null ? null : _months?.FirstOrDefault(m => m.Month.ToString() == Open);
        if (line is null)
        {
            (_month, _charge, _wrongMonth) = (null, null, null);
            return;
        }

        if (_month?.Key != Open)
        {
            (_charge, _wrongMonth) = (null, null);
        }

        Result<MonthView> view = await Months.OpenAsync(Caller, Viewer, line, Left);
        (_month, _noMonths) = (view.Value, view.Problem);
    }

    private void DraftCharge() => _charge = _charge is null ? new ChargeDraft() : null;

    private async Task CloseMonthAsync()
    {
        BillingMonth month = _month!.Line.Month;
        _busy = true;
        Result<MonthClose> done = await Months.CloseAsync(Caller, month);
        (_busy, _wrongMonth) = (false, done.Problem?.Detail);
        if (done.Value is { } closed)
        {
            Toasts.Say($"{MonthText.Name(month)} is closed at {PriceText.Of(closed.Total, Months.Currency)}");
        }

        _monthsRead = null;
        await RefreshAsync();
    }

    private async Task EnterChargeAsync()
    {
        _busy = true;
        Result<ChargeLine> done = await Months.EnterAsync(Caller, _month!.Line.Month, _charge!.Body(Months.Currency));
        _busy = false;
        _charge.Take(done.Problem);
        if (done.Value is { } entered)
        {
            (_charge, _monthsRead) = (null, null);
            Toasts.Say($"{MonthText.Kind(entered.Kind)} of {PriceText.Of(entered.Amount, Months.Currency)} entered for {entered.Owner}, billed in {MonthText.Name(entered.BilledIn)}");
            await RefreshAsync();
        }
    }
}
