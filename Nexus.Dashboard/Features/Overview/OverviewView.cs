using Microsoft.AspNetCore.Components;
using Nexus.Dashboard.Features.Budgets;
using Nexus.Dashboard.Features.Pools;
using Nexus.Dashboard.Shared;

namespace Nexus.Dashboard.Features.Overview;

/// <summary>What the Overview shows at one moment. Every number is the engine's.</summary>
internal sealed record OverviewView(
    MarkupString Answer, string Resource, int Waiting, IReadOnlyList<Figure> Figures, IReadOnlyList<Need> Needs, IReadOnlyList<PoolRow> Pools,
    IReadOnlyList<ChartPoint> Demand, IReadOnlyList<DecisionRow> Decisions)
{
    /// <summary>How many more need somebody than are shown.</summary>
    public int MoreNeeds { get; init; }

    /// <summary>The budget of everything that reaches furthest; null where there is none.</summary>
    public BudgetRow? Budget { get; init; }

    /// <summary>The currency of all amounts.</summary>
    public string Currency { get; init; } = "";

    /// <summary>True where what a pool's capacity costs is known of at least one.</summary>
    public bool HasCosts => Pools.Any(p => p.Cost is not null);
}

/// <summary>A number of the strip.</summary>
internal sealed record Figure(string Label, string Value, string Unit, string Sub, string Href, IReadOnlyList<double> Points);

/// <summary>Something that somebody should look at.</summary>
internal sealed record Need(Signal State, string What, string Effect, DateTimeOffset? Since, string Action, string Href);

/// <summary>A pool in a list, by its fullest kind.</summary>
internal sealed record PoolRow(
    string Name, string Option, string Kind, decimal Used, decimal Capacity, string Numbers, IReadOnlyList<double> Points, int Waiting, string P95Wait, Signal State, string Word)
{
    /// <summary>The part that is used.</summary>
    public decimal Share => Capacity > 0 ? Used / Capacity : 0;

    /// <summary>What of it was promised to those whose start is booked, as far as its bar has room.</summary>
    public decimal Hatched { get; init; }

    /// <summary>What is used, what is booked besides, and of how much: 30 + 2 of 32 gpu.</summary>
    public string Amounts { get; init; } = "";

    /// <summary>What its bar shows, in words.</summary>
    public string Sentence { get; init; } = "";

    /// <summary>How it orders those who wait, in words.</summary>
    public string Strategy { get; init; } = "";

    /// <summary>What its capacity costs by the hour; null where it has no price by the unit-hour.</summary>
    public PoolCost? Cost { get; init; }

    /// <summary>Why it grants less, while too many of its grants fail; else null.</summary>
    public string? Health { get; init; }

    /// <summary>True while it grants less as too many of its grants failed.</summary>
    public bool IsUnwell { get; init; }
}

/// <summary>A decision of the live list.</summary>
public sealed record DecisionRow(long Sequence, DateTimeOffset At, Signal State, string Verb, string Owner, string What, string Id);
