using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Costs.Explorer;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Months;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Dashboard.Features.Costs;

/// <summary>Costs of a range, grouped.</summary>
/// <param name="From">From when, by the beginning of the lines' charge periods.</param>
/// <param name="To">Until when, that moment excluded.</param>
/// <param name="Total">All of it: the sum of the groups, to the last digit.</param>
/// <param name="Groups">The groups, the dearest first.</param>
/// <param name="Series">The same by steps of time, where an interval was asked for.</param>
/// <param name="Lines">How many lines of the ledger count.</param>
/// <param name="Unpriced">How many of them have no price, and cost nothing.</param>
/// <param name="Scanned">True where lines were read one by one: by a label that was asked for no sums are kept.</param>
internal sealed record CostsAnswer(
    DateTimeOffset From, DateTimeOffset To, MoneyAnswer Total, IReadOnlyList<CostGroupAnswer> Groups, IReadOnlyList<CostPointAnswer>? Series, long Lines, long Unpriced, bool? Scanned)
{
    /// <summary>What pools cost that nobody held; where that was asked for.</summary>
    public IdleAnswer? Idle { get; init; }

    public static CostsAnswer Of(CostQuery query, CostsWithIdle found, string currency)
    {
        (CostReport report, SharedIdle? shares) = (found.Costs, found.Shares);
        Dictionary<string, string>[] keys = [.. report.Groups.Select(g => KeyOf(query, g))];
        string[] names = [.. report.Groups.Select(g => CostFold.KeyOf(query.GroupBy.Select((d, i) => new CostFilter(d, g.Values[i] ?? ""))))];
        Money[] borne = [.. names.Select(n => shares?.Of.GetValueOrDefault(n) ?? Money.Zero)];
        Money[] overhead = [.. names.Select(n => shares?.Overhead.GetValueOrDefault(n) ?? Money.Zero)];
        Money total = borne.Concat(overhead).Aggregate(report.Total.Cost + (shares?.Unborne ?? Money.Zero), static (sum, m) => sum + m);
        List<CostGroupAnswer> groups =
        [
            .. report.Groups.Select((g, i) => new CostGroupAnswer(keys[i], MoneyAnswer.Of(g.Sum.Cost + borne[i] + overhead[i], currency), g.Sum.Lines, ByKind(query) ? g.Sum.Consumed.ToString() : null)
            {
                Idle = shares is null ? null : MoneyAnswer.Of(borne[i], currency),
                Overhead = overhead[i] == Money.Zero ? null : MoneyAnswer.Of(overhead[i], currency),
            }),
            .. shares is { Unborne: var unborne } && unborne != Money.Zero
                ? [new CostGroupAnswer([], MoneyAnswer.Of(unborne, currency), 0, null) { Idle = MoneyAnswer.Of(unborne, currency), Unborne = true }] : (CostGroupAnswer[])[],
        ];
        return new CostsAnswer(
            query.From.ToDateTimeOffset(), query.To.ToDateTimeOffset(), MoneyAnswer.Of(total, currency), groups,
            query.Interval == CostInterval.None ? null : [.. report.Series.Select(p => new CostPointAnswer(p.Start.ToDateTimeOffset(), keys[p.Group], MoneyAnswer.Of(p.Sum.Cost, currency)))],
            report.Total.Lines, report.Unpriced, report.Scanned ? true : null)
        {
            Idle = found.Idle is { } idle ? IdleAnswer.Of(query, idle, currency) : null,
        };
    }

    private static Dictionary<string, string> KeyOf(CostQuery query, CostGroup group)
    {
        Dictionary<string, string> key = new(StringComparer.Ordinal);
        for (int i = 0; i < query.GroupBy.Count; i++)
        {
            if (group.Values[i] is { } value)
            {
                key[query.GroupBy[i].Name] = value;
            }
        }

        return key;
    }

    // What was consumed adds up within one kind alone.
    private static bool ByKind(CostQuery query) => query.GroupBy.Any(d => d.Name == "resource") || query.Filters.Count(f => f.Dimension.Name == "resource") == 1;
}

/// <summary>Costs of one group.</summary>
/// <param name="Key">What its lines have of each dimension; absent where they have nothing.</param>
/// <param name="Cost">What it cost.</param>
/// <param name="Lines">How many lines that are.</param>
/// <param name="Quantity">How much was consumed, in the kind's unit, of what is held in unit-hours; where the lines are of one kind.</param>
internal sealed record CostGroupAnswer(Dictionary<string, string> Key, MoneyAnswer Cost, long Lines, string? Quantity)
{
    /// <summary>What of the cost is its share of idle capacity; where that is shared.</summary>
    public MoneyAnswer? Idle { get; init; }

    /// <summary>What of the cost is its share of what is everybody's, below zero what all others bear of its own; absent where it is nothing.</summary>
    public MoneyAnswer? Overhead { get; init; }

    /// <summary>True for what was idle in pools that nobody used: nobody bears it.</summary>
    public bool? Unborne { get; init; }
}

/// <summary>What pools cost that nobody held.</summary>
/// <param name="Cost">All of it: beside the total where <c>idle</c> is <c>none</c>, else in it.</param>
/// <param name="KnownSince">Since when capacity is known; absent where that is the whole range.</param>
/// <param name="Unpriced">Pools and kinds without a price by the unit-hour: what they cost nobody knows.</param>
/// <param name="Series">The same by steps of time, where an interval was asked for.</param>
internal sealed record IdleAnswer(MoneyAnswer Cost, DateTimeOffset? KnownSince, IReadOnlyList<string>? Unpriced, IReadOnlyList<CostPointAnswer>? Series)
{
    public static IdleAnswer Of(CostQuery query, IdleReport idle, string currency)
    {
        Instant[] steps = query.Interval == CostInterval.None ? [] : [.. CostTime.Steps(query.Interval, query.From, query.To)];
        Money[] costs = steps.Length == 0 ? [] : idle.BySteps(query.Interval, steps);
        return new IdleAnswer(
            MoneyAnswer.Of(idle.Total, currency), idle.KnownSince > query.From ? idle.KnownSince.ToDateTimeOffset() : null, idle.Unpriced.Count == 0 ? null : idle.Unpriced,
            steps.Length == 0 ? null : [.. steps.Zip(costs).Where(s => s.Second != Money.Zero).Select(s => new CostPointAnswer(s.First.ToDateTimeOffset(), [], MoneyAnswer.Of(s.Second, currency)))]);
    }
}

/// <summary>Costs of one group in one step of time.</summary>
/// <param name="Start">When the step begins.</param>
/// <param name="Key">The group.</param>
/// <param name="Cost">What it cost.</param>
internal sealed record CostPointAnswer(DateTimeOffset Start, Dictionary<string, string> Key, MoneyAnswer Cost);

/// <summary>A line of the ledger.</summary>
internal sealed record CostRecordAnswer
{
    /// <summary>Its place in the ledger.</summary>
    public required long Id { get; init; }

    /// <summary><c>usage</c>, <c>minimum</c>, <c>adjustment</c>, <c>credit</c>, <c>discount</c> or <c>tax</c>.</summary>
    public required LineKind Kind { get; init; }

    /// <summary>The beginning of its charge period.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>Its end; the beginning where it is a moment.</summary>
    public required DateTimeOffset End { get; init; }

    public required string Owner { get; init; }

    public required string Resource { get; init; }

    /// <summary>How much: of what is held how much was held all that time.</summary>
    public required Amount Amount { get; init; }

    public string? Pool { get; init; }

    public string? Provider { get; init; }

    public string? Model { get; init; }

    public string? Lane { get; init; }

    /// <summary>By what it is priced; absent: there is no price.</summary>
    public string? Sku { get; init; }

    /// <summary>In how many units it is priced: 1, 1,000 or 1,000,000, of what is held a unit-hour.</summary>
    public string? PricingUnit { get; init; }

    /// <summary>How much, in the pricing unit.</summary>
    public string? PricingQuantity { get; init; }

    /// <summary>The price of a pricing unit.</summary>
    public string? UnitPrice { get; init; }

    /// <summary>True where others, with whom its request shared a grant, paid the minimum of its SKU.</summary>
    public bool? SharesMinimum { get; init; }

    /// <summary>The unit price × the pricing quantity, to the last digit.</summary>
    public required MoneyAnswer Cost { get; init; }

    public string? Request { get; init; }

    public string? LeaseId { get; init; }

    /// <summary>The id of the usage record that reported it.</summary>
    public string? Record { get; init; }

    /// <summary>Of an adjustment that re-rating entered: the id of the line that it corrects, of a charge of several lines of the first.</summary>
    public long? Corrects { get; init; }

    /// <summary>The month in which it is billed, where that of its charge period was closed when it came.</summary>
    public string? BilledIn { get; init; }

    /// <summary>What for, where somebody entered it.</summary>
    public string? Description { get; init; }

    public Dictionary<string, string>? Labels { get; init; }

    public static CostRecordAnswer Of(LedgerRow row, string currency)
    {
        (CostLine line, LedgerEntry entry) = (row.Entry.Line, row.Entry);
        bool priced = line.Sku is not null;
        return new CostRecordAnswer
        {
            Id = row.Place,
            Kind = line.Kind,
            Start = line.From.ToDateTimeOffset(),
            End = line.To.ToDateTimeOffset(),
            Owner = entry.Owner.ToString(),
            Resource = line.Resource,
            Amount = new Amount(line.Thousandths / 1000m),
            Pool = line.Pool,
            Provider = line.Provider,
            Model = line.Model,
            Lane = line.Lane,
            Sku = line.Sku,
            PricingUnit = priced ? NameOf(line.Unit) : null,
            PricingQuantity = priced ? line.Quantity.ToString() : null,
            UnitPrice = priced ? line.UnitPrice.ToString() : null,
            SharesMinimum = line.SharesMinimum ? true : null,
            Cost = MoneyAnswer.Of(line.Cost, currency),
            Request = entry.Request,
            LeaseId = entry.Lease is { } lease ? Lease.IdOf(lease) : null,
            Record = entry.Record,
            Corrects = entry.Corrects,
            BilledIn = entry.Billed is { } billed ? BillingMonth.Of(billed).ToString() : null,
            Description = entry.Note,
            Labels = entry.Labels.Count == 0 ? null : entry.Labels.ToDictionary(l => l.Key, l => l.Value, StringComparer.Ordinal),
        };
    }

    /// <summary>A pricing unit as it is written.</summary>
    public static string NameOf(PricingUnit unit) => unit switch { Engine.Costs.PricingUnit.Thousand => "1000", Engine.Costs.PricingUnit.Million => "1000000", Engine.Costs.PricingUnit.UnitHour => "unitHour", _ => "1" };
}
