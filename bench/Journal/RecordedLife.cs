using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Storage;

namespace Nexus.Bench.Journal;

/// <summary>Batches as the engine writes them: requests that come, run and are released, among a thousand tenants.</summary>
internal sealed class RecordedLife
{
    private static readonly Actor Client = new(ActorKind.Key, "bench", "api");

    private readonly Engine.Core.Engine _engine = new(new EngineLimits());
    private readonly Batch _batch = new();
    private long _now = 1_767_225_600_000;
    private int _next;

    public RecordedLife()
    {
        PoolDefinition pool = new("gpus", [new Supply("gpu", Quantity.Of(1_000_000)), new Supply("memory", Quantity.Of(1_000_000))], Labels.None, PurchaseOption.OnDemand, null);
        First = Write(() => _engine.Handle(new SetPool(pool) { Actor = Client }, new Instant(_now), _batch));
    }

    /// <summary>The batch with which every such life begins.</summary>
    public JournalBatch First { get; }

    /// <summary>The requests that left memory with the last batch.</summary>
    public IReadOnlyList<Request> Archived => [.. _batch.Archived];

    /// <summary>The next batch, of so many events: half of them submissions, half of them releases.</summary>
    public JournalBatch Next(int events) => Write(() =>
    {
        _now++;
        while (_batch.Events.Count < events)
        {
            RequestSpec spec = new(
                $"request-{_next}", OwnerPath.Parse($"tenant-{_next % 1000}/alice/triage/agent-{_next % 16}"),
                ResourceVector.Of(new ResourceAmount("gpu", Quantity.Of(1)), new ResourceAmount("memory", Quantity.Of(4))), null, null, Labels.None, null, false, null,
                RequestSpec.DefaultLeaseLength, Labels.None);
            RequestReply reply = (RequestReply)_engine.Handle(new Submit(spec) { Actor = Client }, new Instant(_now), _batch);
            if (_batch.Events.Count < events)
            {
                _engine.Handle(new Release(spec.Key, reply.Request.Lease!.Number, ResourceVector.Empty, Labels.None, Outcome.Succeeded) { Actor = Client }, new Instant(_now), _batch);
            }

            _next++;
        }
    });

    private JournalBatch Write(Action act)
    {
        _batch.Clear();
        act();
        return new JournalBatch(_batch.Events[0].Sequence, _batch.Events[^1].Sequence, _batch.Events[^1].At, _batch.Encoded.Written.ToArray());
    }
}
