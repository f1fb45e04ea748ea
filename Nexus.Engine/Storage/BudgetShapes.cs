using System.Text.Json;
using Nexus.Engine.Core;
using Nexus.Engine.Costs.Budgets;

namespace Nexus.Engine.Storage;

/// <summary>How budgets look in events as JSON.</summary>
internal static class BudgetShapes
{
    public static void WriteBudget(this Utf8JsonWriter json, string name, BudgetDefinition? budget)
    {
        if (budget is null)
        {
            return;
        }

        json.WriteStartObject(name);
        json.WriteStartObject("scope");
        json.WriteString("owner", budget.Scope.Owner.ToString());
        json.WriteStartObject("labels");
        foreach ((string label, string value) in budget.Scope.Labels)
        {
            json.WriteString(label, value);
        }

        json.WriteEndObject();
        json.WriteStartArray("resources");
        foreach (string resource in budget.Scope.Resources)
        {
            json.WriteStringValue(resource);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteString("amount", budget.Amount.ToString());
        json.WriteString("period", budget.Period.ToString());
        json.WriteString("timeZone", budget.Period.Zone);
        json.WriteBoolean("carryOver", budget.CarryOver);
        json.WriteStartArray("thresholds");
        foreach (BudgetThreshold threshold in budget.Thresholds)
        {
            json.WriteStartObject();
            json.WriteNumber("at", threshold.AtMillionths / (decimal)BudgetThreshold.Whole);
            json.WriteString("action", Name(threshold.Action));
            if (threshold.Notify.Count > 0)
            {
                json.WriteStartArray("notify");
                foreach (string channel in threshold.Notify)
                {
                    json.WriteStringValue(channel);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void WriteRaise(this Utf8JsonWriter json, BudgetRaise raise)
    {
        json.WriteString("amount", raise.Amount.ToString());
        json.WriteTime("until", raise.Until);
        json.WriteString("reason", raise.Reason);
    }

    public static void WritePause(this Utf8JsonWriter json, BudgetPause? pause)
    {
        if (pause is null)
        {
            json.WriteBoolean("paused", false);
            return;
        }

        json.WriteBoolean("paused", true);
        json.WriteTime("until", pause.Until);
        json.WriteString("reason", pause.Reason);
    }

    public static void WriteShortfall(this Utf8JsonWriter json, BudgetShortfall? shortfall)
    {
        if (shortfall is null)
        {
            return;
        }

        json.WriteStartObject("budget");
        json.WriteString("needed", shortfall.Needed.ToString());
        json.WriteString("left", shortfall.Left.ToString());
        if (shortfall.Resets is { } resets)
        {
            json.WriteTime("resets", resets);
        }

        json.WriteText("perHour", shortfall.PerHour?.ToString());
        json.WriteEndObject();
    }

    public static void WriteReached(this Utf8JsonWriter json, BudgetThresholdReached reached)
    {
        json.WriteString("budget", reached.Budget);
        json.WriteNumber("at", reached.AtMillionths / (decimal)BudgetThreshold.Whole);
        json.WriteString("action", Name(reached.Action));
        json.WriteTime("periodStart", reached.Start);
        json.WriteString("amount", reached.Amount.ToString());
        json.WriteString("spent", reached.Spent.ToString());
        json.WriteString("reserved", reached.Reserved.ToString());
    }

    private static string Name(BudgetAction action) => action switch { BudgetAction.Halt => "halt", BudgetAction.Throttle => "throttle", _ => "alert" };
}
