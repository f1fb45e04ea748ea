using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Simulation;
using Nexus.Engine.Simulation.Recorded;
using Nexus.Engine.Simulation.Trials;
using Nexus.Engine.Storage;

namespace Nexus.Engine.Hosting;

/// <summary>Replays the recent past of adaptive pools under each strategy, beside the loop, and tells the engine what came of it; the engine decides what follows.</summary>
/// <remarks>It takes a twentieth of one processor, as it rests after each bit of its work, and begins once in an interval. Where nobody waited there is nothing to learn, and nothing is replayed.</remarks>
internal sealed partial class StrategyTrying(EngineHost host, Func<string> folder, TimeProvider time, EngineOptions options, ILogger<StrategyTrying> log, double share = StrategyTrying.Share) : BackgroundService
{
    /// <summary>The share of one processor that it takes.</summary>
    public const double Share = 0.05;

    // What is decided now is in the journal soon.
    private static readonly TimeSpan Committed = TimeSpan.FromSeconds(1);

    // What happened while the program was off, or longer ago, taught enough.
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private Instant? _tried;
    private long? _seen;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(options.StrategyTrialInterval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!stoppingToken.IsCancellationRequested)
            {
                await TryOrLogAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Replays what happened since the last time, once, where strategies may have differed in it.</summary>
    internal async Task TryAsync(CancellationToken cancellation)
    {
        await host.WaitUntilReadyAsync(cancellation).ConfigureAwait(false);
        PoolState[] pools = [.. host.Read.Pools.Where(p => p.Adaptive is not null)];
        Instant to = host.Now - Committed;
        (Instant? from, long? after) = (_tried, _seen);
        (_tried, _seen) = (to, null);
        if (pools.Length == 0)
        {
            return;
        }

        (IReadOnlyList<RecordTrial> trials, _seen) = await Task.Factory.StartNew(() => Replay(pools, from ?? Latest(pools) ?? to - options.StrategyTrialInterval, to, after, cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        foreach (RecordTrial trial in trials)
        {
            // A pool that was changed meanwhile has no use for it.
            if (await host.SendAsync(trial, cancellation).ConfigureAwait(false) is Fault fault)
            {
                LogUnwanted(log, trial.Pool, fault.Detail);
            }
        }
    }

    // After a restart it goes on where it had come to.
    private static Instant? Latest(PoolState[] pools) => pools.Max(p => p.Adaptive!.Trials is [.., var last] ? last.To : (Instant?)null);

    // The trials, and the last event up to the end; null where there was none.
    private (IReadOnlyList<RecordTrial> Trials, long? Seen) Replay(PoolState[] pools, Instant from, Instant to, long? after, CancellationToken cancellation)
    {
        Pace pace = new(share, time, cancellation);
        using JournalPast journal = new(folder(), options.Limits);
        if (journal.Since() is not { } since || since >= to)
        {
            return ([], after);
        }

        from = new Instant(Math.Max(Math.Max(from.Milliseconds, since.Milliseconds), (to - Longest).Milliseconds));
        if (after is { } sequence && !Counts() && !Teach(journal.After(sequence)))
        {
            return ([], after);
        }

        RecentPast past = new(journal.StateAt(from, cancellation), from);
        pace.Rest();
        bool taught = Teach(journal.After(past.Sequence), past);
        pace.Rest();
        return (taught || Counts() ? past.Try(to, pools, pace.Rest, cancellation) : [], after);

        bool Counts() => pools.Any(p => p.Definition.Objective is { Cost: > 0 } || host.Read.WaitingIn(p.Name) > 0);

        // Looks at what happened up to the end of the stretch: true where strategies may have differed.
        bool Teach(IEnumerable<EngineEvent> events, RecentPast? takes = null)
        {
            bool teaches = false;
            foreach (EngineEvent happened in events.TakeWhile(e => e.At <= to))
            {
                teaches |= TrialsBeside.Teaches(happened);
                after = happened.Sequence;
                takes?.Add(happened);
                if (happened is ClockJumped)
                {
                    // What was before it was so for another time than it seems.
                    takes?.Pass(happened.At);
                }
            }

            return teaches;
        }
    }

    private async Task TryOrLogAsync(CancellationToken cancellation)
    {
        try
        {
            await TryAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
#pragma warning disable CA1031 // Logged: pools follow what they follow, and the next time it may go well.
        catch (Exception error)
#pragma warning restore CA1031
        {
            LogFault(log, error);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The past of adaptive pools could not be replayed.")]
    private static partial void LogFault(ILogger log, Exception error);

    [LoggerMessage(2, LogLevel.Information, "What strategies would have done in pool {Pool} was not taken: {Reason}")]
    private static partial void LogUnwanted(ILogger log, string pool, string reason);
}
