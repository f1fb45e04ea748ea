using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Quotas;
using Nexus.Dashboard.Shared;
using Nexus.Dashboard.Shared.Changes;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Request = Nexus.Engine.Scheduling.Request;

namespace Nexus.Dashboard.Features.Queue;

/// <summary>The changes that would start a request sooner: what each would do, and those that an operator can make.</summary>
internal sealed class WhyOptionService(EngineHost host, QueueService queue, QuotasPageService quotas)
{
    private const int LongestId = 180;

    /// <summary>What one would do now, by the engine's own rules over the committed state.</summary>
    public WhyOption Preview(Caller caller, Explanation why, Counterfactual change)
    {
        (IReadOnlyList<Command> commands, RequestKey key) = Commands(caller, why, change);
        Instant now = host.Now;
        IReadOnlyList<Effect> effects = commands.Count == 0
            ? [new Effect(Signal.Neutral, "It is not so any more", "What stopped it has changed meanwhile.")]
            : WhyOptionEffects.Of(host.Read.PreviewStarts(commands), key, why, change.Passes, caller.Path, now);
        (string? verb, string? whyNot) = change switch
        {
            { Kind: CounterfactualKind.RaisePriority, Priority: { } priority } when why.Request.Status == RequestStatus.Queued => ($"Raise to {priority}", caller.Allows(Scope.Requests) ? null : Problem.MissingScope(Scope.Requests, caller).Detail),
            { Kind: CounterfactualKind.RaiseQuota } when Raised(why, change) is { } raised => ("Raise the quota", QuotaService.Refused(caller, raised.Owner)?.Detail),
            _ => (null, null),
        };
        return new WhyOption(effects, now.ToDateTimeOffset(), commands.Count == 0 ? null : verb, whyNot);
    }

    /// <summary>Makes one that an operator can make.</summary>
    public async Task<WhyOptionMade> ApplyAsync(Caller caller, Explanation why, Counterfactual change, CancellationToken cancellation)
    {
        Request request = why.Request;
        if (change is { Kind: CounterfactualKind.RaisePriority, Priority: { } priority })
        {
            Result<Request> set = await SetAsync(priority, cancellation);
            return new WhyOptionMade($"{request.Spec.Id}: {request.Priority} → {priority}", set.Problem?.Detail, async () => (await SetAsync(request.Priority, CancellationToken.None)).Problem?.Detail);
        }

        if (Raised(why, change) is not { } raised)
        {
            return new WhyOptionMade("", "What stopped it has changed meanwhile.", null);
        }

        QuotaApplied made = await quotas.ApplyAsync(caller, [raised], cancellation);
        return new WhyOptionMade(string.Join(", ", raised.Fields.Select(f => f.Line)), made.Failed?.What, async () => (await quotas.ApplyAsync(caller, made.Undo, CancellationToken.None)).Failed?.What);

        Task<Result<Request>> SetAsync(string to, CancellationToken until) => queue.SetPriorityAsync(caller, request.Spec.Id, request.Owner.ToString(), to, until);
    }

    // What is asked for is its client's: to change it, it withdraws what waits and asks anew, under another id and behind those who came before.
    private (IReadOnlyList<Command> Commands, RequestKey Key) Commands(Caller caller, Explanation why, Counterfactual change)
    {
        (Request request, bool waits) = (why.Request, why.Request.Status == RequestStatus.Queued);
        // What was learned is the engine's: the preview asks for what is reserved now.
        RequestSpec spec = request.Spec.AsReserved();
        return change switch
        {
            { Kind: CounterfactualKind.RaisePriority, Priority: { } priority } when waits => ([new SetPriority(request.Key, priority, caller.MaxPriority) { Actor = caller.Actor }], request.Key),
            { Kind: CounterfactualKind.RaisePriority or CounterfactualKind.LowerPriority, Priority: { } priority } => Anew(spec with { Priority = priority }),
            { Kind: CounterfactualKind.RaiseQuota } => Raised(why, change)?.After?.ToDefinition(OwnerOf(change)).Value is not { } quota ? ([], request.Key)
                : waits ? ([new SetQuota(quota) { Actor = caller.Actor }], request.Key)
                : ([new SetQuota(quota) { Actor = caller.Actor }, new Submit(spec, caller.MaxPriority) { Actor = caller.Actor }], request.Key),
            { Kind: CounterfactualKind.BePreemptible } => Anew(spec with { Preemptible = true }),
            { Kind: CounterfactualKind.AcceptPool, Pool: { } pool } => Anew(Accepting(spec, pool)),
            { Kind: CounterfactualKind.AskForLess, Amounts: { } amounts } when Less(spec, amounts) is { } less => Anew(less),
            _ => ([], request.Key),
        };

        (IReadOnlyList<Command>, RequestKey) Anew(RequestSpec wanted)
        {
            wanted = waits ? wanted with { Id = FreeId(wanted) } : wanted;
            Submit submit = new(wanted, caller.MaxPriority) { Actor = caller.Actor };
            return (waits ? [new Cancel(request.Key) { Actor = caller.Actor }, submit] : [submit], wanted.Key);
        }
    }

    private string FreeId(RequestSpec spec)
    {
        string id = spec.Id[..Math.Min(spec.Id.Length, LongestId)];
        for (int i = 2; ; i++)
        {
            if (host.Read.Find(new RequestKey(spec.Owner.Tenant, $"{id}.{i}")) is null)
            {
                return $"{id}.{i}";
            }
        }
    }

    // Where its labels keep the pool out, those pools are named that they let in.
    private RequestSpec Accepting(RequestSpec spec, string pool)
    {
        bool isLetIn = host.Read.Pool(pool)?.Definition.Labels.Match(spec.PoolLabels) != false;
        IEnumerable<string> accepted = spec.Pools ?? host.Read.Pools.Where(p => p.Definition.Labels.Match(spec.PoolLabels)).Select(p => p.Name);
        return spec with { Pools = spec.Pools is null && isLetIn ? null : [.. accepted, pool], PoolLabels = isLetIn ? spec.PoolLabels : Labels.None };
    }

    // Of a gang each member asks for its part.
    private static RequestSpec? Less(RequestSpec spec, ResourceVector amounts)
    {
        ResourceAmount[] less = [.. spec.Resources.Select(a => amounts.Has(a.Kind) ? a with { Quantity = Quantity.FromThousandths(amounts[a.Kind].Thousandths / spec.Members) } : a)];
        return Array.Exists(less, a => a.Quantity.IsZero) ? null : spec with { Resources = ResourceVector.Of(less) };
    }

    private QuotaChange? Raised(Explanation why, Counterfactual change)
    {
        OwnerPath owner = OwnerOf(change);
        if (change.Amounts is not [var more] || host.Read.Quotas.FirstOrDefault(q => q.Owner == owner) is not { } now)
        {
            return null;
        }

        QuotaPeriod period = why.Reason?.Period ?? QuotaPeriod.None;
        QuotaRule[] rules = [.. now.Definition.Rules.Select(r => r.Resource != more.Kind || r.Period != period ? r : r.Limit is { } limit ? r with { Limit = limit + more.Quantity } : r with { Extra = (r.Extra ?? Quantity.Zero) + more.Quantity })];
        (QuotaBody before, QuotaBody after) = (QuotaBody.Of(now.Definition), QuotaBody.Of(now.Definition with { Rules = rules }));
        IReadOnlyList<FieldChange> fields = QuotaDiff.Of(owner, before, after);
        return fields.Count == 0 ? null : new QuotaChange(owner, before, after, now.Version, fields);
    }

    private static OwnerPath OwnerOf(Counterfactual change) => OwnerPath.TryParseOrRoot(change.Node ?? "~", out OwnerPath? owner, out _) ? owner : OwnerPath.Root;
}

/// <summary>What became of a change for the sake of a request.</summary>
/// <param name="What">What was changed.</param>
/// <param name="Failed">Why it was not; null where it was.</param>
/// <param name="Undo">Takes it back, and says why not.</param>
internal sealed record WhyOptionMade(string What, string? Failed, Func<Task<string?>>? Undo);
