using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Nexus.Engine.Hosting;

namespace Nexus.Dashboard.Features.Recommendations.Review;

/// <summary>Has the review run when its schedule says so, for as long as the program runs. What is due while it does not run is not made up for.</summary>
internal sealed class SavingsReviewing(EngineHost host, SavingsReviewer reviewer, IOptions<SavingsOptions> options, TimeProvider time, ILogger<SavingsReviewing> log) : BackgroundService
{
    // A timer takes no longer waits, and a clock that is set is seen by then.
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            await host.WaitUntilReadyAsync(stoppingToken);
            await TryAsync(() => reviewer.AllAsync(stoppingToken), stoppingToken);
            DateTimeOffset? due = options.Value.NextAfter(time.GetUtcNow());
            while (due is { } at)
            {
                TimeSpan left = at - time.GetUtcNow();
                if (left > TimeSpan.Zero)
                {
                    await Task.Delay(left < Longest ? left : Longest, time, stoppingToken);
                    continue;
                }

                bool done = await TryAsync(() => reviewer.ReviewAsync(stoppingToken), stoppingToken);
                due = options.Value.NextAfter(time.GetUtcNow());
                if (!done && due is not null)
                {
                    await Task.Delay(Again, time, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The program stops.
        }
    }

    private async Task<bool> TryAsync(Func<Task> act, CancellationToken cancellation)
    {
        try
        {
            await act();
            return true;
        }
        catch (Exception failure) when (failure is EngineUnavailableException or SqliteException or DbUpdateException)
        {
            log.NotNow(failure.Message);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // Whatever it is, the program goes on deciding, and the page says that the review failed.
            log.Failed(fault);
            await SayAsync(cancellation);
        }

        return false;
    }

    private async Task SayAsync(CancellationToken cancellation)
    {
        try
        {
            await reviewer.FailedAsync("The review failed, which is a fault of Nexus; its log says more.", cancellation);
        }
        catch (Exception failure) when (failure is SqliteException or DbUpdateException)
        {
            log.NotNow(failure.Message);
        }
    }
}

/// <summary>What it says.</summary>
internal static partial class SavingsReviewingLog
{
    [LoggerMessage(1, LogLevel.Warning, "Savings cannot be looked for at the moment; the next review tries again: {Reason}")]
    public static partial void NotNow(this ILogger log, string reason);

    [LoggerMessage(2, LogLevel.Error, "A review of savings failed, which is a fault of Nexus; the next one tries again.")]
    public static partial void Failed(this ILogger log, Exception fault);
}
