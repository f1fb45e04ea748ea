using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Alerts.Delivery;
using Nexus.Dashboard.Features.Alerts.Metrics;
using Nexus.Dashboard.Features.Alerts.Rules;

namespace Nexus.Dashboard.Features.Alerts.Firing;

/// <summary>Watches the rules: what fires, what ends, who has it, and of what nobody is told for a while. One thing at a time.</summary>
/// <remarks>
/// <para>On disk is what fired, with what is to be told of it, in one transaction. Where that fails nothing has happened, and the next look finds the same.</para>
/// <para>For how long a condition has held is known in memory alone: after a start it is counted anew. What had fired goes on firing.</para>
/// </remarks>
internal sealed class AlertDesk(AlertStore store, AlertRules rules, AlertChannels channels, AlertSources sources, Outbox outbox, AlertMeters meters, IOptions<AlertOptions> options, TimeProvider time, ILogger<AlertDesk> log) : IDisposable
{
    /// <summary>How many alerts may be open; beyond, nothing more fires.</summary>
    public const int MostOpen = 1_000;

    /// <summary>How many are kept that have ended, the newest.</summary>
    public const int MostKept = 10_000;

    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly Dictionary<(string Rule, string Subject), AlertTrack> _tracks = [];
    private Dictionary<(string Rule, string Subject), Alert>? _open;
    private readonly HashSet<string> _failing = [];
    private List<AlertSilence> _silences = [];
    private volatile IReadOnlyList<AlertShown> _shown = [];
    private bool _full;

    /// <summary>The alerts that have not ended, the newest first, as of the last look or decision.</summary>
    public IReadOnlyList<AlertShown> Open => _shown;

    /// <summary>Looks once at all that is watched.</summary>
    public Task LookAsync(CancellationToken cancellation) => AloneAsync(
        async () =>
        {
            DateTimeOffset now = time.GetUtcNow();
            IReadOnlyList<AlertRule> watched = [.. (await rules.AllAsync(cancellation)).Where(r => r.Enabled)];
            AlertChanges changes = new();
            HashSet<(string, string)> known = [];
            HashSet<string> unknown = [];
            foreach (AlertRule rule in watched)
            {
                if (Read(rule) is not { } readings)
                {
                    unknown.Add(rule.Id);
                    continue;
                }

                AlertMetric metric = sources.Find(rule.Metric)!;
                foreach (AlertReading reading in readings)
                {
                    See(rule, metric, reading, now, changes);
                    known.Add((rule.Id, reading.Subject.Key));
                }
            }

            Dictionary<string, AlertRule> byId = watched.ToDictionary(r => r.Id, StringComparer.Ordinal);
            Forget(byId, known, unknown, now);
            Follow(byId, unknown, now, changes);
            await KeepAsync(changes, byId, now, cancellation);
            Show(now);
            return true;
        },
        cancellation);

    /// <summary>Somebody takes an alert, or gives it back.</summary>
    public Task<Result<Alert>> AcknowledgeAsync(Caller caller, long id, AcknowledgeBody body, CancellationToken cancellation) => OnAsync(
        id,
        async alert =>
        {
            DateTimeOffset now = time.GetUtcNow();
            Alert after = body.Withdraw == true
                ? alert with { State = AlertState.Firing, AcknowledgedBy = null, AcknowledgedAt = null, AcknowledgedUntil = null, Note = null }
                : alert with { State = AlertState.Acknowledged, AcknowledgedBy = caller.Id, AcknowledgedAt = now, AcknowledgedUntil = body.Until?.ToUniversalTime(), Note = body.Note };
            await store.WriteAsync(
                database =>
                {
                    database.Alerts.Update(after);
                    database.Changes.Add(AlertAudit.Entry(caller, now, body.Withdraw == true ? "unacknowledgeAlert" : "acknowledgeAlert", Named(alert)));
                    return Task.FromResult(true);
                },
                cancellation);
            _open![(after.Rule, after.Subject)] = after;
            Show(now);
            return after;
        },
        cancellation);

    /// <summary>Nobody is told of an alert, and of those like it, for a while.</summary>
    public Task<Result<AlertSilence>> SilenceAsync(Caller caller, AlertSilence silence, string of, CancellationToken cancellation) => AloneAsync<Result<AlertSilence>>(
        async () =>
        {
            AlertSilence kept = await store.WriteAsync(
                database =>
                {
                    database.AlertSilences.Add(silence);
                    database.Changes.Add(AlertAudit.Entry(caller, silence.At, "silenceAlerts", of));
                    return Task.FromResult(silence);
                },
                cancellation);
            _silences.Add(kept);
            Show(time.GetUtcNow());
            return kept;
        },
        cancellation);

    /// <summary>Ends the silences of an alert that lie within the caller's path.</summary>
    /// <returns>How many that were.</returns>
    public Task<int> UnsilenceAsync(Caller caller, Alert alert, CancellationToken cancellation) => AloneAsync(
        async () =>
        {
            DateTimeOffset now = time.GetUtcNow();
            AlertSilence[] ended = [.. _silences.Where(s => s.Covers(alert, now) && caller.MayActFor(s.Within))];
            if (ended.Length > 0)
            {
                await store.WriteAsync(
                    database =>
                    {
                        database.AlertSilences.RemoveRange(ended);
                        database.Changes.Add(AlertAudit.Entry(caller, now, "unsilenceAlerts", Named(alert)));
                        return Task.FromResult(true);
                    },
                    cancellation);
                _silences = [.. _silences.Except(ended)];
                Show(now);
            }

            return ended.Length;
        },
        cancellation);

    /// <summary>The alerts that have ended, the newest first.</summary>
    public Task<List<Alert>> EndedAsync(int most, CancellationToken cancellation) => store.ReadAsync(
        d => d.Alerts.AsNoTracking().Where(a => a.ResolvedAt != null).OrderByDescending(a => a.ResolvedAt).ThenByDescending(a => a.Id).Take(most).ToListAsync(cancellation), cancellation);

    public void Dispose() => _one.Dispose();

    // One source that fails does not blind the others: what it would say is not known.
    private IReadOnlyList<AlertReading>? Read(AlertRule rule)
    {
        try
        {
            IReadOnlyList<AlertReading>? readings = sources.Read(rule);
            _failing.Remove(rule.Id);
            return readings;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            if (_failing.Add(rule.Id))
            {
                log.Unread(rule.Metric, rule.Id, fault);
            }

            return null;
        }
    }

    private void See(AlertRule rule, AlertMetric metric, AlertReading reading, DateTimeOffset now, AlertChanges changes)
    {
        (string, string) key = (rule.Id, reading.Subject.Key);
        bool holds = rule.Condition.Holds(reading.Value);
        bool isOpen = _open!.ContainsKey(key);
        if (!_tracks.TryGetValue(key, out AlertTrack? track))
        {
            // What is far from its line needs no memory until it comes near.
            if (!holds && !isOpen)
            {
                return;
            }

            track = _tracks[key] = new AlertTrack { Subject = reading.Subject };
        }

        track.See(reading.Value, holds, now);
        if (track.Since is not { } since || isOpen || now - since < rule.For)
        {
            return;
        }

        if (_open.Count + changes.Fired.Count >= MostOpen)
        {
            if (!_full)
            {
                _full = true;
                log.Full(MostOpen);
            }

            return;
        }

        changes.Fired.Add(new Alert
        {
            Rule = rule.Id,
            Metric = rule.Metric,
            Subject = reading.Subject.Key,
            Owner = reading.Subject.Owner.ToString(),
            Pool = reading.Subject.Pool,
            Resource = reading.Subject.Resource,
            Severity = rule.Severity,
            Value = reading.Value,
            Line = rule.Condition.Line,
            Sentence = metric.Says(reading.Subject, metric.Show(reading.Value)),
            Since = since,
            FiredAt = now,
        });
    }

    // A subject that is not there any more does not hold; one that never came near its line again is not remembered.
    private void Forget(Dictionary<string, AlertRule> byId, HashSet<(string, string)> known, HashSet<string> unknown, DateTimeOffset now)
    {
        foreach (((string Rule, string Subject) key, AlertTrack track) in _tracks.ToArray())
        {
            if (!byId.ContainsKey(key.Rule))
            {
                _tracks.Remove(key);
                continue;
            }

            if (!known.Contains(key) && !unknown.Contains(key.Rule))
            {
                track.See(null, holds: false, now);
            }

            if (!_open!.ContainsKey(key) && track.GoneSince is { } gone && now - gone > options.Value.Settle)
            {
                _tracks.Remove(key);
            }
        }
    }

    // What was open: it ends, comes back from whoever had taken it, or is told of now that nobody silences it any more.
    private void Follow(Dictionary<string, AlertRule> byId, HashSet<string> unknown, DateTimeOffset now, AlertChanges changes)
    {
        foreach (((string Rule, string Subject) key, Alert alert) in _open!)
        {
            bool isWatched = byId.TryGetValue(key.Rule, out AlertRule? rule) && rule.Metric == alert.Metric;
            if (isWatched && unknown.Contains(key.Rule))
            {
                continue;
            }

            if (!_tracks.TryGetValue(key, out AlertTrack? track))
            {
                // After a start: its subject is gone, or its rule.
                track = _tracks[key] = new AlertTrack { Subject = alert.Of };
                track.See(null, holds: false, now);
            }

            if (!isWatched || (track.GoneSince is { } gone && now - gone >= options.Value.Settle))
            {
                changes.Ended.Add(alert with { State = AlertState.Resolved, ResolvedAt = now });
            }
            else if (alert.State == AlertState.Acknowledged && alert.AcknowledgedUntil <= now)
            {
                changes.Changed.Add(alert with { State = AlertState.Firing, AcknowledgedBy = null, AcknowledgedAt = null, AcknowledgedUntil = null, Note = null, Told = false });
            }
            else if (alert is { State: AlertState.Firing, Told: false })
            {
                changes.Changed.Add(alert);
            }
        }
    }

    private async Task KeepAsync(AlertChanges changes, Dictionary<string, AlertRule> byId, DateTimeOffset now, CancellationToken cancellation)
    {
        bool IsSilent(Alert alert) => _silences.Exists(s => s.Covers(alert, now));
        Alert[] fired = [.. changes.Fired.Select(a => a with { Told = !IsSilent(a) })];

        // What waits behind a silence is no change until that is over.
        Alert[] changed = [.. changes.Changed.Select(a => a with { Told = !IsSilent(a) }).Where(a => a != _open![(a.Rule, a.Subject)])];
        AlertSilence[] over = [.. _silences.Where(s => s.Until <= now)];
        if (fired.Length + changed.Length + changes.Ended.Count + over.Length == 0)
        {
            return;
        }

        IReadOnlyList<AlertChannel> known = await channels.AllAsync(cancellation);
        await store.WriteAsync(
            async database =>
            {
                database.Alerts.AddRange(fired);
                database.Alerts.UpdateRange(changed);
                database.Alerts.UpdateRange(changes.Ended);
                database.AlertSilences.RemoveRange(over);

                // They get their numbers, which the deliveries name.
                await database.SaveChangesAsync(cancellation);
                foreach (Alert alert in fired.Concat(changed).Where(a => a.Told))
                {
                    await TellAsync(database, known, byId, alert, DeliveryKind.Firing, cancellation);
                }

                // Who was not told that it began is not told that it ended.
                foreach (Alert alert in changes.Ended.Where(a => a.Told))
                {
                    await TellAsync(database, known, byId, alert, DeliveryKind.Resolved, cancellation);
                }

                if (changes.Ended.Count > 0)
                {
                    long last = await database.Alerts.Where(a => a.ResolvedAt != null).OrderByDescending(a => a.Id).Select(a => a.Id).Skip(MostKept).FirstOrDefaultAsync(cancellation);
                    await database.Alerts.Where(a => a.ResolvedAt != null && a.Id <= last).ExecuteDeleteAsync(cancellation);
                }

                return true;
            },
            cancellation);
        foreach (Alert alert in fired.Concat(changed))
        {
            _open![(alert.Rule, alert.Subject)] = alert;
        }

        foreach (Alert alert in changes.Ended)
        {
            _open!.Remove((alert.Rule, alert.Subject));
            _tracks.Remove((alert.Rule, alert.Subject));
        }

        _silences = [.. _silences.Except(over)];
        _full &= _open!.Count >= MostOpen;
        outbox.Tell();
    }

    private Task TellAsync(AccessDb database, IReadOnlyList<AlertChannel> known, Dictionary<string, AlertRule> byId, Alert alert, DeliveryKind kind, CancellationToken cancellation) =>
        outbox.PutAsync(database, AlertChannels.For(known, byId.GetValueOrDefault(alert.Rule), alert, sources.AlsoTold(alert.Metric, alert.Resource)), alert, kind, cancellation);

    private void Show(DateTimeOffset now)
    {
        _shown =
        [
            .. _open!.Values.OrderByDescending(a => a.Id).Select(a => _tracks.TryGetValue((a.Rule, a.Subject), out AlertTrack? track)
                ? new AlertShown(a, track.Last, track.Values, _silences.Find(s => s.Covers(a, now)))
                : new AlertShown(a, null, [], _silences.Find(s => s.Covers(a, now)))),
        ];
        meters.Firing(_shown.Where(s => s.NeedsSomebody).GroupBy(s => s.Alert.Severity).ToDictionary(g => g.Key, g => g.Count()));
    }

    private Task<Result<Alert>> OnAsync(long id, Func<Alert, Task<Result<Alert>>> act, CancellationToken cancellation) => AloneAsync(
        async () => _open!.Values.FirstOrDefault(a => a.Id == id) is { } alert ? await act(alert) : new Problem("ended", "It has ended", 409, $"The alert {id.ToString(CultureInfo.InvariantCulture)} has ended: there is nothing to look after any more."), cancellation);

    private async Task<T> AloneAsync<T>(Func<Task<T>> act, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            if (_open is null)
            {
                _silences = await store.ReadAsync(d => d.AlertSilences.AsNoTracking().ToListAsync(cancellation), cancellation);
                _open = (await store.ReadAsync(d => d.Alerts.AsNoTracking().Where(a => a.ResolvedAt == null).ToListAsync(cancellation), cancellation)).ToDictionary(a => (a.Rule, a.Subject));
                Show(time.GetUtcNow());
            }

            return await act();
        }
        finally
        {
            _one.Release();
        }
    }

    private static string Named(Alert alert) => $"{alert.Rule} {alert.Sentence}";
}

/// <summary>What a look has found that is not on disk yet.</summary>
internal sealed class AlertChanges
{
    public List<Alert> Fired { get; } = [];

    public List<Alert> Changed { get; } = [];

    public List<Alert> Ended { get; } = [];
}

/// <summary>What it says.</summary>
internal static partial class AlertDeskLog
{
    [LoggerMessage(1, LogLevel.Warning, "{Most} alerts fire already: no more are added until some have ended.")]
    public static partial void Full(this ILogger log, int most);

    [LoggerMessage(2, LogLevel.Error, "The metric {Metric} of the rule {Rule} cannot be read: nothing of it fires and nothing ends until it can.")]
    public static partial void Unread(this ILogger log, string metric, string rule, Exception fault);
}
