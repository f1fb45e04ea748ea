using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Nexus.Engine.Hosting;

namespace Nexus.Dashboard.Features.Alerts.Delivery;

/// <summary>Has the outbox emptied for as long as the program runs; what a program before left there is sent first.</summary>
internal sealed class Delivering(Courier courier, Outbox outbox, EngineHost host, TimeProvider time, ILogger<Delivering> log) : BackgroundService
{
    private static readonly TimeSpan AfterStart = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan BetweenForgetting = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        DateTimeOffset forgotten = DateTimeOffset.MinValue;
        try
        {
            // A start is for deciding first; of an engine that cannot, people are told all the same.
            await Task.WhenAny(host.WaitUntilReadyAsync(stoppingToken), Task.Delay(AfterStart, time, stoppingToken));
            while (!stoppingToken.IsCancellationRequested)
            {
                DateTimeOffset? next = null;
                try
                {
                    next = await courier.RoundAsync(stoppingToken);
                    if (time.GetUtcNow() - forgotten >= BetweenForgetting)
                    {
                        await outbox.ForgetAsync(stoppingToken);
                        forgotten = time.GetUtcNow();
                    }
                }
                catch (Exception failure) when (failure is SqliteException or DbUpdateException)
                {
                    log.NotSent(failure.Message);
                }
                catch (Exception fault) when (fault is not OperationCanceledException)
                {
                    // Whatever it is, the program goes on deciding, and the next round tries again.
                    log.Failed(fault);
                }

                TimeSpan rest = next is { } due ? due - time.GetUtcNow() : Longest;
                await outbox.WaitAsync(rest < Least ? Least : rest < Longest ? rest : Longest, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The program stops.
        }
    }
}

/// <summary>What it says.</summary>
internal static partial class DeliveringLog
{
    [LoggerMessage(1, LogLevel.Warning, "Deliveries of alerts wait, as access.db cannot be read or written: {Reason}")]
    public static partial void NotSent(this ILogger log, string reason);

    [LoggerMessage(2, LogLevel.Error, "Deliveries of alerts failed, which is a fault of Nexus; they are tried again.")]
    public static partial void Failed(this ILogger log, Exception fault);
}
