using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Hosting;

/// <summary>In which order requests are listed.</summary>
public enum RequestOrder
{
    /// <summary>As the queue is served: by class, which grows by waiting, then arrival.</summary>
    Queue,

    /// <summary>The newest submission first.</summary>
    Newest,

    /// <summary>What ended last first; what has not ended is left out.</summary>
    LastEnded,
}

/// <summary>Which requests in memory are wanted.</summary>
public sealed record RequestQuery
{
    /// <summary>The most that one page holds.</summary>
    public const int MaxLimit = 1_000;

    /// <summary>How many one page holds unless said otherwise.</summary>
    public const int DefaultLimit = 100;

    /// <summary>The states wanted; null: any.</summary>
    public IReadOnlySet<RequestStatus>? Statuses { get; init; }

    /// <summary>What the reader may see: nothing outside this path is listed.</summary>
    public required OwnerPath Within { get; init; }

    /// <summary>Only this owner and those below it; null: all that may be seen.</summary>
    public OwnerPath? Owner { get; init; }

    /// <summary>Only what holds something of this pool, or waits at home in it.</summary>
    public string? Pool { get; init; }

    /// <summary>Only this class.</summary>
    public string? Priority { get; init; }

    /// <summary>Only what this gate stops or stopped.</summary>
    public Gate? Gate { get; init; }

    /// <summary>Only what has this text in its id, owner or a label's value; case does not matter.</summary>
    public string? Text { get; init; }

    /// <summary>Only what ended at or after this moment (what has not ended is kept).</summary>
    public Instant? EndedFrom { get; init; }

    /// <summary>Only what ended before this moment (what has not ended is kept).</summary>
    public Instant? EndedBefore { get; init; }

    /// <summary>The order; null: the queue's where only waiting ones are wanted, last ended first where only ended ones are, else newest first.</summary>
    public RequestOrder? Order { get; init; }

    /// <summary>Where the page before ended; null: the first page.</summary>
    public RequestCursor? Cursor { get; init; }

    /// <summary>How many at most; 1 – <see cref="MaxLimit"/>.</summary>
    public int Limit { get; init; } = DefaultLimit;

    /// <summary>The order that holds.</summary>
    public RequestOrder EffectiveOrder => Order
        ?? (Statuses is null || Statuses.Count == 0 ? RequestOrder.Newest
            : Statuses.All(s => s == RequestStatus.Queued) ? RequestOrder.Queue
            : Statuses.All(s => s is not (RequestStatus.Queued or RequestStatus.Allocated or RequestStatus.Reserved)) ? RequestOrder.LastEnded
            : RequestOrder.Newest);
}

/// <summary>Some of the requests wanted.</summary>
/// <param name="Items">The requests, in the order asked for.</param>
/// <param name="Next">Where the next page starts; null when this is the last.</param>
public sealed record RequestPage(IReadOnlyList<Request> Items, RequestCursor? Next);
