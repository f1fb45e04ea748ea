using MessagePack;

namespace Nexus.Dashboard.Hubs;

// What the hub sends. The keys are the same in MessagePack and in JSON; docs/reference/hub.md lists them. Times are milliseconds since 1970 in engine time,
// spans milliseconds, amounts in the kind's unit. What is null is as it was in the frame before.

/// <summary>A frame of topic <c>overview</c>.</summary>
[MessagePackObject]
public sealed class OverviewMessage
{
    [Key("sequence")] public long Sequence { get; set; }

    [Key("at")] public long At { get; set; }

    /// <summary>True when it replaces all that came before.</summary>
    [Key("full")] public bool Full { get; set; }

    [Key("queue")] public QueueFigureMessage? Queue { get; set; }

    [Key("speed")] public SpeedMessage? Speed { get; set; }

    /// <summary>The pools that changed.</summary>
    [Key("pools")] public PoolFigureMessage[]? Pools { get; set; }

    [Key("removed")] public string[]? Removed { get; set; }

    /// <summary>New points of the series, oldest first, without meters.</summary>
    [Key("points")] public PointMessage[]? Points { get; set; }

    /// <summary>New decisions, newest first.</summary>
    [Key("decisions")] public DecisionMessage[]? Decisions { get; set; }

    [Key("health")] public HealthMessage? Health { get; set; }
}

/// <summary>A frame of topic <c>pools</c>.</summary>
[MessagePackObject]
public sealed class PoolsMessage
{
    [Key("sequence")] public long Sequence { get; set; }

    [Key("at")] public long At { get; set; }

    [Key("full")] public bool Full { get; set; }

    [Key("pools")] public PoolFigureMessage[]? Pools { get; set; }

    [Key("removed")] public string[]? Removed { get; set; }

    /// <summary>New points of the series, oldest first, with the meters of the pools that may be seen.</summary>
    [Key("points")] public PointMessage[]? Points { get; set; }
}

/// <summary>A frame of topic <c>pools/NAME</c>.</summary>
[MessagePackObject]
public sealed class PoolMessage
{
    [Key("sequence")] public long Sequence { get; set; }

    [Key("at")] public long At { get; set; }

    [Key("full")] public bool Full { get; set; }

    [Key("pool")] public PoolFigureMessage? Pool { get; set; }

    /// <summary>True when the pool is no longer there.</summary>
    [Key("removed")] public bool? Removed { get; set; }

    [Key("points")] public PointMessage[]? Points { get; set; }

    /// <summary>The requests of this pool that changed.</summary>
    [Key("changed")] public RequestMessage[]? Changed { get; set; }

    /// <summary>True when more changed: read the list again.</summary>
    [Key("more")] public bool? More { get; set; }
}

/// <summary>A frame of topic <c>queue</c>.</summary>
[MessagePackObject]
public sealed class QueueMessage
{
    [Key("sequence")] public long Sequence { get; set; }

    [Key("at")] public long At { get; set; }

    [Key("full")] public bool Full { get; set; }

    [Key("queue")] public QueueFigureMessage? Queue { get; set; }

    [Key("changed")] public RequestMessage[]? Changed { get; set; }

    /// <summary>True when more changed: read the list again.</summary>
    [Key("more")] public bool? More { get; set; }
}

/// <summary>How much waits and runs: what the subscriber may see, and over all owners.</summary>
[MessagePackObject]
public sealed class QueueFigureMessage
{
    [Key("waiting")] public int Waiting { get; set; }

    [Key("running")] public int Running { get; set; }

    [Key("allWaiting")] public int AllWaiting { get; set; }

    [Key("allRunning")] public int AllRunning { get; set; }

    /// <summary>Since when the oldest waits.</summary>
    [Key("oldest")] public long? Oldest { get; set; }

    /// <summary>How many wait, by class.</summary>
    [Key("classes")] public Dictionary<string, int> Classes { get; set; } = [];
}

/// <summary>How the engine does.</summary>
[MessagePackObject]
public sealed class SpeedMessage
{
    [Key("perSecond")] public double PerSecond { get; set; }

    /// <summary>The share of the last hour's decisions that refused, 0 – 1.</summary>
    [Key("refused")] public double? Refused { get; set; }

    [Key("p50")] public double? P50 { get; set; }

    [Key("p99")] public double? P99 { get; set; }
}

/// <summary>How the engine is.</summary>
[MessagePackObject]
public sealed class HealthMessage
{
    [Key("state")] public string State { get; set; } = "";

    [Key("reason")] public string? Reason { get; set; }

    [Key("since")] public long Since { get; set; }

    [Key("clock")] public string Clock { get; set; } = "";
}

/// <summary>How full a pool is.</summary>
[MessagePackObject]
public sealed class PoolFigureMessage
{
    [Key("name")] public string Name { get; set; } = "";

    [Key("version")] public long Version { get; set; }

    [Key("draining")] public bool? Draining { get; set; }

    [Key("health")] public string? Health { get; set; }

    [Key("waiting")] public int Waiting { get; set; }

    [Key("waitP95")] public double? WaitP95 { get; set; }

    [Key("meters")] public MeterMessage[] Meters { get; set; } = [];
}

/// <summary>What a pool has of a kind.</summary>
[MessagePackObject]
public sealed class MeterMessage
{
    [Key("kind")] public string Kind { get; set; } = "";

    [Key("capacity")] public double Capacity { get; set; }

    [Key("used")] public double Used { get; set; }

    [Key("free")] public double Free { get; set; }

    [Key("owed")] public double? Owed { get; set; }
}

/// <summary>A point of the live series: one every ten seconds.</summary>
[MessagePackObject]
public sealed class PointMessage
{
    [Key("at")] public long At { get; set; }

    [Key("waiting")] public int Waiting { get; set; }

    [Key("running")] public int Running { get; set; }

    [Key("perSecond")] public double PerSecond { get; set; }

    [Key("refused")] public long Refused { get; set; }

    [Key("p99")] public double? P99 { get; set; }

    /// <summary>Each kind over all pools.</summary>
    [Key("kinds")] public KindPointMessage[] Kinds { get; set; } = [];

    /// <summary>Each kind of each pool.</summary>
    [Key("meters")] public MeterPointMessage[]? Meters { get; set; }
}

/// <summary>A kind over all pools at a moment.</summary>
[MessagePackObject]
public sealed class KindPointMessage
{
    [Key("kind")] public string Kind { get; set; } = "";

    [Key("used")] public double Used { get; set; }

    [Key("capacity")] public double Capacity { get; set; }

    [Key("waiting")] public double Waiting { get; set; }
}

/// <summary>A kind of a pool at a moment.</summary>
[MessagePackObject]
public sealed class MeterPointMessage
{
    [Key("pool")] public string Pool { get; set; } = "";

    [Key("kind")] public string Kind { get; set; } = "";

    [Key("used")] public double Used { get; set; }

    [Key("capacity")] public double Capacity { get; set; }
}

/// <summary>A decision, as a live list shows it.</summary>
[MessagePackObject]
public sealed class DecisionMessage
{
    [Key("sequence")] public long Sequence { get; set; }

    [Key("at")] public long At { get; set; }

    [Key("owner")] public string Owner { get; set; } = "";

    [Key("id")] public string Id { get; set; } = "";

    /// <summary><c>granted</c>, <c>queued</c>, <c>refused</c>, <c>expired</c> or <c>cancelled</c>.</summary>
    [Key("verb")] public string Verb { get; set; } = "";

    [Key("amounts")] public Dictionary<string, double> Amounts { get; set; } = [];

    [Key("pools")] public string[]? Pools { get; set; }

    [Key("reason")] public string? Reason { get; set; }
}

/// <summary>A request as it stands.</summary>
[MessagePackObject]
public sealed class RequestMessage
{
    [Key("id")] public string Id { get; set; } = "";

    [Key("owner")] public string Owner { get; set; } = "";

    [Key("status")] public string Status { get; set; } = "";

    [Key("priority")] public string Priority { get; set; } = "";

    [Key("version")] public long Version { get; set; }

    [Key("submittedAt")] public long SubmittedAt { get; set; }

    [Key("endedAt")] public long? EndedAt { get; set; }

    [Key("resources")] public Dictionary<string, double> Resources { get; set; } = [];

    [Key("lease")] public string? Lease { get; set; }

    [Key("expiresAt")] public long? ExpiresAt { get; set; }

    [Key("pools")] public string[]? Pools { get; set; }

    [Key("reason")] public string? Reason { get; set; }
}
