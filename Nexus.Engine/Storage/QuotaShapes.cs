using System.Text.Json;
using Nexus.Engine.Quotas;

namespace Nexus.Engine.Storage;

/// <summary>Quotas as JSON, in the shapes of the HTTP API; see <see cref="JsonShapes"/>.</summary>
internal static class QuotaShapes
{
    public static void WriteQuota(this Utf8JsonWriter json, string name, QuotaDefinition? quota)
    {
        if (quota is null)
        {
            return;
        }

        json.WriteStartObject(name);
        json.WriteNumber("weight", quota.Weight / (decimal)QuotaDefinition.OneShare);
        json.WriteStartArray("rules");
        foreach (QuotaRule rule in quota.Rules)
        {
            json.WriteRule(rule);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteRule(this Utf8JsonWriter json, QuotaRule rule)
    {
        json.WriteStartObject();
        json.WriteString("resource", rule.Resource);
        json.WriteAmount("limit", rule.Limit);
        json.WriteAmount("extra", rule.Extra);
        json.WriteBound("borrow", rule.Borrow, "unlimited");
        json.WriteBound("lend", rule.Lend, "all");
        json.WriteText("period", rule.Period.Kind == QuotaPeriodKind.None ? null : rule.Period.ToString());
        json.WriteText("timeZone", rule.TimeZone == QuotaPeriod.Utc ? null : rule.TimeZone);
        json.WriteAmount("burst", rule.Burst);
        if (rule.Windows.Count > 0)
        {
            json.WriteStartArray("windows");
            foreach (QuotaWindow window in rule.Windows)
            {
                json.WriteWindow(window);
            }

            json.WriteEndArray();
        }

        json.WriteEnum("mode", rule.Mode);
        if (rule.Reclaim != QuotaReclaim.Any)
        {
            json.WriteEnum("reclaim", rule.Reclaim);
        }

        if (rule.LendTo == QuotaLendTo.All)
        {
            json.WriteString("lendTo", "all");
        }

        if (rule.Adjust is { } adjust)
        {
            json.WriteStartObject("adjust");
            json.WriteEnum("mode", adjust.Mode);
            json.WriteNumber("min", adjust.Min.Units);
            json.WriteNumber("max", adjust.Max.Units);
            json.WriteEndObject();
        }

        if (rule.EnforceAt is { } at)
        {
            json.WriteTime("enforceAt", at);
        }

        json.WriteEndObject();
    }

    private static void WriteWindow(this Utf8JsonWriter json, QuotaWindow window)
    {
        json.WriteStartObject();
        if (window.Days is { } days)
        {
            json.WriteStartArray("days");
            foreach (DayOfWeek day in days)
            {
                json.WriteStringValue(QuotaWindow.NameOf(day));
            }

            json.WriteEndArray();
        }

        json.WriteText("from", window.From?.ToString("HH:mm", null));
        json.WriteText("to", window.To?.ToString("HH:mm", null));
        if (window is { FirstDate: { } first, LastDate: { } last })
        {
            json.WriteStartObject("dates");
            json.WriteString("from", first.ToString("O", null));
            json.WriteString("to", last.ToString("O", null));
            json.WriteEndObject();
        }

        json.WriteAmount("limit", window.Limit);
        json.WriteAmount("extra", window.Extra);
        if (window.Borrow is { } borrow)
        {
            json.WriteBound("borrow", borrow, "unlimited");
        }

        if (window.Lend is { } lend)
        {
            json.WriteBound("lend", lend, "all");
        }

        json.WriteEndObject();
    }

    private static void WriteBound(this Utf8JsonWriter json, string name, QuotaBound bound, string unbounded)
    {
        if (bound.Amount is { } amount)
        {
            json.WriteNumber(name, amount.Units);
        }
        else
        {
            json.WriteString(name, unbounded);
        }
    }
}
