using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Resources.Health;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Hosting;

/// <summary>The figures that every projection shows alike, computed once for all subscribers of a tick.</summary>
internal sealed class FeedBoard(ReadModel read, EngineMeters meters, LiveSeries series, Func<EngineHealth> health)
{
    // After a burst the lists are read again rather than walked event by event.
    private const int MostEventsWalked = 5_000;

    private long _decidedBefore;
    private TimeSpan _decidedAt;
    private double _rate;

    /// <summary>The last event shown.</summary>
    public long Sequence { get; private set; }

    /// <summary>The engine time of this tick.</summary>
    public Instant Now { get; private set; }

    /// <summary>The pools, by name.</summary>
    public IReadOnlyList<PoolFigures> Pools { get; private set; } = [];

    /// <summary>How the engine does.</summary>
    public SpeedFigures Speed { get; private set; } = new(0, null, null, null);

    /// <summary>How the engine is.</summary>
    public HealthFigures Health { get; private set; } = new(EngineHealthState.Recovering, null, default, ClockState.InStep);

    /// <summary>The live series.</summary>
    public LiveSeries Series => series;

    /// <summary>What is committed.</summary>
    public ReadModel Read => read;

    /// <summary>Looks at everything once.</summary>
    public void Refresh()
    {
        // The number first: what comes in while the rest is read is then looked at again.
        Sequence = read.Sequence;
        Now = read.Now;
        Pools = [.. read.Pools.Select(Figures)];
        EngineHealth now = health();
        Health = new HealthFigures(now.State, now.Reason, now.Since, now.Clock.State);
        Speed = new SpeedFigures(Rate(), RefusedShare(), Rounded(meters.AdmissionLastHour(0.5)), Rounded(meters.AdmissionP99LastMinute));
    }

    /// <summary>The queue's figures for a subscriber.</summary>
    public QueueFigures QueueWithin(OwnerPath within)
    {
        Counts all = read.Counts;
        Counts seen = within.IsRoot ? all : read.CountsWithin(within);
        return new QueueFigures(seen.Waiting, seen.Running, all.Waiting, all.Running, seen.OldestWaitingSince, seen.WaitingByClass);
    }

    /// <summary>The events after a number that a subscriber may see, the newest first, as far as memory reaches.</summary>
    public IEnumerable<RequestEvent> NewestFirst(long after, OwnerPath within)
    {
        for (long at = Sequence; at > after && at > Sequence - MostEventsWalked; at--)
        {
            if (read.Events.Get(at) is RequestEvent happened && happened.Owner.IsWithin(within))
            {
                yield return happened;
            }
        }
    }

    /// <summary>The requests that changed after an event, as they stand now.</summary>
    public (IReadOnlyList<Request> Changed, bool More) ChangedAfter(long after, OwnerPath within, Func<Request, bool> concerns)
    {
        HashSet<RequestKey> keys = [];
        List<Request> changed = [];
        foreach (RequestEvent happened in NewestFirst(after, within))
        {
            if (!keys.Add(happened.Key) || read.Index.Find(happened.Key) is not { } request || !concerns(request))
            {
                continue;
            }

            if (changed.Count == QueueFrame.MostChanged)
            {
                return (changed, true);
            }

            changed.Add(request);
        }

        return (changed, Sequence - after > MostEventsWalked || after + 1 < read.Events.First);
    }

    private PoolFigures Figures(PoolState pool) => new(
        pool.Name, pool.Version, pool.Draining, read.WaitingIn(pool.Name), Rounded(read.WaitIn(pool.Name, 0.95)),
        [
            .. pool.Meters.Select(m => new MeterFigures(
                m.Supply.Kind, m.Behaviour, m.Supply.Amount, EngineMeters.Used(m, Now), pool.StopsGrants ? Quantity.Zero : m.FreeAt(Now), m.OwedAt(Now), m.Supply.Rate, m.Supply.Per)),
        ])
    {
        Health = pool.Health is { Status: not PoolHealthStatus.Healthy } health ? health : null,
    };

    private double Rate()
    {
        TimeSpan elapsed = meters.Elapsed;
        if (elapsed - _decidedAt >= TimeSpan.FromSeconds(1))
        {
            _rate = (meters.Decided - _decidedBefore) / (elapsed - _decidedAt).TotalSeconds;
            (_decidedBefore, _decidedAt) = (meters.Decided, elapsed);
        }

        return Math.Round(_rate, 1);
    }

    private double? RefusedShare()
    {
        long refused = 0;
        long decided = 0;
        foreach (SeriesPoint point in series.Points)
        {
            refused += point.Refused;
            decided += point.Decided;
        }

        return decided == 0 ? null : Math.Round(Math.Min(1, (double)refused / decided), 4);
    }

    // Three digits are all that is looked at; more would make every frame news.
    private static TimeSpan? Rounded(TimeSpan? time)
    {
        if (time is not { Ticks: > 0 } some)
        {
            return time;
        }

        long unit = (long)Math.Pow(10, Math.Max(0, Math.Floor(Math.Log10(some.Ticks)) - 2));
        return new TimeSpan(some.Ticks / unit * unit);
    }
}
