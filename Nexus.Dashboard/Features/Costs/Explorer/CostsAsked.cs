using System.Globalization;
using Nexus.Dashboard.Api;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Costs.Explorer;

/// <summary>What the page of costs shows: as its address says it.</summary>
/// <param name="From">From when.</param>
/// <param name="To">Until when, that moment excluded.</param>
/// <param name="GroupBy">By what: one or two dimensions, the second within the first.</param>
/// <param name="Filters">What counts.</param>
/// <param name="Interval">The steps of the chart.</param>
/// <param name="Idle">Who bears what pools cost that nobody held.</param>
/// <param name="Compare">With what it is compared.</param>
public sealed record CostsAsked(Instant From, Instant To, IReadOnlyList<CostDimension> GroupBy, IReadOnlyList<CostFilter> Filters, CostInterval Interval, IdleSharing Idle, CostCompare Compare)
{
    /// <summary>How many dimensions the table shows one within the other.</summary>
    public const int MostDimensions = 2;

    /// <summary>By what costs are grouped unless something else is asked for.</summary>
    public const string DefaultGroups = "tenant,workflow";

    // A chart of more columns is not read.
    private const int MostSteps = 400;
    private static readonly TimeSpan ByHour = TimeSpan.FromDays(2);
    private static readonly TimeSpan ByDay = TimeSpan.FromDays(92);
    private static readonly TimeSpan ByWeek = TimeSpan.FromDays(366);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366 * 30);

    /// <summary>True where the address names no range: it ends now, and moves with it.</summary>
    public bool EndsNow { get; private init; }

    /// <summary>True where it is a calendar month's part, from its first day on.</summary>
    public bool IsThisMonth { get; private init; }

    /// <summary>The question to the ledger, with more dimensions than are shown.</summary>
    public CostQuery Query(Instant from, Instant to, IReadOnlyList<CostDimension> by) => new(from, to) { GroupBy = by, Filters = Filters, Interval = Interval };

    /// <summary>Reads an address.</summary>
    /// <param name="address">Its parameters.</param>
    /// <param name="now">Engine time.</param>
    /// <param name="span">How long a range ends now where the address names none; null: from the first of the month.</param>
    /// <returns>What is asked for, or what cannot be.</returns>
    internal static Result<CostsAsked> Read(CostsAddress address, Instant now, TimeSpan? span)
    {
        Instant month = FirstOfMonth(now);
        Instant? to = null;
        if ((Moment(address.From, "from", out Instant? from) ?? Moment(address.To, "to", out to)) is { } wrong)
        {
            return wrong;
        }

        Instant end = to ?? now;
        Instant start = from ?? (to is { } until ? FirstOfMonth(until - TimeSpan.FromMilliseconds(1)) : span is { } length ? now - length : month);
        if (start >= end)
        {
            // In the first moment of a month nothing has happened in it yet.
            if (from is not null || to is not null)
            {
                return Problem.Field("invalid-value", 422, "from", "must be earlier than to");
            }

            start = end - TimeSpan.FromMilliseconds(1);
        }

        if (end - start > Longest)
        {
            return Problem.Field("invalid-value", 422, "from", "must be at most 30 years before to");
        }

        List<CostDimension> groupBy = [];
        List<CostFilter> filters = [];
        if ((CostsQuery.GroupsOf([address.GroupBy is { Length: > 0 } by ? by : DefaultGroups], groupBy) ?? CostsQuery.FiltersOf(address.Filters.Where(f => f.Length > 0), filters)) is { } unknown)
        {
            return unknown;
        }

        if (groupBy.Count is 0 or > MostDimensions)
        {
            return Problem.Field("invalid-value", 422, "groupBy", "must name one or two dimensions");
        }

        CostInterval interval = end - start <= ByHour ? CostInterval.Hour : end - start <= ByDay ? CostInterval.Day : end - start <= ByWeek ? CostInterval.Week : CostInterval.Month;
        if (address.Interval is { Length: > 0 } step)
        {
            if (!CostsQuery.TryInterval(step, out interval))
            {
                return Problem.Field("invalid-value", 422, "interval", "must be hour, day, week or month");
            }

            if (CostTime.Steps(interval, start, end).Skip(MostSteps).Any())
            {
                return Problem.Field("invalid-value", 422, "interval", $"'{step}' makes more than {MostSteps} columns of this range");
            }
        }

        return !TryName(address.Idle, IdleSharing.None, out IdleSharing idle) ? Problem.Field("invalid-value", 422, "idle", "must be none, even, proportional or weighted")
            : !TryName(address.Compare, CostCompare.Weekdays, out CostCompare compare) ? Problem.Field("invalid-value", 422, "compare", "must be weekdays, previous, month or none")
            : new CostsAsked(start, end, groupBy, filters, interval, idle, compare) { EndsNow = to is null, IsThisMonth = to is null && start == month };
    }

    /// <summary>Reads a name of an enumeration; null is its first.</summary>
    public static bool TryName<T>(string? text, T otherwise, out T value)
        where T : struct, Enum
    {
        value = otherwise;
        return string.IsNullOrEmpty(text) || (Enum.TryParse(text, ignoreCase: true, out value) && Enum.IsDefined(value) && !char.IsAsciiDigit(text[0]));
    }

    private static Instant FirstOfMonth(Instant at) => CostSteps.Of(CostInterval.Month, at);

    private static Problem? Moment(string? text, string name, out Instant? moment)
    {
        moment = null;
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        // A day alone is its beginning in UTC.
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at))
        {
            return Problem.Field("invalid-value", 422, name, $"'{text}' is no time such as 2026-11-01 or 2026-11-01T08:00Z");
        }

        moment = Instant.From(at);
        return null;
    }
}

/// <summary>The parameters of the page's address.</summary>
internal sealed record CostsAddress
{
    public string? From { get; init; }

    public string? To { get; init; }

    public string? GroupBy { get; init; }

    public IReadOnlyList<string> Filters { get; init; } = [];

    public string? Interval { get; init; }

    public string? Idle { get; init; }

    public string? Compare { get; init; }
}
