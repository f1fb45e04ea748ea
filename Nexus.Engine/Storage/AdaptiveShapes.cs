using System.Text.Json;
using Nexus.Engine.Core;
using Nexus.Engine.Scheduling.Strategies.Adaptive;

namespace Nexus.Engine.Storage;

/// <summary>What adaptive pools are to serve, and what they learned, as JSON; see <see cref="EventJson"/>.</summary>
internal static class AdaptiveShapes
{
    private const double MillisecondsASecond = 1_000;
    private const int Digits = 2;

    public static void WriteTried(this Utf8JsonWriter json, StrategyTried happened)
    {
        json.WriteString("name", happened.Pool);
        json.WriteTime("from", happened.From);
        json.WriteTime("to", happened.To);
        json.WriteLoad(happened.Load);
        json.WriteStartArray("strategies");
        foreach (StrategyFigures figures in happened.Figures)
        {
            json.WriteStartObject();
            json.WriteString("strategy", figures.Strategy);
            json.WriteNumber("requests", figures.Requests);
            json.WriteNumber("waitSeconds", figures.Requests == 0 ? 0 : Math.Round(figures.Waited / MillisecondsASecond / figures.Requests, Digits));
            json.WriteNumber("deadlines", figures.Deadlines);
            json.WriteNumber("missed", figures.Missed);
            json.WriteNumber("jain", 1 - (figures.Unfair / (decimal)StrategyRule.Million));
            json.WriteNumber("granted", figures.Granted);
            json.WriteString("cost", figures.Cost.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void WriteSwitched(this Utf8JsonWriter json, StrategySwitched happened)
    {
        SwitchEvidence evidence = happened.Evidence;
        json.WriteString("name", happened.Pool);
        json.WriteString("before", happened.Before);
        json.WriteString("after", happened.After);
        json.WriteEnum("cause", evidence.Cause);
        if (evidence.Rule is { } rule)
        {
            json.WriteStartObject("rule");
            json.WriteRule(rule);
            json.WriteEndObject();
        }

        json.WriteLoad(evidence.Load);
        if (evidence is { From: { } from, To: { } to })
        {
            json.WriteStartObject("window");
            json.WriteTime("from", from);
            json.WriteTime("to", to);
            json.WriteEndObject();
            json.WriteStartObject("scores");
            foreach (StrategyScore score in evidence.Scores)
            {
                json.WriteNumber(score.Strategy, Math.Round(score.Value, Digits));
            }

            json.WriteEndObject();
        }

        if (evidence.Cause == SwitchCause.Learned)
        {
            json.WriteNumber("wins", evidence.Wins);
        }
    }

    public static void WriteObjective(this Utf8JsonWriter json, Objective? objective)
    {
        if (objective is not null)
        {
            json.WriteStartObject("objective");
            json.WriteNumber("wait", (decimal)objective.Wait / Objective.One);
            json.WriteNumber("deadlines", (decimal)objective.Deadlines / Objective.One);
            json.WriteNumber("fairness", (decimal)objective.Fairness / Objective.One);
            json.WriteNumber("cost", (decimal)objective.Cost / Objective.One);
            json.WriteEndObject();
        }
    }

    public static void WriteAdaptive(this Utf8JsonWriter json, AdaptiveSettings? settings)
    {
        if (settings is null)
        {
            return;
        }

        json.WriteStartObject("adaptive");
        json.WriteNumber("margin", (decimal)settings.MarginMillionths / StrategyRule.Million);
        json.WriteNumber("wins", settings.Wins);
        json.WriteDuration("dwell", settings.Dwell);
        json.WriteNumber("switchesPerDay", settings.MostSwitches);
        json.WriteStartArray("rules");
        foreach (StrategyRule rule in settings.Rules)
        {
            json.WriteStartObject();
            json.WriteRule(rule);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteRule(this Utf8JsonWriter json, StrategyRule rule)
    {
        json.WriteEnum("figure", rule.Figure);
        json.WriteNumber(rule.Above ? "above" : "below", (decimal)rule.Millionths / StrategyRule.Million);
        json.WriteString("strategy", rule.Strategy);
    }

    private static void WriteLoad(this Utf8JsonWriter json, PoolLoad load)
    {
        json.WriteStartObject("load");
        json.WriteNumber("waiting", (decimal)load.Waiting / PoolLoad.One);
        json.WriteNumber("deadlineShare", (decimal)load.Of(LoadFigure.DeadlineShare) / StrategyRule.Million);
        json.WriteNumber("tenants", load.Tenants);
        json.WriteEndObject();
    }
}
