using Nexus.Engine.Hosting;

namespace Nexus.Dashboard.Features.Months.Checks;

/// <summary>Earlier months that are still open: what comes late for this one is billed in the first that is open after it, not in them.</summary>
internal sealed class EarlierMonthsCheck(EngineHost host) : IMonthCheck
{
    /// <inheritdoc/>
    public string Name => "earlierMonths";

    /// <inheritdoc/>
    public Task<MonthFinding> LookAsync(LookedAtMonth month, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(month);
        string[] open = [.. month.Others.Where(m => m.Month < month.Month && !host.Read.Configuration.Months.Has(m.Month)).Select(m => m.Month.ToString())];
        return Task.FromResult(new MonthFinding(open.Length, open.Length == 0 ? "All earlier months are closed." : $"{string.Join(", ", open)} {(open.Length == 1 ? "is" : "are")} still open. Close the earliest first."));
    }
}
