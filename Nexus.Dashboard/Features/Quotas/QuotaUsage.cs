using System.Globalization;
using System.Text;
using Nexus.Dashboard.Api;
using Nexus.Engine.Hosting;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Quotas;

/// <summary>What owners had and used: a line for each node and rule.</summary>
/// <param name="From">From when peaks and refusals count; absent: since each rule was set.</param>
/// <param name="To">The moment of all other figures.</param>
/// <param name="Items">The lines, by node and in the order of its rules.</param>
internal sealed record QuotaUsageAnswer(DateTimeOffset? From, DateTimeOffset To, IReadOnlyList<QuotaUsage> Items)
{
    private static readonly string[] Head =
        ["owner", "resource", "period", "timeZone", "mode", "limit", "has", "used", "utilization", "borrowed", "lent", "peak", "rejections", "waiting", "stopped"];

    /// <summary>The lines of some nodes.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="waits">Who waits for a kind, and whom its quotas of a period keep waiting.</param>
    public static IReadOnlyList<QuotaUsage> Lines(IReadOnlyList<QuotaShown> nodes, Func<string, QuotaPeriod, QuotaWaits> waits)
    {
        Dictionary<(string, QuotaPeriod), QuotaWaits> known = [];
        List<QuotaUsage> lines = [];
        foreach (QuotaShown node in nodes)
        {
            foreach ((QuotaRule rule, QuotaFigures figures) in node.State.Definition.Rules.Zip(node.Figures))
            {
                if (!known.TryGetValue((rule.Resource, rule.Period), out QuotaWaits? waiting))
                {
                    known.Add((rule.Resource, rule.Period), waiting = waits(rule.Resource, rule.Period));
                }

                lines.Add(QuotaUsage.Of(node.State.Owner, rule, figures, waiting));
            }
        }

        return lines;
    }

    /// <summary>The same as CSV (RFC 4180) with a head; what is absent is empty.</summary>
    public string ToCsv()
    {
        StringBuilder text = new();
        text.AppendJoin(',', Head).Append(Csv.LineEnd);
        foreach (QuotaUsage line in Items)
        {
            text.AppendJoin(',', line.Cells().Select(Csv.Text)).Append(Csv.LineEnd);
        }

        return text.ToString();
    }
}

/// <summary>What a node had of a kind and period, and what was used of it.</summary>
internal sealed record QuotaUsage
{
    public required string Owner { get; init; }

    public required string Resource { get; init; }

    /// <summary>The period; absent where what is held at the moment counts.</summary>
    public string? Period { get; init; }

    /// <summary>The time zone of a calendar period.</summary>
    public string? TimeZone { get; init; }

    public required QuotaMode Mode { get; init; }

    /// <summary>The limit of the rule, other hours aside; absent for a cohort.</summary>
    public Amount? Limit { get; init; }

    /// <summary>What the node has at that moment: its limit, or what its children lend and its extra; of a rate the burst.</summary>
    public required Amount Has { get; init; }

    /// <summary>What counts of the whole subtree, of a period in the one that runs; of a rate what the bucket lacks to be full.</summary>
    public required Amount Used { get; init; }

    /// <summary>What is used of what the node has; absent where it has nothing.</summary>
    public Amount? Utilization { get; init; }

    /// <summary>What is used above what the node has.</summary>
    public required Amount Borrowed { get; init; }

    /// <summary>What others use of what the node lends.</summary>
    public required Amount Lent { get; init; }

    /// <summary>The most that counted at once.</summary>
    public required Amount Peak { get; init; }

    /// <summary>How many requests and extensions it was the lowest rule to refuse.</summary>
    public required long Rejections { get; init; }

    /// <summary>How many wait there and below that ask for the kind.</summary>
    public required int Waiting { get; init; }

    /// <summary>How many of them this rule stops.</summary>
    public required int Stopped { get; init; }

    public static QuotaUsage Of(OwnerPath owner, QuotaRule rule, QuotaFigures figures, QuotaWaits waits) => new()
    {
        Owner = QuotaAnswer.PathOf(owner),
        Resource = rule.Resource,
        Period = rule.Period.Kind == QuotaPeriodKind.None ? null : rule.Period.ToString(),
        TimeZone = rule.Period.IsCalendar ? rule.Period.Zone : null,
        Mode = rule.Mode,
        Limit = rule.Limit is { } limit ? (Amount)limit : null,
        Has = Units(figures.Has),
        Used = Units(figures.Used),
        Utilization = figures.Utilization is { } utilization ? new Amount(utilization) : null,
        Borrowed = Units(figures.Borrowed),
        Lent = Units(figures.Lent),
        Peak = Units(figures.Peak),
        Rejections = figures.Rejections,
        Waiting = waits.Waiting.GetValueOrDefault(owner),
        Stopped = waits.Stopped.GetValueOrDefault(owner),
    };

    /// <summary>The cells of its line.</summary>
    public IEnumerable<string> Cells() =>
    [
        Owner, Resource, Period ?? "", TimeZone ?? "", Mode == QuotaMode.Hard ? "hard" : "soft", Number(Limit), Number(Has), Number(Used), Number(Utilization), Number(Borrowed), Number(Lent),
        Number(Peak), Rejections.ToString(CultureInfo.InvariantCulture), Waiting.ToString(CultureInfo.InvariantCulture), Stopped.ToString(CultureInfo.InvariantCulture),
    ];

    private static Amount Units(long thousandths) => new(thousandths / 1000m);

    private static string Number(Amount? amount) => amount?.Value.ToString("0.######", CultureInfo.InvariantCulture) ?? "";
}
