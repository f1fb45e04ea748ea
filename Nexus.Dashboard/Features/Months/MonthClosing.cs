using Microsoft.Extensions.Options;
using Nexus.Engine.Core;
using Nexus.Engine.Costs.Months;
using Nexus.Engine.Hosting;

namespace Nexus.Dashboard.Features.Months;

/// <summary>Closes months some days after their end, the earliest first. Beside the engine, which decides.</summary>
internal sealed class MonthClosing(EngineHost host, MonthCloser closer, IOptions<MonthOptions> options, TimeProvider time, ILogger<MonthClosing> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        if (options.Value.CloseAfter is not { } after)
        {
            return;
        }

        try
        {
            await host.WaitUntilReadyAsync(stoppingToken);
            while (!stoppingToken.IsCancellationRequested)
            {
                await CloseAsync(after, stoppingToken);
                await Task.Delay(Every, time, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The program stops.
        }
    }

    private async Task CloseAsync(TimeSpan after, CancellationToken cancellation)
    {
        try
        {
            foreach (BillingMonth month in await closer.DueAsync(after, cancellation))
            {
                if (await closer.CloseAsync(month, Actor.Engine, cancellation) is Fault fault)
                {
                    log.NotClosed(month.ToString(), fault.Detail);
                    return;
                }

                log.Closed(month.ToString());
            }
        }
        catch (EngineUnavailableException)
        {
            // The next look tries again.
        }
        catch (Exception bug) when (bug is not OperationCanceledException)
        {
            // Whatever it is, the program goes on deciding, and the next look tries again.
            log.Failed(bug);
        }
    }
}

/// <summary>What it says.</summary>
internal static partial class MonthClosingLog
{
    [LoggerMessage(1, LogLevel.Information, "{Month} is closed: what comes late for it is an adjustment")]
    public static partial void Closed(this ILogger log, string month);

    [LoggerMessage(2, LogLevel.Warning, "{Month} could not be closed; the next look tries again: {Reason}")]
    public static partial void NotClosed(this ILogger log, string month, string reason);

    [LoggerMessage(3, LogLevel.Error, "Closing months failed, which is a fault of Nexus; the next look tries again.")]
    public static partial void Failed(this ILogger log, Exception fault);
}
