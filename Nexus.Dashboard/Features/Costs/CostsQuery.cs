using Nexus.Dashboard.Api;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Costs;

/// <summary>A question about costs as a query string has it.</summary>
internal static class CostsQuery
{
    private const int MostDimensions = 8;
    /// <summary>How many filters are taken.</summary>
    public const int MostFilters = 100;
    private static readonly TimeSpan Usual = TimeSpan.FromDays(30);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366 * 30);

    /// <summary>Reads <c>from</c>, <c>to</c>, <c>groupBy</c>, <c>filter</c> and <c>interval</c>: the last thirty days unless given.</summary>
    /// <returns>What is wrong with them, or null.</returns>
    public static Problem? Read(HttpContext http, Instant now, out CostQuery query)
    {
        query = new CostQuery(now - Usual, now);
        DateTimeOffset? to = null;
        if ((http.TimeOf("from", out DateTimeOffset? from) ?? http.TimeOf("to", out to)) is { } wrong)
        {
            return wrong;
        }

        Instant end = to is { } until ? Instant.From(until) : now;
        Instant start = from is { } since ? Instant.From(since) : end - Usual;
        if (start >= end || end - start > Longest)
        {
            return Problem.Field("invalid-value", 422, "from", start >= end ? "must be earlier than to" : "must be at most 30 years before to");
        }

        List<CostDimension> groupBy = [];
        List<CostFilter> filters = [];
        if ((GroupsOf(Texts(http, "groupBy"), groupBy) ?? FiltersOf(Texts(http, "filter"), filters)) is { } unknown)
        {
            return unknown;
        }

        CostInterval interval = CostInterval.None;
        if (http.Request.Query["interval"].FirstOrDefault() is { } step && !TryInterval(step, out interval))
        {
            return Problem.Field("invalid-value", 422, "interval", "must be hour, day, week or month");
        }

        query = new CostQuery(start, end) { GroupBy = groupBy, Filters = filters, Interval = interval };
        return null;
    }

    /// <summary>Reads dimensions, separated by commas.</summary>
    /// <returns>What is wrong with them, or null.</returns>
    public static Problem? GroupsOf(IEnumerable<string> texts, List<CostDimension> groupBy)
    {
        foreach (string name in texts.SelectMany(t => t.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        {
            if (!CostDimension.TryParse(name, out CostDimension? dimension) || groupBy.Contains(dimension) || groupBy.Count == MostDimensions)
            {
                return Problem.Field("invalid-value", 422, "groupBy", dimension is null ? $"'{name}' is none of {CostDimension.Known}" : groupBy.Count == MostDimensions ? $"must name at most {MostDimensions}" : $"names '{name}' twice");
            }

            groupBy.Add(dimension);
        }

        return null;
    }

    /// <summary>Reads filters, KEY:VALUE each.</summary>
    /// <returns>What is wrong with them, or null.</returns>
    public static Problem? FiltersOf(IEnumerable<string> texts, List<CostFilter> filters)
    {
        foreach (string text in texts)
        {
            if (FilterOf(text) is not { } filter || filters.Count == MostFilters)
            {
                return Problem.Field("invalid-value", 422, "filter", WrongFilter(text));
            }

            filters.Add(filter);
        }

        return null;
    }

    /// <summary>Reads <c>idle</c>: null where it is not given, and nothing is said of idle capacity.</summary>
    public static Problem? IdleOf(HttpContext http, out IdleSharing? idle)
    {
        idle = null;
        if (http.Request.Query["idle"].FirstOrDefault() is not { } text)
        {
            return null;
        }

        bool known = Enum.TryParse(text, ignoreCase: true, out IdleSharing rule) && Enum.IsDefined(rule) && !char.IsAsciiDigit(text[0]);
        idle = known ? rule : null;
        return known ? null : Problem.Field("invalid-value", 422, "idle", "must be none, even, proportional or weighted");
    }

    /// <summary>Reads the name of an interval.</summary>
    public static bool TryInterval(string text, out CostInterval interval) =>
        Enum.TryParse(text, ignoreCase: true, out interval) && interval != CostInterval.None && Enum.IsDefined(interval) && !char.IsAsciiDigit(text[0]);

    /// <summary>Reads <c>KEY:VALUE</c>; null where it is none.</summary>
    public static CostFilter? FilterOf(string text)
    {
        // A label's name comes before its value: label:NAME:VALUE.
        int colon = text.IndexOf(':', text.StartsWith("label:", StringComparison.Ordinal) ? "label:".Length : 0);
        return colon >= 0 && CostDimension.TryParse(text[..colon], out CostDimension? dimension) ? new CostFilter(dimension, text[(colon + 1)..]) : null;
    }

    /// <summary>What is wrong with a text that is no filter.</summary>
    public static string WrongFilter(string text) => $"'{text}' must be KEY:VALUE, with a KEY of {CostDimension.Known}";

    private static IEnumerable<string> Texts(HttpContext http, string name) => http.Request.Query[name].OfType<string>().Where(t => t.Length > 0);
}
