using Nexus.Dashboard.Api;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Quotas;

/// <summary>A rule as it is being typed: text until it is read, so that what is wrong can be said where it stands.</summary>
public sealed class QuotaEntry
{
    public const string Rolling = "rolling";
    public const string Rate = "rate";
    public const string Offer = "offer";
    public const string Apply = "apply";

    private QuotaRuleBody? _from;

    /// <summary>True where a rule that is set is being changed: its node, kind and period stay.</summary>
    public bool IsSet => _from is not null;

    /// <summary>The node: a path, or nothing for the whole system.</summary>
    public string Owner { get; set; } = "";

    public string Resource { get; set; } = "gpu";

    /// <summary>True for a cohort, which has what its children lend and <see cref="Amount"/> beyond.</summary>
    public bool IsCohort { get; set; }

    /// <summary>The limit, or what a cohort has beyond what its children lend.</summary>
    public string Amount { get; set; } = "";

    public string Borrow { get; set; } = "0";

    public string Lend { get; set; } = Bounds.All;

    /// <summary>Empty, a calendar period, <see cref="Rolling"/> or <see cref="Rate"/>.</summary>
    public string Period { get; set; } = "";

    /// <summary>How long a rolling window is, or a rate's time.</summary>
    public string Length { get; set; } = "PT1M";

    public string TimeZone { get; set; } = QuotaPeriod.Utc;

    public string Burst { get; set; } = "";

    public bool IsSoft { get; set; }

    /// <summary>True where also grants that cannot be preempted may use what it lends.</summary>
    public bool LendsToAll { get; set; }

    /// <summary>From whom what it lent is taken back: <c>any</c>, <c>lowerPriority</c> or <c>never</c>.</summary>
    public string Reclaim { get; set; } = QuotaText.FromAny;

    /// <summary>Whether the limit follows its use: <c>no</c>, <see cref="Offer"/> or <see cref="Apply"/>.</summary>
    public string Adjust { get; set; } = "no";

    /// <summary>The lowest that it may become.</summary>
    public string AdjustMin { get; set; } = "";

    /// <summary>The highest that it may become.</summary>
    public string AdjustMax { get; set; } = "";

    /// <summary>True where a limit can follow its use: there is one, and its use can be looked at.</summary>
    public bool CanAdjust => !IsCohort && Period is not (Rate or "minute");

    /// <summary>Other values at certain hours.</summary>
    public IList<QuotaHours> Hours { get; } = [];

    /// <summary>True for one of the calendar's periods.</summary>
    public bool IsCalendar => Period is not ("" or Rolling or Rate);

    /// <summary>True where it matters in which zone the clock is read.</summary>
    public bool HasZone => IsCalendar || Hours.Count > 0;

    /// <summary>A rule that is set, to be changed.</summary>
    internal static QuotaEntry Of(OwnerPath owner, QuotaRuleBody rule)
    {
        string[] period = (rule.Period ?? "").Split(':', 2);
        QuotaEntry entry = new()
        {
            _from = rule,
            Owner = owner.IsRoot ? "" : owner.ToString(),
            Resource = rule.Resource,
            IsCohort = rule.Limit is null,
            Amount = (rule.Limit ?? rule.Extra) is { } amount ? QuotaText.Of(amount) : "",
            Borrow = QuotaText.Of(rule, QuotaField.Borrow),
            Lend = QuotaText.Of(rule, QuotaField.Lend),
            Period = period[0],
            Length = period.ElementAtOrDefault(1) ?? "",
            TimeZone = rule.TimeZone ?? QuotaPeriod.Utc,
            Burst = rule.Burst is { } burst ? QuotaText.Of(burst) : "",
            IsSoft = rule.Mode == QuotaMode.Soft,
            LendsToAll = rule.LendTo is not null,
            Reclaim = QuotaText.Of(rule, QuotaField.Reclaim),
            Adjust = rule.Adjust is not { } adjust ? "no" : adjust.Mode == QuotaAdjustMode.Apply ? Apply : Offer,
            AdjustMin = rule.Adjust is { } low ? QuotaText.Of(low.Min) : "",
            AdjustMax = rule.Adjust is { } high ? QuotaText.Of(high.Max) : "",
        };
        foreach (QuotaWindowBody window in rule.Windows ?? [])
        {
            entry.Hours.Add(QuotaHours.Of(window));
        }

        return entry;
    }

    /// <summary>The rule and its node, or the first thing that is wrong.</summary>
    internal (OwnerPath? Owner, QuotaRuleBody? Rule, string? Wrong) Read()
    {
        if (!OwnerPath.TryParseOrRoot(Owner.Trim(), out OwnerPath? owner, out string? reason))
        {
            return (null, null, $"Owner: {reason}");
        }

        if (!QuotaText.TryNumber(Amount.Trim(), out Amount? amount, out reason))
        {
            return (owner, null, Amount.Trim().Length == 0 ? "Say how much" : $"{(IsCohort ? "Extra" : "Limit")}: {reason}");
        }

        Amount? burst = null;
        if (Period == Rate && Burst.Trim().Length > 0 && !QuotaText.TryNumber(Burst.Trim(), out burst, out reason))
        {
            return (owner, null, $"Burst: {reason}");
        }

        (AdjustBody? adjust, reason) = ReadAdjust();
        if (reason is not null)
        {
            return (owner, null, reason);
        }

        // What cannot be typed here stays as it was set.
        QuotaRuleBody rule = (_from ?? new QuotaRuleBody { Resource = Resource }) with
        {
            Resource = Resource,
            Limit = IsCohort ? null : amount,
            Extra = IsCohort ? amount : null,
            Period = Period switch { "" => null, Rolling or Rate => $"{Period}:{Length.Trim()}", var calendar => calendar },
            TimeZone = HasZone && TimeZone.Trim() is { Length: > 0 } zone && zone != QuotaPeriod.Utc ? zone : null,
            Burst = burst,
            Mode = IsSoft ? QuotaMode.Soft : QuotaMode.Hard,
            Adjust = adjust,
            EnforceAt = IsCohort || IsSoft || _from?.Limit != amount ? null : _from?.EnforceAt,
        };
        (QuotaField Field, string Text)[] shared = Period == Rate ? []
            : [(QuotaField.Borrow, Borrow), (QuotaField.Lend, Lend), (QuotaField.LendTo, LendsToAll ? Bounds.All : ""), (QuotaField.Reclaim, Reclaim)];
        foreach ((QuotaField field, string text) in shared)
        {
            if (!QuotaText.TryEdit(rule, field, text, out QuotaRuleBody? edited, out reason))
            {
                return (owner, null, $"{field}: {reason}");
            }

            rule = edited;
        }

        List<QuotaWindowBody> windows = [];
        foreach (QuotaHours hours in Hours)
        {
            (QuotaWindowBody? window, reason) = hours.Read(IsCohort, Period == Rate);
            if (window is null)
            {
                return (owner, null, $"Hours {windows.Count + 1}: {reason}");
            }

            windows.Add(window);
        }

        return (owner, rule with { Windows = windows.Count == 0 ? null : windows }, null);
    }

    private (AdjustBody? Adjust, string? Wrong) ReadAdjust() =>
        !CanAdjust || Adjust is not (Offer or Apply) ? (null, null)
        : !QuotaText.TryNumber(AdjustMin.Trim(), out Amount? min, out string? reason) ? (null, AdjustMin.Trim().Length == 0 ? "Say how low it may become" : $"Not below: {reason}")
        : !QuotaText.TryNumber(AdjustMax.Trim(), out Amount? max, out reason) ? (null, AdjustMax.Trim().Length == 0 ? "Say how high it may become" : $"Not above: {reason}")
        : min.Value.Value > max.Value.Value ? (null, "What it must not fall below is more than what it must not rise above")
        : (new AdjustBody(Adjust == Apply ? QuotaAdjustMode.Apply : QuotaAdjustMode.Offer, min.Value, max.Value), null);
}
