using Nexus.Engine.Costs.Months;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Months.Mail;

/// <summary>When the statement of a month is sent.</summary>
internal enum SendWhen
{
    /// <summary>As soon as the month is closed: what is sent stays as it is.</summary>
    Closed = 0,

    /// <summary>On a day of the month after it, closed or not.</summary>
    Day = 1,
}

/// <summary>A tenant's statement, sent by e-mail for each month.</summary>
internal sealed record StatementSchedule
{
    /// <summary>The hour of the day at which one is sent that is sent on a day.</summary>
    public const int Hour = 8;

    /// <summary>The last day of a month that every month has.</summary>
    public const int LastDay = 28;

    // What was due longer ago, while the program did not run, nobody waits for any more.
    private const int MostMonthsBack = 24;

    public string Id { get; init; } = "";

    public string Tenant { get; init; } = "";

    /// <summary>To whom, separated by spaces.</summary>
    public string To { get; init; } = "";

    public SendWhen When { get; init; }

    /// <summary>On which day, 1–28, where it is sent on a day.</summary>
    public int Day { get; init; }

    /// <summary>The IANA zone of that day.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>What was due before is not sent.</summary>
    public DateTimeOffset StartedAt { get; init; }

    public string CreatedBy { get; init; } = "";

    /// <summary>Counts the changes.</summary>
    public long Version { get; init; }

    /// <summary>The tenant as a path.</summary>
    public OwnerPath Owner => OwnerPath.Parse(Tenant);

    /// <summary>The addresses, one by one.</summary>
    public IReadOnlyList<string> Addresses => To.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>When the statement of a month is sent; null: when it is closed, which it is not.</summary>
    public DateTimeOffset? DueAt(BillingMonth month, ClosedMonths closed)
    {
        if (When == SendWhen.Closed)
        {
            return closed.Find(month)?.At.ToDateTimeOffset();
        }

        DateTimeOffset end = month.End.ToDateTimeOffset();
        DateTime local = new(end.Year, end.Month, Day, Hour, 0, 0, DateTimeKind.Unspecified);
        DateTimeOffset at = new(local, TimeZoneInfo.FindSystemTimeZoneById(TimeZone).GetUtcOffset(local));

        // East of Greenwich the first day begins while the month, which is one of UTC, still runs.
        return at > end ? at.ToUniversalTime() : end;
    }

    /// <summary>The months whose statements are due, the earliest first, sent or not.</summary>
    public IEnumerable<BillingMonth> DueMonths(ClosedMonths closed, Instant now)
    {
        BillingMonth current = BillingMonth.Of(now);
        return Enumerable.Range(1, MostMonthsBack).Select(back => new BillingMonth(current.Number - back)).Where(m => DueAt(m, closed) is { } at && at >= StartedAt && at <= now.ToDateTimeOffset()).Reverse();
    }

    /// <summary>The month whose statement is sent next by itself.</summary>
    public BillingMonth NextMonth(ClosedMonths closed, Instant now)
    {
        BillingMonth current = BillingMonth.Of(now);
        return DueAt(current.Previous, closed) is { } at && at <= now.ToDateTimeOffset() ? current : current.Previous;
    }
}
