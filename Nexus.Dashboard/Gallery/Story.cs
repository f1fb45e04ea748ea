using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Request = Nexus.Engine.Scheduling.Request;

namespace Nexus.Dashboard.Gallery;

/// <summary>Twelve minutes of an invented afternoon, lived by an engine of the gallery's own, so that requests and their events are whole and belong together.</summary>
internal sealed class Story
{
    public const string LongOwner = "globex/department-of-remarkably-long-names/quarterly-forecasting-for-every-region/agent-000000000000017";

    private static readonly Actor Dana = new(ActorKind.Person, "dana", "page");
    private static readonly Actor Key = new(ActorKind.Key, "key-7", "api");

    private readonly Engine.Core.Engine _engine = new(new EngineLimits());
    private readonly Batch _batch = new();
    private readonly List<EngineEvent> _events = [];
    private Instant _now = Instant.From(Noted.AddMinutes(-12));

    private Story()
    {
        Send(new SetPool(new PoolDefinition("gpu-h100", [new Supply("gpu", Quantity.Of(8))], Labels.None, PurchaseOption.OnDemand, null)) { Actor = Dana });
        Send(new SetPool(new PoolDefinition("gpu-l40s", [new Supply("gpu", Quantity.Of(4))], Labels.None, PurchaseOption.Spot, [OwnerPath.Parse("acme")])) { Actor = Dana });
        Submit("train-81", "acme/research/trainer", 6, duration: TimeSpan.FromMinutes(40));
        Submit("eval-07", "northwind/search/eval", 2, lease: TimeSpan.FromMinutes(5));
        Submit("report-12", "acme/finance/reporter", 2, pool: "gpu-l40s");
        After(TimeSpan.FromMinutes(2));
        Submit("triage-44", "acme/support/triage", 4, queue: true, team: "support");
        Submit("forecast-000000000000000000000000000000000000000000000000000017", LongOwner, 8, queue: true);
        Submit("render-9", "lumen/studio/render", 64);
        Submit("sneak-1", "lumen/studio/render", 1, pool: "gpu-l40s");
        After(TimeSpan.FromMinutes(2));
        Send(new SetPriority(Find("triage-44").Key, "high") { Actor = Dana });
        Submit("batch-3", "northwind/search/batch", 8, queue: true);
        Send(new Release(Find("report-12").Key, Find("report-12").Lease!.Number, ResourceVector.Empty, Labels.None, Outcome.Succeeded) { Actor = Key });
        After(TimeSpan.FromMinutes(4));
        Send(new Cancel(Find("batch-3").Key) { Actor = Dana });
        After(TimeSpan.FromMinutes(4));
        Send(new SetPool(new PoolDefinition("cpu-small", [new Supply("cpu", Quantity.Of(8))], Labels.None, PurchaseOption.Spot, null)) { Actor = Dana });
        Submit(Cpu("nightly-1", "northwind/search/batch", 8, "low"));
        Submit(Cpu("nightly-2", "northwind/search/batch", 4, "low"));
        Send(new Hold(Find("nightly-2").Key, Held: true) { Actor = Dana });
        Submit(Cpu("answer-7", "acme/support/triage", 6, "critical"));
        Chats();
    }

    /// <summary>When the gallery's examples are.</summary>
    public static DateTimeOffset Noted { get; } = new(2026, 11, 24, 14, 32, 7, 250, TimeSpan.Zero);

    public static Story Told { get; } = new();

    public Instant Now => _now;

    public Request Find(string id) => _engine.Requests.Single(r => r.Spec.Id == id);

    public IReadOnlyList<EngineEvent> EventsOf(string id) => [.. _events.Where(e => e is RequestEvent happened && happened.Id == id)];

    public long Sequence => _engine.Sequence;

    private void Submit(string id, string owner, int gpu, TimeSpan? duration = null, TimeSpan? lease = null, bool queue = false, string? pool = null, string? team = null) =>
        Send(new Submit(new RequestSpec(
            id, OwnerPath.Parse(owner), ResourceVector.Of(new ResourceAmount("gpu", Quantity.Of(gpu))), null, [pool ?? "gpu-h100"], Labels.None, duration, queue, null, lease ?? TimeSpan.FromHours(1),
            team is null ? Labels.None : Labels.Of([new("team", team)]))) { Actor = Key });

    // Sixty short answers, and then a longer one whose pool has no more for it.
    private void Chats()
    {
        Send(new SetPool(new PoolDefinition("gpt-4o", [new Supply("tokens.output", Quantity.Of(25_000), Quantity.Of(1), TimeSpan.FromDays(1))], Labels.None, PurchaseOption.OnDemand, null)) { Actor = Dana });
        for (int i = 0; i < 60; i++)
        {
            Chat($"chat-s{i}");
            Send(new Release(Find($"chat-s{i}").Key, Find($"chat-s{i}").Lease!.Number, ResourceVector.Of(new ResourceAmount("tokens.output", Quantity.Of(400 + (i % 20)))), Labels.None, Outcome.Succeeded) { Actor = Key });
        }

        Chat("chat-9");
        Send(new Renew(Find("chat-9").Key, Find("chat-9").Lease!.Number, ResourceVector.Of(new ResourceAmount("tokens.output", Quantity.Of(3_000))), ResourceVector.Empty) { Actor = Key });
    }

    private void Chat(string id) => Submit(new RequestSpec(
        id, OwnerPath.Parse("acme/alice/chat"), ResourceVector.Of(new ResourceAmount("tokens.output", Quantity.Of(4_000))), null, ["gpt-4o"], Labels.None, null, Queue: false, null, TimeSpan.FromHours(1), Labels.Of([new("model", "gpt-4o")]))
    {
        MaxCost = Money.Of(1),
    }.Learned());

    private void Submit(RequestSpec spec) => Send(new Submit(spec) { Actor = Key });

    private static RequestSpec Cpu(string id, string owner, int cores, string priority) => new(
        id, OwnerPath.Parse(owner), ResourceVector.Of(new ResourceAmount("cpu", Quantity.Of(cores))), priority, ["cpu-small"], Labels.None, null, Queue: true, null, TimeSpan.FromHours(1), Labels.None)
    {
        Preemptible = priority == "low",
    };

    private void After(TimeSpan span)
    {
        _now += span;
        Send(new Tick { Actor = Actor.Engine });
    }

    private void Send(Command command)
    {
        _batch.Clear();
        if (_engine.Handle(command, _now, _batch) is Fault fault)
        {
            throw new InvalidOperationException($"The gallery's story went wrong: {fault.Detail}");
        }

        _events.AddRange(_batch.Events);
    }
}
