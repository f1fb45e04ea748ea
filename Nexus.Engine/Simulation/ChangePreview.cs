using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Simulation;

/// <summary>What a change would do at once to what waits and runs, as an engine of its own decides it from the present.</summary>
/// <param name="Fault">Why the change would be refused; null where it would be made.</param>
/// <param name="Starts">Those that wait and would start, in their order.</param>
/// <param name="Refused">Those that wait and could never be served any more.</param>
/// <param name="Told">Those that run and would end for the sake of others, at once or after a grace.</param>
/// <param name="Excess">The kinds of the pools that would be changed of which more would be held than there is: nothing is revoked for that, nothing new is granted.</param>
/// <param name="Waiting">How many wait now.</param>
public sealed record ChangePreview(
    Fault? Fault, IReadOnlyList<Request> Starts, IReadOnlyList<Request> Refused, IReadOnlyList<Request> Told, IReadOnlyList<(string Pool, string Kind)> Excess, int Waiting)
{
    private const int MostTries = 20;

    /// <summary>Where a pool would get another order: which of those that wait for it goes first now, and which then; and how many they are. Null where the order stays.</summary>
    public NewOrder? Order { get; private init; }

    /// <summary>What is set for nodes of the owner path, and used there, after it; by path.</summary>
    public IReadOnlyList<QuotaShown> Quotas { get; private init; } = [];

    /// <summary>The requests that the changes name or make, as they stand after them, and when those of them that wait are planned to start, where starts were asked for.</summary>
    public IReadOnlyList<(Request Request, Instant? Start)> Concerned { get; private init; } = [];

    /// <summary>Those others who wait before and after it and whose planned start is another then; empty unless starts were asked for.</summary>
    public IReadOnlyList<MovedStart> Moves { get; private init; } = [];

    /// <summary>The preview of one change.</summary>
    /// <param name="change">What would be changed.</param>
    /// <param name="present">The present; what has ended does not matter.</param>
    /// <param name="now">The moment of the change.</param>
    public static ChangePreview Of(Command change, EngineSnapshot present, Instant now) => Of([change], present, now);

    /// <summary>The preview of several, made one after the other; the first that would be refused ends it.</summary>
    /// <param name="changes">What would be changed, in order.</param>
    /// <param name="present">The present; what has ended does not matter.</param>
    /// <param name="now">The moment of the changes.</param>
    public static ChangePreview Of(IReadOnlyList<Command> changes, EngineSnapshot present, Instant now) => Of(changes, present, now, static (_, _) => NoStarts);

    /// <summary>The same, and whose planned starts it moves: every pool's queue is planned twice for it.</summary>
    /// <param name="changes">What would be changed, in order.</param>
    /// <param name="present">The present; what has ended does not matter.</param>
    /// <param name="now">The moment of the changes.</param>
    public static ChangePreview WithStarts(IReadOnlyList<Command> changes, EngineSnapshot present, Instant now) => Of(changes, present, now, StartsIn);

    /// <summary>Decides from a present that is being changed while it is read: until its parts match.</summary>
    /// <param name="present">Reads it.</param>
    /// <param name="preview">Decides.</param>
    internal static ChangePreview Decided(Func<EngineSnapshot> present, Func<EngineSnapshot, ChangePreview> preview)
    {
        for (int left = MostTries; ; left--)
        {
            try
            {
                return preview(present());
            }
            catch (InvalidDataException) when (left > 1)
            {
                // A batch was being shown while the requests and pools were read, and they do not match: once more.
            }
        }
    }

    private static ChangePreview Of(IReadOnlyList<Command> changes, EngineSnapshot present, Instant now, Func<Core.Engine, Instant, IReadOnlyDictionary<RequestKey, Instant>> plan)
    {
        ArgumentNullException.ThrowIfNull(changes);
        ArgumentNullException.ThrowIfNull(present);
        Core.Engine engine = Core.Engine.Restore(present.Encode().State.Span, new EngineLimits(EndedInMemory: int.MaxValue));
        Batch batch = new();

        // What happens by itself now is not the change's doing.
        engine.Handle(new Tick { Actor = Actor.Engine }, now, batch);
        Dictionary<RequestKey, Request> before = engine.Requests.ToDictionary(r => r.Key);
        batch.Clear();
        HashSet<string> set = changes.OfType<SetPool>().Select(s => s.Pool.Name).ToHashSet(StringComparer.Ordinal);
        SetPool? orders = changes.OfType<SetPool>().FirstOrDefault(s => engine.Pool(s.Pool.Name)?.Definition is { } was && !was.OrdersAs(s.Pool));
        (Request? first, int line) = engine.LineOf(orders?.Pool.Name ?? "");
        IReadOnlyDictionary<RequestKey, Instant> were = plan(engine, now);
        Fault? fault = null;
        foreach (Command change in changes)
        {
            fault = engine.Handle(change, now, batch) as Fault;
            if (fault is not null)
            {
                break;
            }
        }

        RequestEvent[] happened = [.. batch.Events.OfType<RequestEvent>()];
        HashSet<RequestKey> concerned = [.. changes.Select(ConcernedBy).OfType<RequestKey>()];
        IReadOnlyDictionary<RequestKey, Instant> become = plan(engine, now);
        return new ChangePreview(
            fault,
            Of(happened.Where(e => e is RequestStarted)),
            Of(happened.Where(e => e is RequestEnded { Status: RequestStatus.Rejected })),
            Of(happened.Where(e => e is PreemptionNoticed or RequestRequeued or RequestEnded { Status: RequestStatus.Preempted })),
            [.. engine.Pools.Where(p => set.Contains(p.Name)).SelectMany(p => p.Meters.Where(m => m.Behaviour == ResourceBehaviour.Held && m.Used > m.Supply.Amount).Select(m => (p.Name, m.Supply.Kind)))],
            before.Values.Count(r => r.Status == RequestStatus.Queued))
        {
            Order = orders is null || fault is not null ? null : new NewOrder(line, first, engine.LineOf(orders.Pool.Name).First),
            Quotas = new QuotaReading([.. engine.Quotas.OrderBy(q => q.Owner.ToString(), StringComparer.Ordinal)], engine.Configuration.Kind).Show(OwnerPath.Root, now.Milliseconds),
            Concerned = concerned.Count == 0 ? [] : [.. engine.Requests.Where(r => concerned.Contains(r.Key)).Select(r => (r, StartOf(r.Key, become)))],
            Moves = Moved(),
        };

        Request[] Of(IEnumerable<RequestEvent> events) => [.. events.Select(e => e.Key).Distinct().Select(before.GetValueOrDefault).OfType<Request>()];

        MovedStart[] Moved()
        {
            HashSet<RequestKey> gone = [.. happened.Where(e => e is RequestStarted or RequestEnded).Select(e => e.Key)];
            return
            [
                .. were.Keys.Union(become.Keys).Where(key => !concerned.Contains(key) && !gone.Contains(key) && before.ContainsKey(key))
                    .Select(key => new MovedStart(before[key], StartOf(key, were), StartOf(key, become))).Where(m => m.Before != m.After),
            ];
        }
    }

    private static IReadOnlyDictionary<RequestKey, Instant> NoStarts { get; } = new Dictionary<RequestKey, Instant>();

    private static RequestKey? ConcernedBy(Command change) => change switch
    {
        Submit c => c.Spec.Key,
        SetPriority c => c.Key,
        Cancel c => c.Key,
        Requeue c => c.Key,
        Hold c => c.Key,
        _ => null,
    };

    private static Instant? StartOf(RequestKey key, IReadOnlyDictionary<RequestKey, Instant> starts) => starts.TryGetValue(key, out Instant at) ? at : null;

    // Who stands in several queues starts where it is first.
    private static Dictionary<RequestKey, Instant> StartsIn(Core.Engine engine, Instant now)
    {
        Dictionary<RequestKey, Instant> first = [];
        foreach ((RequestKey key, Instant at) in engine.Pools.SelectMany(p => engine.PlannedStarts(p.Name, now)))
        {
            first[key] = first.TryGetValue(key, out Instant other) && other < at ? other : at;
        }

        return first;
    }
}

/// <summary>Another start for somebody who waits.</summary>
/// <param name="Request">Who waits.</param>
/// <param name="Before">When it is planned to start as things stand; null where nobody knows.</param>
/// <param name="After">When it would be; null where nobody would know.</param>
public sealed record MovedStart(Request Request, Instant? Before, Instant? After);

/// <summary>How those who wait for a pool stand under another order.</summary>
/// <param name="Waiting">How many they are.</param>
/// <param name="FirstNow">Who goes first as it is; null where nobody waits at the pool itself.</param>
/// <param name="FirstThen">Who would go first of those that would still wait.</param>
public sealed record NewOrder(int Waiting, Request? FirstNow, Request? FirstThen);
