using Nexus.Dashboard.Shared;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Quotas;

/// <summary>What the page of the quotas shows.</summary>
/// <param name="Choices">The kinds and periods that have rules, to choose from.</param>
/// <param name="Chosen">The one that is shown; null where there is none.</param>
/// <param name="Rows">Its nodes from the top, each before those below it.</param>
/// <param name="Note">When its period begins anew or how it refills; null where it has none.</param>
/// <param name="ResetsAt">When a calendar's period begins anew.</param>
/// <param name="Supply">What pools have of the kind, in words; null where that says nothing.</param>
public sealed record QuotaView(IReadOnlyList<QuotaChoice> Choices, QuotaChoice? Chosen, IReadOnlyList<QuotaRow> Rows, string? Note, DateTimeOffset? ResetsAt, string? Supply);

/// <summary>A kind, and the period over which its rules count.</summary>
/// <param name="Resource">The kind.</param>
/// <param name="Period">The period.</param>
/// <param name="Level">What is used of what the topmost nodes have; null where they have nothing.</param>
/// <param name="State">How the node stands that is nearest to its line.</param>
public sealed record QuotaChoice(string Resource, QuotaPeriod Period, double? Level = null, Signal State = Signal.Ok)
{
    /// <summary>What names it in addresses: <c>gpu</c>, <c>tokens.input:day@Europe/Berlin</c>.</summary>
    public string Key { get; } = KeyOf(Resource, Period);

    /// <summary>What names it on the page.</summary>
    public string Text => Period.Kind switch
    {
        QuotaPeriodKind.None => Resource,
        QuotaPeriodKind.Rolling => $"{Resource} in any {Span(Period.Length)}",
        QuotaPeriodKind.Rate => $"{Resource}, rate per {Span(Period.Length)}",
        _ => $"{Resource} a {Period}{(Period.Zone == QuotaPeriod.Utc ? "" : $", {Period.Zone}")}",
    };

    /// <summary>True for buckets, which neither borrow nor lend.</summary>
    public bool IsRate => Period.Kind == QuotaPeriodKind.Rate;

    /// <summary>The key of a kind and period.</summary>
    public static string KeyOf(string resource, QuotaPeriod period)
    {
        ArgumentNullException.ThrowIfNull(period);
        return $"{resource}{(period.Kind == QuotaPeriodKind.None ? "" : $":{period}")}{(period.IsCalendar && period.Zone != QuotaPeriod.Utc ? $"@{period.Zone}" : "")}";
    }

    private static string Span(TimeSpan length) => length.Ticks switch
    {
        TimeSpan.TicksPerSecond => "second",
        TimeSpan.TicksPerMinute => "minute",
        TimeSpan.TicksPerHour => "hour",
        TimeSpan.TicksPerDay => "day",
        _ => Numbers.Duration(length),
    };
}

/// <summary>A node of the owner path under one kind and period. Amounts are in the kind's unit.</summary>
public sealed record QuotaRow
{
    /// <summary>The node.</summary>
    public required OwnerPath Owner { get; init; }

    /// <summary>How deep it stands in what is shown, from 1.</summary>
    public required int Level { get; init; }

    /// <summary>How many stand directly below it.</summary>
    public int Children { get; init; }

    /// <summary>True where a rule of this kind and period stands here; a node without one is passed over.</summary>
    public bool HasRule { get; init; }

    /// <summary>True where it has no limit of its own, but what its children lend.</summary>
    public bool IsCohort { get; init; }

    /// <summary>True where it only counts.</summary>
    public bool IsSoft { get; init; }

    /// <summary>True where other values hold at certain hours.</summary>
    public bool HasWindows { get; init; }

    /// <summary>What counts of its subtree; of a node without a rule, of those below it that have one. Null where nobody counts.</summary>
    public decimal? Used { get; init; }

    /// <summary>What it has.</summary>
    public decimal Has { get; init; }

    /// <summary>How far it may go: what it has and what it may borrow; null without bound.</summary>
    public decimal? Cap { get; init; }

    public decimal Borrowed { get; init; }

    public decimal Lent { get; init; }

    public decimal Peak { get; init; }

    public long Refused { get; init; }

    /// <summary>How many wait there and below that ask for the kind.</summary>
    public int Waiting { get; init; }

    /// <summary>How many of them this node's rule keeps waiting.</summary>
    public int Stopped { get; init; }

    /// <summary>What the limits of those directly below it add up to, where that is more than it has.</summary>
    public decimal? Overcommitted { get; init; }

    /// <summary>Where bars of its depth end.</summary>
    public decimal Scale { get; init; }

    /// <summary>What stands in its cells that can be edited.</summary>
    public IReadOnlyDictionary<QuotaField, string> Texts { get; init; } = new Dictionary<QuotaField, string>();

    /// <summary>The node as addresses have it.</summary>
    public string Path => QuotaAnswer.PathOf(Owner);

    /// <summary>What the node is called among its siblings.</summary>
    public string Name => Owner.IsRoot ? "All owners" : Level == 1 ? Owner.ToString() : Owner.Segments[^1];

    /// <summary>The bar in words.</summary>
    public string Words => !HasRule ? $"{Name}: no quota here"
        : $"{Name}: {Numbers.Count(Used ?? 0)} of {Numbers.Count(Has)}{(Borrowed > 0 ? $", {Numbers.Count(Borrowed)} of it borrowed" : "")}{(Lent > 0 ? $", others use {Numbers.Count(Lent)} of it" : "")}";
}

/// <summary>What of a node can be edited in place.</summary>
public enum QuotaField
{
    Limit,
    Borrow,
    Lend,
    Weight,
    Mode,
    LendTo,
    Reclaim,
}

/// <summary>A place where something can be edited.</summary>
/// <param name="Owner">The node.</param>
/// <param name="Choice">The key of the kind and period; empty for the weight, which is one for all.</param>
/// <param name="Field">What of it.</param>
public readonly record struct QuotaPlace(OwnerPath Owner, string Choice, QuotaField Field);

/// <summary>Something typed into a cell.</summary>
/// <param name="Cell">The place.</param>
/// <param name="Text">What was typed.</param>
public sealed record QuotaEdit(QuotaPlace Cell, string Text);
