using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Nexus.Engine.Costs;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Optimization;
using Nexus.Engine.Optimization.FollowUp;
using Nexus.Engine.Storage;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Dashboard.Features.Recommendations.Review;

/// <summary>The optimisation review: runs all detectors over the recorded past, keeps one open recommendation for each cause, and looks at what applied ones really saved. One at a time, beside the engine.</summary>
internal sealed class SavingsReviewer(EngineHost host, SavingsReading reading, SavingsReplay replay, RecommendationStore store, IOptions<SavingsOptions> options, TimeProvider time) : IDisposable
{
    /// <summary>After how many days an applied recommendation is looked at.</summary>
    public static IReadOnlyList<int> FollowUps { get; } = [1, 7, 30];

    // One that was turned down comes back only where it is worth so many times as much.
    private const double WorthAnew = 2;

    private readonly SemaphoreSlim _one = new(1, 1);
    private volatile IReadOnlyList<Recommendation>? _all;
    private volatile SavingsReview? _last;

    /// <summary>All recommendations as they were read or kept last, the newest first; empty before the first reading.</summary>
    public IReadOnlyList<Recommendation> Known => _all ?? [];

    /// <summary>All recommendations, the newest first.</summary>
    public async Task<IReadOnlyList<Recommendation>> AllAsync(CancellationToken cancellation)
    {
        if (_all is null)
        {
            await AloneAsync(() => Task.FromResult(true), cancellation);
        }

        return _all!;
    }

    /// <summary>The last review; null where there was none.</summary>
    public async Task<SavingsReview?> LastAsync(CancellationToken cancellation)
    {
        await AllAsync(cancellation);
        return _last;
    }

    /// <summary>Reviews now.</summary>
    /// <exception cref="EngineUnavailableException">The journal is still being read, or the ledger cannot be.</exception>
    public Task<SavingsReview> ReviewAsync(CancellationToken cancellation) => AloneAsync(
        async () =>
        {
            Stopwatch watch = Stopwatch.StartNew();
            Ledger ledger = host.Journal?.Ledger ?? throw new EngineUnavailableException("The engine reads its journal.", TimeSpan.FromSeconds(1));
            SavingsPast past;
            IReadOnlyList<Finding> findings;
            try
            {
                (past, findings) = await Task.Run(
                    () =>
                    {
                        SavingsPast read = reading.Read(ledger, cancellation);
                        return (read, SavingsDetectors.Find(read, options.Value.Settings));
                    },
                    cancellation);
            }
            catch (JournalException error)
            {
                throw new EngineUnavailableException($"The ledger cannot be read. {error.Message}", TimeSpan.FromSeconds(5), error);
            }

            return await KeepAsync(past, findings, watch, cancellation);
        },
        cancellation);

    /// <summary>Keeps what was found in a past.</summary>
    internal Task<SavingsReview> KeepAsync(SavingsPast past, IReadOnlyList<Finding> findings, CancellationToken cancellation) => AloneAsync(() => KeepAsync(past, findings, Stopwatch.StartNew(), cancellation), cancellation);

    /// <summary>Keeps that a review failed, and why.</summary>
    public Task FailedAsync(string reason, CancellationToken cancellation) => AloneAsync(
        async () =>
        {
            DateTimeOffset now = time.GetUtcNow();
            SavingsReview review = new() { At = now, From = _last?.From ?? now, To = _last?.To ?? now, Days = _last?.Days ?? 0, Failed = reason };
            await store.KeepAsync([], review, cancellation);
            _last = review;
            return review;
        },
        cancellation);

    /// <summary>Decides about one, alone: what is kept is what it was decided of.</summary>
    /// <param name="id">Its number.</param>
    /// <param name="decide">What becomes of it, and the entry of the audit; or why nothing does.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task<Api.Result<Recommendation>> DecideAsync(long id, Func<Recommendation, Task<(Api.Result<Recommendation> Decided, Access.AccessChange? Audited)>> decide, CancellationToken cancellation) => AloneAsync(
        async () =>
        {
            if (_all!.FirstOrDefault(r => r.Id == id) is not { } recommendation)
            {
                return Api.Problem.NotFound($"There is no recommendation {id} that you may see.");
            }

            (Api.Result<Recommendation> decided, Access.AccessChange? audited) = await decide(recommendation);
            if (decided.Value is { } becomes && audited is not null)
            {
                becomes = becomes with { Version = becomes.Version + 1 };
                await store.DecideAsync(becomes, audited, cancellation);
                _all = [.. _all!.Select(r => r.Id == id ? becomes : r)];
                return becomes;
            }

            return decided;
        },
        cancellation);

    /// <summary>What was found, put to what is known: a cause that is open is brought up to date, one that is new is added, one that is gone is closed.</summary>
    /// <param name="known">What is known, the newest first.</param>
    /// <param name="findings">What was found.</param>
    /// <param name="past">In what.</param>
    /// <param name="window">For how long an applied change is in the past that is looked at.</param>
    /// <param name="now">When.</param>
    internal static IEnumerable<Recommendation> Merge(IReadOnlyList<Recommendation> known, IReadOnlyList<Finding> findings, SavingsPast past, TimeSpan window, DateTimeOffset now)
    {
        Dictionary<string, Finding> byCause = findings.ToDictionary(f => f.Cause, StringComparer.Ordinal);
        foreach (Recommendation open in known.Where(r => r.IsOpen))
        {
            bool woken = open is { State: RecommendationState.Snoozed, SnoozedUntil: { } until } && until <= now;
            yield return byCause.TryGetValue(open.Cause, out Finding? still)
                ? Recommendation.Of(still, Realised.Baseline(past, still.Measure), now, woken ? open with { State = RecommendationState.Open, SnoozedUntil = null } : open)
                : open with { State = RecommendationState.Closed, DecidedAt = now, DecidedBy = Engine.Core.Actor.Engine.Id, Reason = "The cause is gone.", Version = open.Version + 1 };
        }

        foreach (Finding found in findings.Where(f => !known.Any(r => r.IsOpen && r.Cause == f.Cause)))
        {
            Recommendation? last = known.FirstOrDefault(r => r.Cause == found.Cause && r.State != RecommendationState.Closed);
            bool settled = last?.State switch
            {
                RecommendationState.Applied => now - last.DecidedAt < window,
                RecommendationState.Dismissed => SavingsMoney.Units(found.Saving.Monthly) < WorthAnew * SavingsMoney.Units(Money.Parse(last.Monthly)),
                _ => false,
            };
            if (!settled)
            {
                yield return Recommendation.Of(found, Realised.Baseline(past, found.Measure), now, null);
            }
        }
    }

    /// <summary>An applied one after a look at what it saved; null where none is due, or nothing can be told yet.</summary>
    /// <param name="applied">The recommendation.</param>
    /// <param name="past">The past.</param>
    /// <param name="now">When it is looked at.</param>
    /// <param name="replayed">What a replay of the time since without the change says; null where none was made, or it cannot tell.</param>
    internal static Recommendation? Follow(Recommendation applied, SavingsPast past, DateTimeOffset now, (Realised Realised, ReplayedEffect Effect)? replayed = null)
    {
        IReadOnlyList<RealisedWeek> weeks = WeeksOf(applied, past);
        IReadOnlyList<FollowUpDone> done = applied.ReadFollowUps();
        int due = DueOf(applied, now);
        Realised? realised = due == 0 ? null : replayed?.Realised ?? RealisedOf(applied, past);
        if (realised is null && weeks.SequenceEqual(applied.ReadWeeks()))
        {
            return null;
        }

        return applied with
        {
            FollowUps = realised is null ? applied.FollowUps : JsonSerializer.Serialize<IReadOnlyList<FollowUpDone>>([.. done, new FollowUpDone(due, now, realised, replayed?.Effect)], RecommendationJson.Default.IReadOnlyListFollowUpDone),
            Weeks = JsonSerializer.Serialize(weeks, RecommendationJson.Default.IReadOnlyListRealisedWeek),
            Version = applied.Version + 1,
        };
    }

    /// <summary>After how many days an applied one is due to be looked at; 0: after none that it was not.</summary>
    internal static int DueOf(Recommendation applied, DateTimeOffset now)
    {
        IReadOnlyList<FollowUpDone> done = applied.ReadFollowUps();
        double days = applied.DecidedAt is { } since ? (now - since).TotalDays : 0;
        return FollowUps.LastOrDefault(d => d <= days && done.All(f => f.After < d));
    }

    /// <summary>What an applied one saved week by week, as far as that can be told.</summary>
    internal static IReadOnlyList<RealisedWeek> WeeksOf(Recommendation applied, SavingsPast past)
    {
        RecommendationParts parts = applied.Read();
        double without = (double)(parts.Change.From?.Units ?? 0);
        IReadOnlyList<MeasuredDay> baseline = applied.ReadBaseline();
        IReadOnlyList<MeasuredDay>? days = null;
        return RealisedWeek.Since(applied.ReadWeeks(), past, Instant.From(applied.DecidedAt!.Value), (start, end) => parts.Measure.Volume switch
        {
            MeasureVolume.Capacity => Realised.OfPool(past, parts.Measure, without, start, end),
            MeasureVolume.SetAside => Realised.OfQuota(past, parts.Measure, without, start),
            _ => Realised.Compare(baseline, [.. (days ??= MeasuredDay.Of(past, parts.Measure)).Where(d => d.Day >= start && d.Day < end)]),
        });
    }

    /// <summary>What an applied one saved so far; null where nothing can be told yet.</summary>
    internal static Realised? RealisedOf(Recommendation applied, SavingsPast past)
    {
        RecommendationParts parts = applied.Read();
        Instant since = Instant.From(applied.DecidedAt!.Value);
        return parts.Measure.Volume switch
        {
            MeasureVolume.Capacity => Realised.OfPool(past, parts.Measure, (double)(parts.Change.From?.Units ?? 0), since),
            MeasureVolume.SetAside => Realised.OfQuota(past, parts.Measure, (double)(parts.Change.From?.Units ?? 0), since),
            _ => Realised.Compare(applied.ReadBaseline(), [.. MeasuredDay.Of(past, parts.Measure).Where(d => d.Day >= since)]),
        };
    }

    public void Dispose() => _one.Dispose();

    private static int DaysOf(SavingsPast past)
    {
        Instant first = past.Spend.Select(c => c.Hour).Concat(past.Pools.Where(p => p.Points.Count > 1).Select(p => p.Points[0].At)).DefaultIfEmpty(past.To).Min();
        return (int)Math.Ceiling((past.To - first).TotalDays);
    }

    private async Task<SavingsReview> KeepAsync(SavingsPast past, IReadOnlyList<Finding> findings, Stopwatch watch, CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        List<Recommendation> changed = [.. Merge(_all!, findings, past, options.Value.Window, now)];
        foreach (Recommendation applied in _all!.Where(r => r.State == RecommendationState.Applied))
        {
            (Realised, ReplayedEffect)? replayed = DueOf(applied, now) == 0 ? null : await replay.RunAsync(applied.Read().Change, Instant.From(applied.DecidedAt!.Value), past, cancellation);
            if (Follow(applied, past, now, replayed) is { } followed)
            {
                changed.Add(followed);
            }
        }

        SavingsReview review = new()
        {
            At = now,
            From = past.From.ToDateTimeOffset(),
            To = past.To.ToDateTimeOffset(),
            Days = DaysOf(past),
            Found = findings.Count,
            Added = changed.Count(r => r.Id == 0),
            Closed = changed.Count(r => r.State == RecommendationState.Closed),
            Milliseconds = watch.ElapsedMilliseconds,
        };
        await store.KeepAsync(changed, review, cancellation);
        _all = await store.AllAsync(cancellation);
        _last = review;
        return review;
    }

    private async Task<T> AloneAsync<T>(Func<Task<T>> act, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            if (_all is null)
            {
                _last = await store.LastReviewAsync(cancellation);
                _all = await store.AllAsync(cancellation);
            }

            return await act();
        }
        finally
        {
            _one.Release();
        }
    }
}
