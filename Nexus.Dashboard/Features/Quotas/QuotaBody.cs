using System.Text.Json.Serialization;
using Nexus.Dashboard.Api;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Quotas;

/// <summary>What an operator sets for a node of the owner path: the whole of it, what is not given goes to its default.</summary>
internal sealed record QuotaBody
{
    /// <summary>Its fair share among its siblings: 1 unless given; 0 only what nobody else wants.</summary>
    public Amount? Weight { get; init; }

    public List<QuotaRuleBody>? Rules { get; init; }

    /// <summary>What is set, as an operator would write it.</summary>
    public static QuotaBody Of(QuotaDefinition quota) => new()
    {
        Weight = new Amount(quota.Weight / (decimal)QuotaDefinition.OneShare),
        Rules = [.. quota.Rules.Select(QuotaRuleBody.Of)],
    };

    /// <summary>What an answer says is set; null where nothing is.</summary>
    public static QuotaBody? Of(QuotaAnswer? answer) => answer is null ? null : new() { Weight = answer.Weight, Rules = [.. answer.Rules] };

    /// <summary>Checks what is written; what it means together with other rules is the engine's to say.</summary>
    public Result<QuotaDefinition> ToDefinition(OwnerPath owner)
    {
        Faults faults = new();
        int weight = QuotaDefinition.OneShare;
        if (Weight is { } given)
        {
            string? fault = null;
            bool valid = given.TryUsed(out Quantity share, out fault) && share.Thousandths <= QuotaDefinition.MostWeight;
            faults.When(!valid, "$.weight", fault ?? "must be 0 to 1,000,000");
            weight = valid ? (int)share.Thousandths : weight;
        }

        faults.When(Rules is { Count: > QuotaDefinition.MostRules }, "$.rules", $"must have at most {QuotaDefinition.MostRules} rules");
        List<QuotaRule> rules = [];
        for (int i = 0; i < Rules?.Count; i++)
        {
            if (Rules[i] is null)
            {
                faults.Add($"$.rules[{i}]", "must be a rule");
            }
            else if (Rules[i].ToRule($"$.rules[{i}]", faults) is { } rule)
            {
                rules.Add(rule);
            }
        }

        return faults.Problem is { } problem ? problem : new QuotaDefinition(owner, weight, rules);
    }
}

/// <summary>What a node may use of one kind.</summary>
internal record QuotaRuleBody
{
    public required string Resource { get; init; }

    /// <summary>What its whole subtree may use. Or <c>extra</c>.</summary>
    public Amount? Limit { get; init; }

    /// <summary>Without a limit: what it has beyond what its children lend it, 0 included.</summary>
    public Amount? Extra { get; init; }

    /// <summary>How far above its limit it may go where others lend; 0 unless given.</summary>
    public BorrowBody? Borrow { get; init; }

    /// <summary>How much of what it has others may use; all unless given. The rest is guaranteed to it.</summary>
    public LendBody? Lend { get; init; }

    /// <summary><c>minute</c>, <c>hour</c>, <c>day</c>, <c>week</c>, <c>month</c>, <c>rolling:DURATION</c> or <c>rate:DURATION</c>; without it what is held at the moment.</summary>
    public string? Period { get; init; }

    /// <summary>The IANA time zone of a calendar period and of the windows; UTC unless given.</summary>
    public string? TimeZone { get; init; }

    /// <summary>The most that a rate's bucket holds; the limit unless given.</summary>
    public Amount? Burst { get; init; }

    /// <summary>Other values at certain hours or dates.</summary>
    public IReadOnlyList<QuotaWindowBody>? Windows { get; init; }

    /// <summary><c>hard</c> refuses, <c>soft</c> only counts.</summary>
    public QuotaMode Mode { get; init; }

    /// <summary><c>all</c>: also grants that cannot be preempted may use what it lends.</summary>
    public string? LendTo { get; init; }

    /// <summary>From whom what it lent is taken back: <c>any</c>, <c>lowerPriority</c> or <c>never</c>.</summary>
    public QuotaReclaim Reclaim { get; init; }

    /// <summary>The bounds within which the limit follows what is used.</summary>
    public AdjustBody? Adjust { get; init; }

    /// <summary>From when on what is held above the limit is taken back, at once where it has passed; never unless given.</summary>
    [JsonConverter(typeof(MomentConverter))]
    public DateTimeOffset? EnforceAt { get; init; }

    public static QuotaRuleBody Of(QuotaRule rule) => new()
    {
        Resource = rule.Resource,
        Limit = rule.Limit is { } limit ? (Amount)limit : null,
        Extra = rule.Extra is { } extra ? (Amount)extra : null,
        Borrow = BorrowBody.Of(rule.Borrow),
        Lend = LendBody.Of(rule.Lend),
        Period = rule.Period.Kind == QuotaPeriodKind.None ? null : rule.Period.ToString(),
        TimeZone = rule.TimeZone == QuotaPeriod.Utc ? null : rule.TimeZone,
        Burst = rule.Burst is { } burst ? (Amount)burst : null,
        Windows = rule.Windows.Count == 0 ? null : [.. rule.Windows.Select(QuotaWindowBody.Of)],
        Mode = rule.Mode,
        LendTo = rule.LendTo == QuotaLendTo.All ? "all" : null,
        Reclaim = rule.Reclaim,
        Adjust = rule.Adjust is { } adjust ? new AdjustBody(adjust.Mode, (Amount)adjust.Min, (Amount)adjust.Max) : null,
        EnforceAt = rule.EnforceAt?.ToDateTimeOffset(),
    };

    public QuotaRule? ToRule(string path, Faults faults)
    {
        faults.Kind($"{path}.resource", Resource);
        faults.When(LendTo is not (null or "all"), $"{path}.lendTo", "must be all; leave it out for preemptible grants alone");
        if (!QuotaPeriod.TryParse(Period, TimeZone, out QuotaPeriod? period, out string? reason))
        {
            faults.Add(reason.StartsWith("time zone", StringComparison.Ordinal) ? $"{path}.timeZone" : $"{path}.period", reason);
        }

        Quantity? limit = Read(Limit, $"{path}.limit", faults);
        Quantity? extra = Read(Extra, $"{path}.extra", faults);
        Quantity? burst = Read(Burst, $"{path}.burst", faults);
        QuotaBound borrow = Read(Borrow, $"{path}.borrow", faults) ?? QuotaBound.Nothing;
        QuotaBound lend = Read(Lend, $"{path}.lend", faults) ?? QuotaBound.Unbounded;
        QuotaAdjustment? adjust = Adjust is { } bounds ? new(bounds.Mode, Read(bounds.Min, $"{path}.adjust.min", faults)!.Value, Read(bounds.Max, $"{path}.adjust.max", faults)!.Value) : null;
        List<QuotaWindow> windows = [];
        for (int i = 0; i < Windows?.Count; i++)
        {
            if (Windows[i] is null)
            {
                faults.Add($"{path}.windows[{i}]", "must be a window");
            }
            else if (Windows[i].ToWindow($"{path}.windows[{i}]", faults) is { } window)
            {
                windows.Add(window);
            }
        }

        return period is null ? null : new QuotaRule(Resource)
        {
            Limit = limit,
            Extra = extra,
            Borrow = borrow,
            Lend = lend,
            Period = period,
            TimeZone = TimeZone ?? QuotaPeriod.Utc,
            Burst = burst,
            Windows = windows,
            Mode = Mode,
            Reclaim = Reclaim,
            LendTo = LendTo is null ? QuotaLendTo.Preemptible : QuotaLendTo.All,
            Adjust = adjust,
            EnforceAt = EnforceAt is { } at ? Instant.From(at) : null,
        };
    }

    internal static Quantity? Read(Amount? amount, string path, Faults faults)
    {
        if (amount is not { } given)
        {
            return null;
        }

        if (!given.TryUsed(out Quantity quantity, out string? fault))
        {
            faults.Add(path, fault!);
        }

        return quantity;
    }

    internal static QuotaBound? Read(BorrowBody? bound, string path, Faults faults) =>
        bound is not { } given ? null : given.Amount is null ? QuotaBound.Unbounded : QuotaBound.Of(Read(given.Amount, path, faults)!.Value);

    internal static QuotaBound? Read(LendBody? bound, string path, Faults faults) =>
        bound is not { } given ? null : given.Amount is null ? QuotaBound.Unbounded : QuotaBound.Of(Read(given.Amount, path, faults)!.Value);
}

/// <summary>The bounds within which a limit follows what is used under it.</summary>
/// <param name="Mode"><c>offer</c>: changes are proposed; <c>apply</c>: they are made.</param>
/// <param name="Min">The lowest limit.</param>
/// <param name="Max">The highest limit.</param>
internal sealed record AdjustBody([property: JsonRequired] QuotaAdjustMode Mode, [property: JsonRequired] Amount Min, [property: JsonRequired] Amount Max);

/// <summary>Other values at certain hours or dates, in the rule's time zone. What it does not state stays as the rule has it.</summary>
internal sealed record QuotaWindowBody
{
    /// <summary>The days on which it starts: <c>mon</c> … <c>sun</c>; every day unless given.</summary>
    public IReadOnlyList<string>? Days { get; init; }

    /// <summary>When it starts, such as <c>18:00</c>; the whole day unless given.</summary>
    public string? From { get; init; }

    /// <summary>When it ends; before or at <c>from</c> on the next day.</summary>
    public string? To { get; init; }

    /// <summary>The first and last date on which it starts; a window with dates goes before one without.</summary>
    public QuotaDatesBody? Dates { get; init; }

    public Amount? Limit { get; init; }

    public Amount? Extra { get; init; }

    public BorrowBody? Borrow { get; init; }

    public LendBody? Lend { get; init; }

    public static QuotaWindowBody Of(QuotaWindow window) => new()
    {
        Days = window.Days?.Select(QuotaWindow.NameOf).ToArray(),
        From = window.From?.ToString(QuotaDatesBody.Minutes, null),
        To = window.To?.ToString(QuotaDatesBody.Minutes, null),
        Dates = window is { FirstDate: { } first, LastDate: { } last } ? new QuotaDatesBody(first.ToString(QuotaDatesBody.Days, null), last.ToString(QuotaDatesBody.Days, null)) : null,
        Limit = window.Limit is { } limit ? (Amount)limit : null,
        Extra = window.Extra is { } extra ? (Amount)extra : null,
        Borrow = window.Borrow is { } borrow ? BorrowBody.Of(borrow) : null,
        Lend = window.Lend is { } lend ? LendBody.Of(lend) : null,
    };

    public QuotaWindow? ToWindow(string path, Faults faults)
    {
        DayOfWeek?[]? days = Days?.Select(QuotaWindow.DayOf).ToArray();
        faults.When(days?.Contains(null) == true, $"{path}.days", "must be of mon, tue, wed, thu, fri, sat, sun");
        return new QuotaWindow(
            days?.OfType<DayOfWeek>().ToArray(), Minute(From, $"{path}.from", faults), Minute(To, $"{path}.to", faults),
            Date(Dates?.From, $"{path}.dates.from", faults), Date(Dates?.To, $"{path}.dates.to", faults))
        {
            Limit = QuotaRuleBody.Read(Limit, $"{path}.limit", faults),
            Extra = QuotaRuleBody.Read(Extra, $"{path}.extra", faults),
            Borrow = QuotaRuleBody.Read(Borrow, $"{path}.borrow", faults),
            Lend = QuotaRuleBody.Read(Lend, $"{path}.lend", faults),
        };
    }

    private static TimeOnly? Minute(string? text, string path, Faults faults)
    {
        if (text is null || TimeOnly.TryParseExact(text, QuotaDatesBody.Minutes, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out TimeOnly minute))
        {
            return text is null ? null : TimeOnly.ParseExact(text, QuotaDatesBody.Minutes, System.Globalization.CultureInfo.InvariantCulture);
        }

        faults.Add(path, "must be a time of the day such as 18:00");
        return minute;
    }

    private static DateOnly? Date(string? text, string path, Faults faults)
    {
        if (text is null)
        {
            return null;
        }

        if (!DateOnly.TryParseExact(text, QuotaDatesBody.Days, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out DateOnly date))
        {
            faults.Add(path, "must be a date such as 2026-12-24");
        }

        return date;
    }
}

/// <summary>A range of dates, both included.</summary>
internal sealed record QuotaDatesBody(string From, string To)
{
    internal const string Minutes = "HH:mm";
    internal const string Days = "yyyy-MM-dd";
}
