using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Alerts.Delivery;
using Nexus.Engine.Costs.Months;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Months.Mail;

/// <summary>A schedule as it is sent.</summary>
internal sealed record StatementScheduleBody
{
    private const int MostTo = 20;

    /// <summary>Whose statement.</summary>
    public required string Tenant { get; init; }

    /// <summary>To whom, one address each.</summary>
    public required List<string> To { get; init; }

    /// <summary>When it is sent; when the month is closed unless said.</summary>
    public SendWhen? When { get; init; }

    /// <summary>On which day of the month after it, 1–28.</summary>
    public int? Day { get; init; }

    /// <summary>The IANA zone of that day; UTC unless said.</summary>
    public string? TimeZone { get; init; }

    /// <summary>As a schedule that starts now; what is wrong is named by field.</summary>
    public Result<StatementSchedule> ToSchedule(string id, Instant now)
    {
        Faults faults = new();
        faults.Name("id", id);
        OwnerPath? owner = faults.Owner("$.tenant", Tenant);
        faults.When(owner is { Depth: > 1 }, "$.tenant", "must be a tenant: the first part of an owner path");
        faults.When(To is null or { Count: 0 or > MostTo }, "$.to", $"must have 1 to {MostTo} addresses");
        for (int i = 0; i < Math.Min(To?.Count ?? 0, MostTo); i++)
        {
            faults.When(!MailAddresses.IsOne(To![i]) || To[i].Contains(' ', StringComparison.Ordinal), $"$.to[{i}]", "is not an e-mail address such as finance@example.com");
            faults.When(To.FindIndex(t => string.Equals(t, To[i], StringComparison.OrdinalIgnoreCase)) < i, $"$.to[{i}]", "is named twice");
        }

        SendWhen when = When ?? SendWhen.Closed;
        string zone = TimeZone ?? "UTC";
        if (when == SendWhen.Day)
        {
            faults.When(Day is not (>= 1 and <= StatementSchedule.LastDay), "$.day", $"must be a day of the month from 1 to {StatementSchedule.LastDay}, which every month has");
            faults.When(!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out TimeZoneInfo? found) || !found.HasIanaId, "$.timeZone", $"time zone '{zone}' is not known: name one as IANA does, for example Europe/Berlin");
        }
        else
        {
            faults.When(Day is not null, "$.day", "must be left out: it is sent when the month is closed");
            faults.When(TimeZone is not null, "$.timeZone", "must be left out: it is sent when the month is closed");
        }

        return faults.Problem is { } problem ? problem : new StatementSchedule
        {
            Id = id,
            Tenant = owner!.ToString(),
            To = string.Join(' ', To!),
            When = when,
            Day = when == SendWhen.Day ? Day!.Value : 0,
            TimeZone = zone,
            StartedAt = now.ToDateTimeOffset(),
        };
    }
}

/// <summary>Which statement is sent now.</summary>
internal sealed record SendStatementBody
{
    /// <summary>Of which month; the last that has ended unless said.</summary>
    public string? Month { get; init; }

    /// <summary>Reads the month that is meant.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public Problem? Read(Instant now, out BillingMonth month)
    {
        BillingMonth current = BillingMonth.Of(now);
        month = current.Previous;
        return Month is null ? null
            : !BillingMonth.TryParse(Month, out month) ? Problem.Field("invalid-value", 422, "$.month", "must be a month such as 2026-11")
            : month > current ? Problem.Field("invalid-value", 422, "$.month", $"{month} has not begun") : null;
    }
}
