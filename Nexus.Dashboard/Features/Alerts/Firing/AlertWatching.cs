using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Nexus.Engine.Hosting;

namespace Nexus.Dashboard.Features.Alerts.Firing;

/// <summary>Has the rules looked at for as long as the program runs: after news, and now and then without, as waits grow by themselves. Beside the engine, over what it has committed.</summary>
internal sealed class AlertWatching(EngineHost host, AlertDesk desk, IOptions<AlertOptions> options, TimeProvider time, ILogger<AlertWatching> log) : BackgroundService
{
    // Without news a look comes this much later.
    private const int Quiet = 3;
    private static readonly TimeSpan AfterStart = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            // That an engine cannot start is one of the things that are watched.
            await Task.WhenAny(host.WaitUntilReadyAsync(stoppingToken), Task.Delay(AfterStart, time, stoppingToken));
            while (!stoppingToken.IsCancellationRequested)
            {
                long seen = host.Read.Sequence;
                await LookAsync(stoppingToken);
                await Task.Delay(options.Value.Every, time, stoppingToken);
                await NewsAsync(seen, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The program stops.
        }
    }

    private async Task NewsAsync(long seen, CancellationToken cancellation)
    {
        try
        {
            await host.Read.WaitForEventsAsync(seen, options.Value.Every * (Quiet - 1), cancellation);
        }
        catch (EngineUnavailableException)
        {
            // As many wait as may: then it is looked at once more.
        }
    }

    private async Task LookAsync(CancellationToken cancellation)
    {
        try
        {
            await desk.LookAsync(cancellation);
        }
        catch (EngineUnavailableException)
        {
            // The next look tries again.
        }
        catch (Exception failure) when (failure is SqliteException or DbUpdateException)
        {
            log.NotKept(failure.Message);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // Whatever it is, the program goes on deciding, and the next look tries again.
            log.Failed(fault);
        }
    }
}

/// <summary>What it says.</summary>
internal static partial class AlertWatchingLog
{
    [LoggerMessage(1, LogLevel.Warning, "Alerts cannot be kept for the moment, as access.db cannot be read or written; the next look tries again: {Reason}")]
    public static partial void NotKept(this ILogger log, string reason);

    [LoggerMessage(2, LogLevel.Error, "A look at the rules of alerting failed, which is a fault of Nexus; the next look tries again.")]
    public static partial void Failed(this ILogger log, Exception fault);
}
