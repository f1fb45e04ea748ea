using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Nexus.Engine.Hosting;

namespace Nexus.Dashboard.Features.Quotas.Proposals;

/// <summary>Has the limits that may follow their use looked at, every few seconds for as long as the program runs.</summary>
internal sealed class QuotaAdjusting(EngineHost host, QuotaAdjuster adjuster, IOptions<QuotaAdjustOptions> options, TimeProvider time, ILogger<QuotaAdjusting> log) : BackgroundService
{
    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryAsync(() => adjuster.StopAsync(cancellationToken));
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        using PeriodicTimer timer = new(options.Value.Every, time);
        try
        {
            await host.WaitUntilReadyAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await TryAsync(() => adjuster.LookAsync(stoppingToken));
            }
        }
        catch (OperationCanceledException)
        {
            // The program stops.
        }
    }

    private async Task TryAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (EngineUnavailableException)
        {
            // It says so itself; the next look tries again.
        }
        catch (Exception failure) when (failure is Microsoft.Data.Sqlite.SqliteException or DbUpdateException)
        {
            log.NotKept(failure.Message);
        }
    }
}

/// <summary>What it says.</summary>
internal static partial class QuotaAdjustingLog
{
    [LoggerMessage(1, LogLevel.Warning, "Limits are not adjusted for the moment, as access.db cannot be written: {Reason}")]
    public static partial void NotKept(this ILogger log, string reason);
}
