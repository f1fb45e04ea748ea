using Nexus.Dashboard.Api;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Features.Queue;

/// <summary>Which requests to cancel: all that match every filter given. One filter at least must be given, so that nobody cancels everything by leaving something out.</summary>
internal sealed record CancelBody
{
    public string? Owner { get; init; }

    public List<RequestStatus>? Status { get; init; }

    public string? Pool { get; init; }

    public string? Priority { get; init; }

    /// <summary>Only where id, owner or a label contains this.</summary>
    public string? Q { get; init; }

    /// <summary>True to learn how many it would be and change nothing.</summary>
    public bool DryRun { get; init; }

    public Result<RequestQuery> ToQuery()
    {
        Faults faults = new();
        faults.When(Owner is null && Status is null && Pool is null && Priority is null && string.IsNullOrEmpty(Q), "$", "must name at least one filter: owner, status, pool, priority or q");
        OwnerPath? owner = null;
        if (Owner is not null && !OwnerPath.TryParseOrRoot(Owner, out owner, out string? reason))
        {
            faults.Add("$.owner", reason);
        }

        faults.When(Status is { Count: 0 } || Status?.Exists(s => s is not (RequestStatus.Queued or RequestStatus.Reserved or RequestStatus.Allocated)) == true, "$.status", "must name queued, reserved or allocated: what has ended cannot be cancelled");
        faults.Name("$.pool", Pool);
        faults.Name("$.priority", Priority);
        return faults.Problem is { } problem ? problem : new RequestQuery
        {
            Within = OwnerPath.Root,
            Statuses = (Status ?? [RequestStatus.Queued, RequestStatus.Reserved, RequestStatus.Allocated]).ToHashSet(),
            Owner = owner,
            Pool = Pool,
            Priority = Priority,
            Text = Q,
        };
    }
}

/// <summary>How many requests were cancelled, or would be.</summary>
/// <param name="Matched">How many matched.</param>
/// <param name="Cancelled">How many of them were cancelled; the others had ended meanwhile.</param>
/// <param name="Ids">The ids of the first hundred.</param>
internal sealed record CancelAnswer(int Matched, int Cancelled, IReadOnlyList<string> Ids);
