using System.Globalization;
using Nexus.Engine.Quotas;

namespace Nexus.Dashboard.Features.Quotas;

/// <summary>Other values at certain hours or dates, as they are being typed.</summary>
public sealed class QuotaHours
{
    private const int MinutesOfDay = 24 * 60;

    private QuotaWindowBody _from = new();

    /// <summary>The days of a week as they are written, from Monday.</summary>
    public static IReadOnlyList<string> Week { get; } = [.. Enumerable.Range(1, 7).Select(day => QuotaWindow.NameOf((DayOfWeek)(day % 7)))];

    /// <summary>The days on which they begin; none chosen: every day.</summary>
    public ISet<string> Days { get; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>When they begin, such as <c>18:00</c>; empty: the whole day.</summary>
    public string From { get; set; } = "";

    /// <summary>When they end; before or at the beginning: on the next day.</summary>
    public string To { get; set; } = "";

    /// <summary>The first date, such as <c>2026-12-24</c>; empty: on all.</summary>
    public string FirstDate { get; set; } = "";

    /// <summary>The last date.</summary>
    public string LastDate { get; set; } = "";

    /// <summary>The limit, or what a cohort has beyond what its children lend; empty: as usual.</summary>
    public string Amount { get; set; } = "";

    /// <summary>How far it may borrow; empty: as usual.</summary>
    public string Borrow { get; set; } = "";

    /// <summary>How much it lends; empty: as usual.</summary>
    public string Lend { get; set; } = "";

    /// <summary>Where they stand in a week, as parts of the seven days from Monday; nothing for those with dates.</summary>
    public IEnumerable<(int Day, double From, double To)> InWeek()
    {
        if (FirstDate.Length > 0 || LastDate.Length > 0)
        {
            yield break;
        }

        (int from, int to) = (Minute(From) ?? 0, Minute(To) ?? 0);
        int length = from < to ? to - from : MinutesOfDay - from + to;
        for (int day = 0; day < Week.Count; day++)
        {
            if (Days.Count == 0 || Days.Contains(Week[day]))
            {
                yield return (day, Part(from), Part(Math.Min(from + length, MinutesOfDay)));
                if (from + length > MinutesOfDay)
                {
                    yield return ((day + 1) % Week.Count, 0, Part(from + length - MinutesOfDay));
                }
            }
        }

        static double Part(int minute) => (double)minute / MinutesOfDay;
    }

    internal static QuotaHours Of(QuotaWindowBody window)
    {
        QuotaHours hours = new()
        {
            _from = window,
            From = window.From ?? "",
            To = window.To ?? "",
            FirstDate = window.Dates?.From ?? "",
            LastDate = window.Dates?.To ?? "",
            Amount = (window.Limit ?? window.Extra) is { } amount ? QuotaText.Of(amount) : "",
            Borrow = window.Borrow is { } borrow ? borrow.Amount is { } some ? QuotaText.Of(some) : Bounds.Unlimited : "",
            Lend = window.Lend is { } lend ? lend.Amount is { } part ? QuotaText.Of(part) : Bounds.All : "",
        };
        hours.Days.UnionWith(window.Days ?? []);
        return hours;
    }

    /// <summary>The window, or the first thing that is wrong.</summary>
    /// <param name="isCohort">True where the rule has what its children lend.</param>
    /// <param name="isRate">True where it neither borrows nor lends.</param>
    internal (QuotaWindowBody? Window, string? Wrong) Read(bool isCohort, bool isRate)
    {
        if ((From.Length > 0) != (To.Length > 0))
        {
            return (null, "say when they begin and when they end, or neither for the whole day");
        }

        if ((FirstDate.Length > 0) != (LastDate.Length > 0))
        {
            return (null, "say the first and the last date, or neither");
        }

        QuotaRuleBody values = new() { Resource = "" };
        foreach ((QuotaField field, string text) in ((QuotaField, string)[])[(QuotaField.Limit, Amount), (QuotaField.Borrow, isRate ? "" : Borrow), (QuotaField.Lend, isRate ? "" : Lend)])
        {
            if (text.Trim().Length == 0)
            {
                continue;
            }

            if (!QuotaText.TryEdit(values, field, text, out QuotaRuleBody? edited, out string? reason) || (field == QuotaField.Limit && edited.Limit is null))
            {
                return (null, $"{(field == QuotaField.Limit && isCohort ? "extra" : field.ToString().ToLowerInvariant())} {reason ?? "must be a number"}");
            }

            values = edited;
        }

        return values is { Limit: null, Borrow: null, Lend: null }
            ? (null, "say what else holds then")
            : (_from with
            {
                Days = Days.Count is 0 or 7 ? null : [.. Week.Where(Days.Contains)],
                From = From.Length == 0 ? null : From,
                To = To.Length == 0 ? null : To,
                Dates = FirstDate.Length == 0 ? null : new QuotaDatesBody(FirstDate, LastDate),
                Limit = isCohort ? null : values.Limit,
                Extra = isCohort ? values.Limit : null,
                Borrow = values.Borrow,
                Lend = values.Lend,
            }, null);
    }

    private static int? Minute(string text) => TimeOnly.TryParseExact(text, QuotaDatesBody.Minutes, CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly time) ? (time.Hour * 60) + time.Minute : null;
}
