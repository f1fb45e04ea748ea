using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
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
    private readonly List<EngineEvent> _changes = [];
    private long _lookedTo;
    private bool _readThrough;

    /// <summary>The changes within a path, the newest first. What was committed before the call is among them, once the journal has been read through after a start.</summary>
    public IReadOnlyList<EngineEvent> Within(OwnerPath path)
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

            return [.. Enumerable.Reverse(_changes).Where(e => IsWithin(e, path))];
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
        _changes.AddRange(page.Where(IsChange));
        bool more = page.LookedTo > _lookedTo;
        _lookedTo = page.LookedTo;
        if (_changes.Count > Most)
        {
            _changes.RemoveRange(0, _changes.Count - Most);
        }

        return more;
    }

    // What the configuration is, and what somebody did to a request that is not part of its own life.
    private static bool IsChange(EngineEvent happened) =>
        happened is ConfigurationEvent or PriorityChanged or RequestEnded { Status: RequestStatus.Cancelled, Actor.Kind: ActorKind.Person or ActorKind.Local };

    private static bool IsWithin(EngineEvent happened, OwnerPath path) => path.IsRoot || happened switch
    {
        RequestEvent request => request.Owner.IsWithin(path),
        OwnerSet owner => owner.Path.IsWithin(path),
        _ => false,
    };
}
