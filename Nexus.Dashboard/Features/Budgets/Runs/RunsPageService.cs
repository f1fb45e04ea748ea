using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Engine.Costs.Allowances;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Features.Budgets.Runs;

/// <summary>What the tab of the runs shows.</summary>
internal sealed class RunsPageService(EngineHost host)
{
    // Of one run; a run of thousands is read branch by branch, in its detail and through the API.
    private const int MostRows = 500;
    private const int MostRequests = 50;

    /// <summary>Finds a kind.</summary>
    public ResourceKind? KindOf(string name) => host.Read.Configuration.Kind(name);

    /// <summary>The runs within what all pages show, the open ones first, then the newest; each followed by its branches.</summary>
    public Result<RunsView> Get(Caller caller, Caller viewer)
    {
        if (!caller.Allows(Scope.Read | Scope.Requests))
        {
            return Problem.MissingScope(Scope.Read, caller);
        }

        AllowanceIndex all = host.Read.Allowances;
        AllowanceState[] tops = [.. all.All.Where(a => viewer.MayActFor(a.Spec.Owner) && (a.Spec.Parent is null || all.Find(new AllowanceKey(a.Key.Tenant, a.Spec.Parent)) is not { } above || !viewer.MayActFor(above.Spec.Owner)))
            .OrderByDescending(a => a.Status == AllowanceStatus.Open).ThenByDescending(a => a.Number)];
        List<RunRow> rows = [];
        foreach (AllowanceState top in tops)
        {
            if (rows.Count >= MostRows)
            {
                break;
            }

            Add(rows, all, top);
        }

        return new RunsView([.. rows.Take(MostRows)], tops.Count(t => t.Status == AllowanceStatus.Open), all.Count > rows.Count && tops.Length > rows.Count(r => r.State.Spec.Parent is null));
    }

    /// <summary>One, with what runs and waits under it; null where there is none or it may not be seen.</summary>
    public RunDetailView? Detail(Caller caller, string name)
    {
        AllowanceIndex all = host.Read.Allowances;
        if (!caller.Allows(Scope.Read | Scope.Requests) || name.IndexOf(':', StringComparison.Ordinal) is not (> 0 and var at) || all.Find(new AllowanceKey(name[..at], name[(at + 1)..])) is not { } state || !caller.MayActFor(state.Spec.Owner))
        {
            return null;
        }

        List<RunRow> rows = [];
        Add(rows, all, state);
        HashSet<string> ids = [.. all.Branch(state).Select(a => a.Spec.Id)];
        Request[] requests = [.. host.Read.List(new RequestQuery
        {
            Within = state.Spec.Owner,
            Statuses = new HashSet<RequestStatus> { RequestStatus.Allocated, RequestStatus.Queued, RequestStatus.Reserved },
            Limit = 1_000,
        }).Items.Where(r => r.Spec.Allowance is { } id && ids.Contains(id))];
        return new RunDetailView(rows[0], [.. all.ChildrenOf(state.Key).Select(c => rows.First(r => r.State.Key == c.Key))], [.. requests.Take(MostRequests)]);
    }

    private static RunRow Add(List<RunRow> rows, AllowanceIndex all, AllowanceState state)
    {
        int at = rows.Count;
        rows.Add(new RunRow(state, 0, 0, 0));
        (int branches, int running, int waiting) = (0, state.Running, state.Waiting);
        foreach (AllowanceState child in all.ChildrenOf(state.Key))
        {
            RunRow below = Add(rows, all, child);
            branches += 1 + below.Branches;
            running += below.Running;
            waiting += below.Waiting;
        }

        return rows[at] = new RunRow(state, branches, running, waiting);
    }
}

/// <summary>The runs.</summary>
/// <param name="Rows">Each run followed by its branches.</param>
/// <param name="Open">How many runs are open.</param>
/// <param name="More">True where there are more than are shown.</param>
internal sealed record RunsView(IReadOnlyList<RunRow> Rows, int Open, bool More);

/// <summary>One allowance.</summary>
/// <param name="Row">It, with all below.</param>
/// <param name="Children">What was carved out of it directly.</param>
/// <param name="Requests">Some of those that run and wait under it.</param>
internal sealed record RunDetailView(RunRow Row, IReadOnlyList<RunRow> Children, IReadOnlyList<Request> Requests);
