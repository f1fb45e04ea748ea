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
/// <remarks>It takes a twentieth of one processor at most, and begins once in an interval. Where nobody waited there is nothing to learn, and nothing is replayed.</remarks>
internal sealed partial class StrategyTrying(EngineHost host, Func<string> folder, TimeProvider time, EngineOptions options, ILogger<StrategyTrying> log) : BackgroundService
{
    /// <summary>The share of one processor that it takes at most.</summary>
    public const double Share = 0.05;

    // What is longer is cut at its end: a replay must be over before the next begins.
    private const int MostEvents = 250_000;

    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    // What is decided now is in the journal soon.
    private static readonly TimeSpan Committed = TimeSpan.FromSeconds(1);

    private Instant? _from;

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

    /// <summary>Replays what happened since the last time, once.</summary>
    internal async Task TryAsync(CancellationToken cancellation)
    {
        await host.WaitUntilReadyAsync(cancellation).ConfigureAwait(false);
        PoolState[] pools = [.. host.Read.Pools.Where(p => p.Adaptive is not null)];
        Instant to = host.Now - Committed;
        if (pools.Length == 0)
        {
            _from = to;
            return;
        }

        Instant from = _from ?? Latest(pools) ?? to - options.StrategyTrialInterval;
        from = from > to - Longest ? from : to - Longest;
        (IReadOnlyList<RecordTrial> trials, _from) = await Task.Factory.StartNew(() => Replay(pools, from, to, cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        foreach (RecordTrial trial in trials)
        {
            // A pool that was changed meanwhile has no use for it.
            if (await host.SendAsync(trial, cancellation).ConfigureAwait(false) is Fault fault)
            {
                LogUnwanted(log, trial.Pool, fault.Detail);
            }
        }
    }

    private static Instant? Latest(PoolState[] pools) => pools.Max(p => p.Adaptive!.Trials is [.., var last] ? last.To : (Instant?)null);

    private (IReadOnlyList<RecordTrial> Trials, Instant To) Replay(PoolState[] pools, Instant from, Instant to, CancellationToken cancellation)
    {
        Pace pace = new(Share, time, cancellation);
        using JournalPast past = new(folder(), options.Limits);
        if (past.Since() is not { } since || since >= to)
        {
            return ([], to);
        }

        from = from > since ? from : since;
        Core.Engine engine = past.StateAt(from, cancellation);
        pace.Rest();
        List<EngineEvent> events = [];
        bool toLearn = engine.Requests.Any(r => r.Status is RequestStatus.Queued or RequestStatus.Reserved) || pools.Any(p => p.Definition.Objective is { Cost: > 0 });
        foreach (EngineEvent happened in past.After(engine.Sequence))
        {
            if (happened.At > to)
            {
                break;
            }

            if (events.Count == MostEvents)
            {
                to = happened.At;
                break;
            }

            events.Add(happened);
            toLearn |= happened is RequestSubmitted { Status: not RequestStatus.Allocated } or RequestRequeued;
        }

        if (events.Count == 0 || !toLearn || from >= to)
        {
            return ([], to);
        }

        RecordedPast stretch = new(engine, from, to);
        events.ForEach(stretch.Add);
        ReadOnlyMemory<byte> state = engine.Capture().Encode().State;
        EngineLimits limits = options.Limits;
        pace.Rest();
        return (StrategyTrials.Of(stretch.ToWorkload(() => Core.Engine.Restore(state.Span, limits)), pools, pace.Rest, cancellation), to);
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
