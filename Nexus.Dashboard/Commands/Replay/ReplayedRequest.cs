using System.Collections.Frozen;
using Nexus.Engine.Resources;
using Nexus.Engine.Simulation.Traces;

namespace Nexus.Dashboard.Commands.Replay;

/// <summary>The life of one request: submitted when it is due, granted (perhaps after a wait), held and renewed for its time, released; begun anew where it was ended for others.</summary>
/// <param name="context">What all requests of the replay share.</param>
/// <param name="request">What the trace says.</param>
internal sealed class ReplayedRequest(ReplayContext context, TraceRequest request)
{
    private static readonly FrozenSet<string> Metered =
        ResourceKind.All.Where(kind => kind.Behaviour == ResourceBehaviour.Metered).Select(kind => kind.Name).ToFrozenSet(StringComparer.Ordinal);

    // News that change nothing (another priority) are followed by the next waiting call, but not in a rush.
    private static readonly TimeSpan BetweenNews = TimeSpan.FromMilliseconds(100);

    private readonly TimeSpan _due = context.Clock.Scaled(request.At);

    /// <summary>Ends when the request has; faults of the call are counted, not thrown.</summary>
    /// <exception cref="CommandException">The key is not known: nothing else of the replay can succeed.</exception>
    public async Task RunAsync()
    {
        context.Tally.Submitted();
        try
        {
            SubmitBody body = await BodyAsync();
            Answer<RequestAnswer> answer = await context.Client.SubmitAsync(body, context.Abandon);
            context.Tally.Answered(context.Clock.Elapsed - _due);
            await GoOnAsync(body, answer);
        }
        catch (OperationCanceledException) when (context.Abandon.IsCancellationRequested)
        {
            context.Tally.Failed("stopped before its end");
        }
    }

    private async Task GoOnAsync(SubmitBody body, Answer<RequestAnswer> answer)
    {
        ReplayOutcome? before = null;
        while (await OneAttemptAsync(body, answer, before) is { } again)
        {
            (before, answer) = again;
        }
    }

    // Waits for a grant and uses it. Null where that was its end; else, where the grant was ended for others, how it had been granted first and what has become of it.
    private async Task<(ReplayOutcome Granted, Answer<RequestAnswer> Next)?> OneAttemptAsync(SubmitBody body, Answer<RequestAnswer> answer, ReplayOutcome? before)
    {
        ReplayOutcome whenGranted = ReplayOutcome.Allocated;
        while (answer.Body is { Status: "queued" or "reserved" } waiting)
        {
            whenGranted = waiting.Status == "reserved" ? ReplayOutcome.Reserved
                : whenGranted == ReplayOutcome.Reserved ? whenGranted
                : ReplayOutcome.QueuedThenAllocated;
            TimeSpan asked = context.Clock.Elapsed;
            answer = await NewsAsync(body);
            if (answer.Body?.Status == waiting.Status)
            {
                await context.Clock.UntilAsync(asked + BetweenNews, context.Stop);
            }
        }

        switch (answer.Body)
        {
            case { Status: "allocated", Lease: { } lease } granted:
                if (before is null)
                {
                    context.Tally.Granted(whenGranted, granted.Priority ?? request.Priority ?? PriorityClass.Default, context.Clock.Elapsed - _due);
                }

                return await UseAsync(body, lease, granted.Version, before ?? whenGranted) is { } next ? (before ?? whenGranted, next) : null;
            case { } ended when before is { } counted:
                context.Tally.FailedAfterGrant(counted, $"it was ended for others and did not start again ({ended.Status})");
                break;
            case { Status: "rejected" }:
                context.Tally.NotGranted(ReplayOutcome.Rejected);
                break;
            case { Status: "expired", Lease: null }:
                context.Tally.NotGranted(ReplayOutcome.Expired);
                break;
            case { Status: "cancelled" }:
                context.Tally.NotGranted(ReplayOutcome.Cancelled);
                break;
            case { } ended when whenGranted != ReplayOutcome.Allocated:
                context.Tally.Failed($"the grant had ended ({ended.Status}) before it was known here");
                break;
            case { } ended:
                context.Tally.Failed($"the id was used before and has ended ({ended.Status}); give --run NAME to send the trace under new ids");
                break;
            default:
                context.Tally.Failed(Explained(answer));
                break;
        }

        return null;
    }

    /// <summary>What became of a waiting request; where the replay is to stop, it is cancelled first.</summary>
    private async Task<Answer<RequestAnswer>> NewsAsync(SubmitBody body)
    {
        if (!context.Stop.IsCancellationRequested)
        {
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(context.Stop, context.Abandon);
            try
            {
                return await context.Client.WaitAsync(body, either.Token);
            }
            catch (OperationCanceledException) when (!context.Abandon.IsCancellationRequested)
            {
                // Asked to stop while it waited.
            }
        }

        Answer<RequestAnswer> cancelled = await context.Client.CancelAsync(body, context.Abandon);
        return cancelled.Body is { Status: "queued" or "reserved" } ? new(cancelled.Status, default, "it waits although it was cancelled") : cancelled;
    }

    // Holds a grant for its time and releases it. What has become of the request, where the grant was ended for others meanwhile: what was done is lost.
    private async Task<Answer<RequestAnswer>?> UseAsync(SubmitBody body, LeaseAnswer lease, long? seen, ReplayOutcome granted)
    {
        using CancellationTokenSource held = CancellationTokenSource.CreateLinkedTokenSource(context.Stop);
        Task<Answer<RequestAnswer>?> ended = request.Preemptible && seen is { } version ? EndedAsync(body, lease, version, held) : Task.FromResult<Answer<RequestAnswer>?>(null);
        TimeSpan end = context.Clock.Elapsed + context.Clock.Scaled(request.RunTime(context.Settings.TokensPerSecond));
        TimeSpan every = context.Settings.RenewEvery;
        for (TimeSpan left = end - context.Clock.Elapsed; left > every && !held.IsCancellationRequested; left = end - context.Clock.Elapsed)
        {
            await context.Clock.UntilAsync(context.Clock.Elapsed + every, held.Token);
            if (!held.IsCancellationRequested && (await context.Client.RenewAsync(lease.Id, context.Abandon)).Fault is not null)
            {
                break; // it has ended; the release below says what was used all the same
            }
        }

        await context.Clock.UntilAsync(end, held.Token);
        if (ended is { IsCompletedSuccessfully: true, Result: { } lost })
        {
            context.Tally.Preempted();
            return lost;
        }

        TimeSpan now = context.Clock.Elapsed;
        bool cutShort = now < end;
        TimeSpan due = cutShort ? now : end;
        Answer<ReleaseAnswer> released = await context.Client.ReleaseAsync(lease.Id, new(Used(), cutShort ? "failed" : "succeeded"), context.Abandon);

        // Whoever waits for news hears of the release too.
        if (await ended is { } overtaken)
        {
            context.Tally.Preempted();
            return overtaken;
        }

        if (released.Body is { } answer)
        {
            context.Tally.Released(context.Clock.Elapsed - due, answer);
        }
        else
        {
            context.Tally.FailedAfterGrant(granted, $"release: {Explained(released)}");
        }

        return null;
    }

    // What has become of a request whose grant was ended so that it starts again; null where it was not, or nobody asks any more.
    private async Task<Answer<RequestAnswer>?> EndedAsync(SubmitBody body, LeaseAnswer lease, long seen, CancellationTokenSource held)
    {
        try
        {
            while (true)
            {
                Answer<RequestAnswer> news = await context.Client.WaitAsync(body, context.Abandon, seen);
                switch (news.Body)
                {
                    case { Status: "queued" or "reserved" }:
                    case { Status: "allocated" } again when again.Lease?.Id != lease.Id:
                        await held.CancelAsync();
                        return news;
                    case { Status: "allocated", Version: { } version }:
                        seen = version; // it was renewed, or is to end
                        break;
                    default:
                        return null;
                }
            }
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private static string Explained<T>(Answer<T> answer) => answer.Status == StatusCodes.Status401Unauthorized
        ? throw CommandException.Failed("the server does not know this key (401); create one with keys create.")
        : answer.Fault ?? "the answer was empty";

    /// <summary>What was consumed: the trace's amounts. What is held returns by itself, and a ceiling is not used.</summary>
    private Dictionary<string, decimal>? Used()
    {
        Dictionary<string, decimal> used = new(StringComparer.Ordinal);
        foreach (ResourceAmount amount in request.Resources.AsSpan())
        {
            if (Metered.Contains(amount.Kind))
            {
                used.Add(amount.Kind, amount.Quantity.Units * request.Members);
            }
        }

        return used.Count > 0 ? used : null;
    }

    private async ValueTask<SubmitBody> BodyAsync()
    {
        (IReadOnlyList<string>? pools, Dictionary<string, string>? poolLabels) = await context.Pools.ForAsync(request, context.Abandon);
        ReplaySettings settings = context.Settings;
        return new(
            request.Id is { } id ? (settings.PrefixAllIds ? $"{settings.Run}-{id}" : id) : $"{settings.Run}-{request.Number}",
            request.Owner.ToString(),
            request.Resources.ToDictionary(amount => amount.Kind, amount => amount.Quantity.Units, StringComparer.Ordinal),
            request.Priority,
            pools,
            poolLabels,
            request.Duration is { } duration ? Seconds(context.Clock.Scaled(duration)) : null,
            Queue: true,
            Seconds(settings.MaxWait),
            settings.LeaseLength is { } lease ? Seconds(lease) : null,
            settings.Model is { } model ? new(StringComparer.Ordinal) { ["model"] = model } : null,
            request.Deadline is { } deadline ? context.Clock.On(deadline) : null,
            request.Preemptible ? true : null,
            request.Members > 1 ? request.Members : null);
    }

    // To the millisecond, rounded up: a commitment of nothing is none.
    private static decimal Seconds(TimeSpan span) => Math.Max(1, Math.Ceiling((decimal)span.Ticks / TimeSpan.TicksPerMillisecond)) / 1000;
}

/// <summary>What all requests of a replay share.</summary>
/// <param name="Settings">How it is replayed.</param>
/// <param name="Client">The server.</param>
/// <param name="Pools">Its pools by model.</param>
/// <param name="Tally">Counts and times.</param>
/// <param name="Clock">When what is due.</param>
/// <param name="Stop">Asks to give everything back and end.</param>
/// <param name="Abandon">Ends the giving back too.</param>
internal sealed record ReplayContext(
    ReplaySettings Settings, ReplayClient Client, PoolModels Pools, ReplayTally Tally, ReplayClock Clock, CancellationToken Stop, CancellationToken Abandon);
