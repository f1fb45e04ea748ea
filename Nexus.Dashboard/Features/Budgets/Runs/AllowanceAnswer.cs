using Nexus.Dashboard.Api;
using Nexus.Engine.Costs.Allowances;
using Nexus.Engine.Hosting;

namespace Nexus.Dashboard.Features.Budgets.Runs;

/// <summary>An allowance: what was opened, and how it stands now. What is used and reserved includes all that was carved out of it.</summary>
internal sealed record AllowanceAnswer
{
    public required string Id { get; init; }

    public required string Owner { get; init; }

    /// <summary>That out of which it was carved; absent where it is a run of its own.</summary>
    public string? Parent { get; init; }

    /// <summary>The first of its run.</summary>
    public required string Root { get; init; }

    /// <summary>Whether anything can be drawn from it.</summary>
    public required AllowanceStatus Status { get; init; }

    /// <summary>How far below the first of its run it stands, from 0.</summary>
    public required int Depth { get; init; }

    public int? MaxDepth { get; init; }

    public required AllowanceAmounts Limits { get; init; }

    /// <summary>What is settled.</summary>
    public required AllowanceAmounts Spent { get; init; }

    /// <summary>What grants and bookings may still use, and what was carved out of it and is not used yet.</summary>
    public required AllowanceAmounts Reserved { get; init; }

    /// <summary>What can be drawn or carved yet, of what is limited; negative where more was used than there was.</summary>
    public required AllowanceAmounts Remaining { get; init; }

    /// <summary>How many requests draw from it directly and hold a grant.</summary>
    public required int Running { get; init; }

    /// <summary>How many requests wait to draw from it directly, or have a start booked.</summary>
    public required int Waiting { get; init; }

    /// <summary>How many requests and extensions it refused.</summary>
    public required long Refused { get; init; }

    /// <summary>What was carved out of it directly.</summary>
    public required IReadOnlyList<string> Children { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was cancelled or expired; absent while it is open.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    public required long Version { get; init; }

    public static AllowanceAnswer Of(AllowanceState state, AllowanceIndex all, string currency) => new()
    {
        Id = state.Spec.Id,
        Owner = state.Spec.Owner.ToString(),
        Parent = state.Spec.Parent,
        Root = state.Root.Id,
        Status = state.Status,
        Depth = state.Depth,
        MaxDepth = state.Spec.MaxDepth,
        Limits = AllowanceAmounts.Of(state.Figures, static f => f.Limit, currency),
        Spent = AllowanceAmounts.Of(state.Figures, static f => f.Used, currency),
        Reserved = AllowanceAmounts.Of(state.Figures, static f => f.Committed - f.Used, currency),
        Remaining = AllowanceAmounts.Of(state.Figures, static f => f.Remaining, currency),
        Running = state.Running,
        Waiting = state.Waiting,
        Refused = state.Refused,
        Children = [.. all.ChildrenOf(state.Key).Select(c => c.Spec.Id)],
        OpenedAt = state.OpenedAt.ToDateTimeOffset(),
        ExpiresAt = state.ExpiresAt.ToDateTimeOffset(),
        ClosedAt = state.ClosedAt?.ToDateTimeOffset(),
        Version = state.Version,
    };
}
