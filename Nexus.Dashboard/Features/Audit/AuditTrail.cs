using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Resources.Health;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Features.Audit;

/// <summary>Picks out of the journal what audit is about, once, so that a reader does not go through millions of decisions for a handful of changes.</summary>
/// <remarks>In memory, rebuilt from the journal after a start, at most <see cref="Most"/>; what is older stays in the journal and in its export.</remarks>
internal sealed class AuditTrail(EngineHost host, TimeProvider time, ILogger<AuditTrail> log) : BackgroundService
{
    /// <summary>How many changes are kept, the newest.</summary>
    public const int Most = 100_000;

    private const int EventsAtOnce = 1_000;

    // Often enough that at full load the news are still in memory: reading them back from the journal would cost as much as a tenth of deciding them.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private readonly List<AuditChange> _changes = [];
    private readonly Dictionary<string, EngineEvent> _newest = new(StringComparer.Ordinal);
    private AuditChange? _following;
    private long _lookedTo;
    private bool _readThrough;

    /// <summary>The changes within a path, the newest first. What was committed before the call is among them, once the journal has been read through after a start.</summary>
    public IReadOnlyList<AuditChange> Within(OwnerPath path)
    {
        lock (_lock)
        {
            // After a start there may be millions to go through, which no reader waits for.
            if (_readThrough || host.Read.Sequence - _lookedTo <= EventsAtOnce)
            {
                for (long last = host.Read.Sequence; _lookedTo < last && Look();)
                {
                }
            }

            return [.. Enumerable.Reverse(_changes).Where(c => IsWithin(c.Event, path))];
        }
    }

    /// <summary>False after a start until the journal has been read: then changes may be missing.</summary>
    public bool IsReadThrough
    {
        get
        {
            lock (_lock)
            {
                return _readThrough;
            }
        }
    }

    /// <summary>The newest change of a kind, class or owner, as audit names it; null where nobody changed it since what is kept begins.</summary>
    /// <param name="what"><c>kind</c>, <c>class</c> or <c>owner</c>.</param>
    /// <param name="name">Its name, or its path.</param>
    public EngineEvent? Newest(string what, string name)
    {
        lock (_lock)
        {
            return _newest.GetValueOrDefault($"{what} {name}");
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Off the thread that starts the program: a long journal takes a while.
        await Task.Yield();
        try
        {
            await host.WaitUntilReadyAsync(stoppingToken);
            while (!stoppingToken.IsCancellationRequested)
            {
                if (!Step())
                {
                    await Task.Delay(Pace, time, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The program stops.
        }
    }

    private bool Step()
    {
        try
        {
            lock (_lock)
            {
                bool more = Look();
                _readThrough |= !more;
                return more;
            }
        }
        catch (EngineUnavailableException unavailable)
        {
            log.LogWarning("Audit waits: {Reason}", unavailable.Message);
            return false;
        }
    }

    // Goes through one page; false when there was nothing to go through.
    private bool Look()
    {
        if (_lookedTo >= host.Read.Sequence)
        {
            return false;
        }

        EventPage page = host.Read.EventsAfter(_lookedTo, EventsAtOnce, OwnerPath.Root);
        foreach (EngineEvent happened in page)
        {
            Take(happened);
        }

        bool more = page.LookedTo > _lookedTo;
        _lookedTo = page.LookedTo;
        if (_changes.Count > Most)
        {
            _changes.RemoveRange(0, _changes.Count - Most);
        }

        return more;
    }

    private void Take(EngineEvent happened)
    {
        if (IsChange(happened))
        {
            // What was corrected stays in the journal: thousands of lines each.
            _changes.Add(_following = new AuditChange(happened is Rerated rerated ? rerated with { Corrections = [] } : happened));
            string? named = happened switch
            {
                KindSet e => $"kind {e.Kind.Name}",
                PriorityClassSet e => $"class {e.Class.Name}",
                OwnerSet e => $"owner {e.Path}",
                _ => null,
            };
            if (named is not null)
            {
                _newest[named] = happened;
            }
        }
        else if (_following?.Follows(happened) == false)
        {
            _following = null;
        }
    }

    // What the configuration is, and what somebody did to a request that is not part of its own life.
    private static bool IsChange(EngineEvent happened) =>
        happened is ConfigurationEvent or PoolHealthChanged { To: PoolHealthStatus.Open or PoolHealthStatus.Healthy } or StrategySwitched or Rerated or ChargeEntered or PriorityChanged or RequestHeld or RequestRequeued { Actor.Kind: ActorKind.Person or ActorKind.Local or ActorKind.Key } or RequestEnded { Status: RequestStatus.Cancelled, Actor.Kind: ActorKind.Person or ActorKind.Local }
        or AllowanceClosed { Actor.Kind: ActorKind.Person or ActorKind.Local };

    private static bool IsWithin(EngineEvent happened, OwnerPath path) => path.IsRoot || happened switch
    {
        RequestEvent request => request.Owner.IsWithin(path),
        AllowanceEvent allowance => allowance.Owner.IsWithin(path),
        OwnerSet owner => owner.Path.IsWithin(path),
        ReservationSet set => set.Reservation.Owner.IsWithin(path) && set.Before?.Owner.IsWithin(path) != false,
        ReservationDeleted deleted => deleted.Before.Owner.IsWithin(path),
        QuotaSet quota => quota.Quota.Owner.IsWithin(path),
        QuotaDeleted quota => quota.Before.Owner.IsWithin(path),
        ChargeEntered entered => entered.Charge.Owner.IsWithin(path),
        _ => false,
    };
}

/// <summary>A change, and what followed from it at once.</summary>
internal sealed class AuditChange(EngineEvent happened)
{
    /// <summary>The change.</summary>
    public EngineEvent Event => happened;

    /// <summary>How many requests that waited started because of it.</summary>
    public int Started { get; private set; }

    /// <summary>How many requests that waited were refused because of it.</summary>
    public int Refused { get; private set; }

    /// <summary>Counts an event that comes after it, as long as these are what the engine did next, by itself and at the same moment.</summary>
    /// <returns>False when it is something else: then nothing that comes later follows from the change.</returns>
    public bool Follows(EngineEvent next)
    {
        if (next.Actor.Kind != ActorKind.Engine || next.At != happened.At)
        {
            return false;
        }

        switch (next)
        {
            case RequestStarted:
                Started++;
                return true;
            case RequestEnded { Status: RequestStatus.Rejected }:
                Refused++;
                return true;
            default:
                return false;
        }
    }
}
