using System.Globalization;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Months.Mail;

namespace Nexus.Dashboard.Features.Months.Pages;

/// <summary>A schedule of statements as it is being typed.</summary>
public sealed class StatementScheduleDraft
{
    /// <summary>Its name; the tenant's and, where that is taken, a number unless typed.</summary>
    public string Name { get; set; } = "";

    public string Tenant { get; set; } = "";

    /// <summary>Addresses, separated by commas or spaces.</summary>
    public string To { get; set; } = "";

    /// <summary>True where it is sent on a day of the month; false: when the month is closed.</summary>
    public bool OnDay { get; set; }

    public string Day { get; set; } = "3";

    public string TimeZone { get; set; } = "UTC";

    /// <summary>True where a schedule of that name is there: the name stays.</summary>
    public bool Exists { get; private init; }

    /// <summary>What is wrong, by field.</summary>
    public IReadOnlyDictionary<string, string> Faults { get; private set; } = new Dictionary<string, string>();

    /// <summary>What is wrong with no field of its own.</summary>
    public string? Wrong { get; private set; }

    /// <summary>True where there is enough to try it.</summary>
    public bool IsComplete => Tenant.Trim().Length > 0 && To.Trim().Length > 0;

    /// <summary>What is wrong with a field; null: nothing.</summary>
    public string? Fault(string field) => Faults.FirstOrDefault(f => f.Key == field || f.Key.StartsWith($"{field}[", StringComparison.Ordinal)).Value;

    /// <summary>One that is there.</summary>
    internal static StatementScheduleDraft Of(StatementSchedule schedule) => new()
    {
        Name = schedule.Id, Tenant = schedule.Tenant, To = string.Join(", ", schedule.Addresses), OnDay = schedule.When == SendWhen.Day,
        Day = schedule.When == SendWhen.Day ? schedule.Day.ToString(CultureInfo.InvariantCulture) : "3", TimeZone = schedule.TimeZone, Exists = true,
    };

    /// <summary>As it is sent.</summary>
    internal StatementScheduleBody Body() => new()
    {
        Tenant = Tenant.Trim(),
        To = [.. To.Split([',', ' ', ';'], StringSplitOptions.RemoveEmptyEntries)],
        When = OnDay ? SendWhen.Day : SendWhen.Closed,
        Day = !OnDay ? null : int.TryParse(Day.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int day) ? day : 0,
        TimeZone = OnDay ? TimeZone.Trim() : null,
    };

    /// <summary>Takes in why it could not be saved; null: it was.</summary>
    internal void Take(Problem? problem)
    {
        Faults = problem?.Errors?.ToDictionary(e => e.Key.TrimStart('$', '.'), e => string.Join("; ", e.Value), StringComparer.Ordinal) ?? [];
        Wrong = problem is null || Faults.Keys.Any(k => k is "tenant" or "day" or "timeZone" || k.StartsWith("to", StringComparison.Ordinal)) ? null : problem.Detail;
    }
}
