using System.Globalization;
using System.Text.Json.Serialization;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Costs;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Rerating;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Prices;

/// <summary>Which range of the ledger is rated anew.</summary>
internal sealed record RerateBody
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366 * 30);

    /// <summary>From when, by the beginning of the lines' charge periods.</summary>
    [JsonConverter(typeof(MomentConverter))]
    public required DateTimeOffset From { get; init; }

    /// <summary>Until when, that moment excluded.</summary>
    [JsonConverter(typeof(MomentConverter))]
    public required DateTimeOffset To { get; init; }

    /// <summary>Only lines that pass: <c>KEY:VALUE</c>, with the keys of <c>GET /costs</c>; of several of one key one suffices.</summary>
    public List<string>? Filter { get; init; }

    /// <summary>Checks what is written.</summary>
    public Result<CostQuery> ToQuery()
    {
        Faults faults = new();
        faults.When(From >= To, "$.from", "must be earlier than to");
        faults.When(To - From > Longest, "$.from", "must be at most 30 years before to");
        faults.When(Filter is { Count: > CostsQuery.MostFilters }, "$.filter", $"must have at most {CostsQuery.MostFilters}");
        List<CostFilter> filters = [];
        foreach ((int i, string text) in (Filter ?? []).Index())
        {
            if (text is not null && CostsQuery.FilterOf(text) is { } filter)
            {
                filters.Add(filter);
            }
            else
            {
                faults.Add(string.Create(CultureInfo.InvariantCulture, $"$.filter[{i}]"), CostsQuery.WrongFilter(text ?? ""));
            }
        }

        return faults.Problem is { } problem ? problem : new CostQuery(Instant.From(From), Instant.From(To)) { Filters = filters };
    }
}

/// <summary>What rating a range anew comes to.</summary>
internal sealed record RerateAnswer
{
    // A page shows some; the sum is that of all.
    private const int MostOwners = 1_000;

    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset To { get; init; }

    /// <summary>What the range cost.</summary>
    public required MoneyAnswer Before { get; init; }

    /// <summary>What it costs with the adjustments.</summary>
    public required MoneyAnswer After { get; init; }

    /// <summary>By how much that is more, or negative less.</summary>
    public required MoneyAnswer Difference { get; init; }

    /// <summary>How many charges were looked at.</summary>
    public required long Charges { get; init; }

    /// <summary>How many of them are corrected.</summary>
    public required long Corrected { get; init; }

    /// <summary>How many adjustments that takes.</summary>
    public required long Adjustments { get; init; }

    /// <summary>How many charges have no price by the book.</summary>
    public required long Unpriced { get; init; }

    /// <summary>Those whose cost changes, the largest change first; 1,000 at most.</summary>
    public required IReadOnlyList<RerateOwnerAnswer> Owners { get; init; }

    /// <summary>How many owners are left out; absent where all are there.</summary>
    public int? OwnersLeft { get; init; }

    /// <summary>The version of the price book by which it was rated, for <c>If-Match</c>.</summary>
    public required long Version { get; init; }

    public static RerateAnswer Of(CostQuery query, RerateReport report, string currency) => new()
    {
        From = query.From.ToDateTimeOffset(),
        To = query.To.ToDateTimeOffset(),
        Before = MoneyAnswer.Of(report.Before, currency),
        After = MoneyAnswer.Of(report.After, currency),
        Difference = MoneyAnswer.Of(report.After - report.Before, currency),
        Charges = report.Charges,
        Corrected = report.Corrected,
        Adjustments = report.Lines,
        Unpriced = report.Unpriced,
        Owners = [.. report.Owners.Take(MostOwners).Select(o => new RerateOwnerAnswer(o.Owner.ToString(), MoneyAnswer.Of(o.Before, currency), MoneyAnswer.Of(o.After, currency), MoneyAnswer.Of(o.After - o.Before, currency)))],
        OwnersLeft = report.Owners.Count > MostOwners ? report.Owners.Count - MostOwners : null,
        Version = report.Version,
    };
}

/// <summary>What rating anew changes for an owner.</summary>
/// <param name="Owner">The owner.</param>
/// <param name="Before">What those of its charges cost that are corrected.</param>
/// <param name="After">What they cost with the adjustments.</param>
/// <param name="Difference">By how much that is more, or negative less.</param>
internal sealed record RerateOwnerAnswer(string Owner, MoneyAnswer Before, MoneyAnswer After, MoneyAnswer Difference);
