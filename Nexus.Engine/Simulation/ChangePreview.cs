using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Simulation;

/// <summary>What a change would do at once to what waits and runs, as an engine of its own decides it from the present.</summary>
/// <param name="Fault">Why the change would be refused; null where it would be made.</param>
/// <param name="Starts">Those that wait and would start, in their order.</param>
/// <param name="Refused">Those that wait and could never be served any more.</param>
/// <param name="Told">Those that run and would end for the sake of others, at once or after a grace.</param>
/// <param name="Excess">The pools and kinds of which more would be held than there is: nothing is revoked for that, nothing new is granted.</param>
/// <param name="Waiting">How many wait now.</param>
public sealed record ChangePreview(
    Fault? Fault, IReadOnlyList<Request> Starts, IReadOnlyList<Request> Refused, IReadOnlyList<Request> Told, IReadOnlyList<(string Pool, string Kind)> Excess, int Waiting)
{
    /// <summary>The preview.</summary>
    /// <param name="change">What would be changed.</param>
    /// <param name="present">The present; what has ended does not matter.</param>
    /// <param name="now">The moment of the change.</param>
    public static ChangePreview Of(Command change, EngineSnapshot present, Instant now)
    {
        ArgumentNullException.ThrowIfNull(change);
        ArgumentNullException.ThrowIfNull(present);
        Core.Engine engine = Core.Engine.Restore(present.Encode().State.Span, new EngineLimits(EndedInMemory: int.MaxValue));
        Batch batch = new();

        // What happens by itself now is not the change's doing.
        engine.Handle(new Tick { Actor = Actor.Engine }, now, batch);
        Dictionary<RequestKey, Request> before = engine.Requests.ToDictionary(r => r.Key);
        batch.Clear();
        Fault? fault = engine.Handle(change, now, batch) as Fault;

        RequestEvent[] happened = [.. batch.Events.OfType<RequestEvent>()];
        return new ChangePreview(
            fault,
            Of(happened.Where(e => e is RequestStarted)),
            Of(happened.Where(e => e is RequestEnded { Status: RequestStatus.Rejected })),
            Of(happened.Where(e => e is PreemptionNoticed or RequestRequeued or RequestEnded { Status: RequestStatus.Preempted })),
            [.. engine.Pools.SelectMany(p => p.Meters.Where(m => m.Behaviour == ResourceBehaviour.Held && m.Used > m.Supply.Amount).Select(m => (p.Name, m.Supply.Kind)))],
            before.Values.Count(r => r.Status == RequestStatus.Queued));

        Request[] Of(IEnumerable<RequestEvent> events) => [.. events.Select(e => e.Key).Distinct().Select(before.GetValueOrDefault).OfType<Request>()];
    }
}
