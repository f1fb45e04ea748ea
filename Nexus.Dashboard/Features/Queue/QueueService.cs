using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Features.Queue;

/// <summary>Requests and leases: authorises the caller, then asks the engine. The page and the API call the same.</summary>
internal sealed class QueueService(EngineHost host)
{
    private const int MaxKinds = 32;
    private const int MostLookedAt = 2_500;
    private const int MaxPage = 1_000;
    private const int MostNamed = 100;

    /// <summary>Kinds, classes and owners as they are now.</summary>
    public Configuration Configuration => host.Read.Configuration;

    /// <summary>Engine time.</summary>
    public Instant Now => host.Now;

    /// <summary>True where the caller may know which grant a request joined.</summary>
    public bool NamesGrant(Caller caller, Request request) => host.Read.NamesGrant(request, caller.Path);

    public async Task<Result<RequestReply>> SubmitAsync(Caller caller, RequestSpec spec, bool dryRun, CancellationToken cancellation)
    {
        if (Refused(caller, spec) is { } problem)
        {
            return problem;
        }

        return Answer<RequestReply>(await host.SendAsync(Command(caller, spec, dryRun), cancellation));
    }

    /// <summary>Decides many in one batch; each gets its own answer. In a dry run each is answered as if it came alone.</summary>
    public async Task<Result<Result<RequestReply>[]>> SubmitAsync(Caller caller, IReadOnlyList<Result<RequestSpec>> specs, bool dryRun, CancellationToken cancellation)
    {
        if (!caller.Allows(Scope.Requests))
        {
            return Problem.MissingScope(Scope.Requests, caller);
        }

        Result<RequestReply>[] answers = new Result<RequestReply>[specs.Count];
        List<int> places = [];
        List<Command> commands = [];
        for (int i = 0; i < specs.Count; i++)
        {
            if ((specs[i].Problem ?? Refused(caller, specs[i].Value!)) is { } problem)
            {
                answers[i] = problem;
                continue;
            }

            places.Add(i);
            commands.Add(Command(caller, specs[i].Value!, dryRun));
        }

        if (commands.Count > 0)
        {
            Reply[] replies = await host.SendAsync(commands, cancellation);
            for (int i = 0; i < replies.Length; i++)
            {
                answers[places[i]] = Answer<RequestReply>(replies[i]);
            }
        }

        return answers;
    }

    /// <summary>Finds one by its id within the caller's path.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="id">The client's id.</param>
    /// <param name="owner">Narrows the path, where a wide one has the id in several tenants.</param>
    public Result<Request> Find(Caller caller, string id, string? owner = null)
    {
        if (!caller.Allows(Scope.Read | Scope.Requests))
        {
            return Problem.MissingScope(Scope.Read, caller);
        }

        OwnerPath within = caller.Path;
        if (owner is not null)
        {
            if (!OwnerPath.TryParseOrRoot(owner, out OwnerPath? narrower, out string? reason))
            {
                return Problem.Field("invalid-value", 422, "owner", reason);
            }

            if (narrower.IsWithin(caller.Path))
            {
                within = narrower;
            }
            else if (!caller.Path.IsWithin(narrower))
            {
                return NoRequest(id);
            }
        }

        IReadOnlyList<Request> found = host.Read.FindById(id, within);
        return found.Count switch
        {
            1 => found[0],
            0 => NoRequest(id),
            _ => new Problem("ambiguous-id", "Several requests have that id", 409, $"Tenants {string.Join(", ", found.Select(r => r.Owner.Tenant))} have a request '{id}': say which with ?owner=."),
        };
    }

    public Result<RequestPage> List(Caller caller, RequestQuery query) =>
        caller.Allows(Scope.Read | Scope.Requests) ? host.Read.List(query with { Within = caller.Path }) : Problem.MissingScope(Scope.Read, caller);

    public async Task<Result<Request>> CancelAsync(Caller caller, string id, string? owner, CancellationToken cancellation) =>
        await ChangeAsync(caller, id, owner, key => new Cancel(key) { Actor = caller.Actor }, cancellation);

    public async Task<Result<Request>> RequeueAsync(Caller caller, string id, string? owner, CancellationToken cancellation) =>
        await ChangeAsync(caller, id, owner, key => new Requeue(key) { Actor = caller.Actor }, cancellation);

    public async Task<Result<Request>> HoldAsync(Caller caller, string id, string? owner, bool held, CancellationToken cancellation) =>
        await ChangeAsync(caller, id, owner, key => new Hold(key, held) { Actor = caller.Actor }, cancellation);

    /// <summary>Cancels all within the caller's path that match, in batches; what comes meanwhile is not among them.</summary>
    public async Task<Result<CancelAnswer>> CancelAsync(Caller caller, RequestQuery filter, bool dryRun, CancellationToken cancellation)
    {
        if (!caller.Allows(Scope.Requests))
        {
            return Problem.MissingScope(Scope.Requests, caller);
        }

        List<Request> matching = [];
        RequestQuery next = filter with { Within = caller.Path, Limit = MaxPage };
        while (true)
        {
            RequestPage page = host.Read.List(next);
            matching.AddRange(page.Items);
            if (page.Next is not { } cursor)
            {
                break;
            }

            next = next with { Cursor = cursor };
        }

        int cancelled = 0;
        foreach (Request[] chunk in dryRun ? [] : matching.Chunk(MaxPage))
        {
            Reply[] replies = await host.SendAsync([.. chunk.Select(r => new Cancel(r.Key) { Actor = caller.Actor })], cancellation);
            cancelled += replies.Count(r => r is RequestReply { Duplicate: false });
        }

        return new CancelAnswer(matching.Count, cancelled, [.. matching.Take(MostNamed).Select(r => r.Spec.Id)]);
    }

    public async Task<Result<Request>> SetPriorityAsync(Caller caller, string id, string? owner, string priority, CancellationToken cancellation) =>
        await ChangeAsync(caller, id, owner, key => new SetPriority(key, priority, caller.MaxPriority) { Actor = caller.Actor }, cancellation);

    public async Task<Result<RequestReply>> RenewAsync(Caller caller, string lease, RenewBody body, CancellationToken cancellation)
    {
        Result<Request> held = Held(caller, lease, out long number);
        if (held.Problem is { } problem)
        {
            return problem;
        }

        Faults faults = new();
        ResourceVector extend = faults.Asked("$.extend", body.Extend, MaxKinds);
        ResourceVector usage = faults.Used("$.usage", body.Usage, MaxKinds);
        return faults.Problem is { } wrong
            ? wrong
            : Answer<RequestReply>(await host.SendAsync(new Renew(held.Value!.Key, number, extend, usage, caller.Allows(Scope.Usage)) { Actor = caller.Actor }, cancellation));
    }

    public async Task<Result<ReleaseReply>> ReleaseAsync(Caller caller, string lease, ReleaseBody body, CancellationToken cancellation)
    {
        Result<Request> held = Held(caller, lease, out long number);
        if (held.Problem is { } problem)
        {
            return problem;
        }

        Faults faults = new();
        ResourceVector usage = faults.Used("$.usage", body.Usage, MaxKinds);
        Labels labels = faults.Labels("$.labels", body.Labels);
        Request request = held.Value!;
        faults.When(request.Labels.With(labels).Count > Labels.Max, "$.labels", $"would give the request more than {Labels.Max} labels");
        return faults.Problem is { } wrong
            ? wrong
            : Answer<ReleaseReply>(await host.SendAsync(
                new Release(request.Key, number, usage, labels, body.Outcome, caller.Allows(Scope.Usage)) { Actor = caller.Actor }, cancellation));
    }

    /// <summary>Waits until a request is not any more what the caller has seen of it.</summary>
    public async Task<Request> WaitAsync(Request seen, TimeSpan most, CancellationToken cancellation) =>
        await host.Read.WaitForChangeAsync(seen.Key, seen.Version, most, cancellation) ?? seen;

    /// <summary>Percentiles of the Measured kinds.</summary>
    public Result<TimesReport> Times(Caller caller, TimesQuery query) =>
        caller.Allows(Scope.Read) ? host.Read.Times(query with { Within = caller.Path }) : Problem.MissingScope(Scope.Read, caller);

    /// <summary>Why a request that the caller may see stands where it stands, and what would change that.</summary>
    public Explanation Explain(Caller caller, Request request) => host.Read.Explain(request, caller.Path);

    /// <summary>The explanation for who submits or waits for news, where it is cheap: it looks at all that lives. Else what was decided must do, and <c>GET /requests/{id}</c> without <c>wait</c> has the rest.</summary>
    public Explanation? ExplainNews(Caller caller, Request request) =>
        request.Status is RequestStatus.Queued or RequestStatus.Rejected && host.Read.Counts is { } counts && counts.Waiting + counts.Running <= MostLookedAt ? Explain(caller, request) : null;

    private async Task<Result<Request>> ChangeAsync(Caller caller, string id, string? owner, Func<RequestKey, Command> command, CancellationToken cancellation)
    {
        if (!caller.Allows(Scope.Requests))
        {
            return Problem.MissingScope(Scope.Requests, caller);
        }

        Result<Request> found = Find(caller, id, owner);
        if (found.Problem is not null)
        {
            return found;
        }

        Result<RequestReply> answer = Answer<RequestReply>(await host.SendAsync(command(found.Value!.Key), cancellation));
        return answer.Problem is { } problem ? problem : answer.Value!.Request;
    }

    // The lease that is named, not the one that its request has: that may have lost it, and have another by now or none.
    private Result<Request> Held(Caller caller, string lease, out long number)
    {
        bool isName = Lease.TryParseId(lease, out number);
        if (!caller.Allows(Scope.Requests))
        {
            return Problem.MissingScope(Scope.Requests, caller);
        }

        return isName && host.Read.FindByLease(number) is { } request && caller.MayActFor(request.Owner)
            ? request
            : Problem.NotFound($"There is no lease '{lease}'.");
    }

    private static Submit Command(Caller caller, RequestSpec spec, bool dryRun) => new(spec, caller.MaxPriority, dryRun) { Actor = caller.Actor };

    private static Problem? Refused(Caller caller, RequestSpec spec) =>
        !caller.Allows(Scope.Requests) ? Problem.MissingScope(Scope.Requests, caller)
        : !caller.MayActFor(spec.Owner) ? Problem.OutsidePath(spec.Owner.ToString(), caller)
        : null;

    private static Problem NoRequest(string id) => Problem.NotFound($"There is no request '{id}' that you may see.");

    private static Result<T> Answer<T>(Reply reply)
        where T : Reply => reply is Fault fault ? Problem.Of(fault) : (T)reply;
}
