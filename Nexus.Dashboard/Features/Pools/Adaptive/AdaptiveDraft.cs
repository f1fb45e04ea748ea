using System.Globalization;
using Nexus.Engine.Scheduling.Strategies;
using Nexus.Engine.Scheduling.Strategies.Adaptive;

namespace Nexus.Dashboard.Features.Pools.Adaptive;

/// <summary>What an adaptive pool is to serve and how readily it changes, as it is being typed; see <see cref="PoolDraft"/>.</summary>
internal sealed class AdaptiveDraft(ObjectiveBody? objective, AdaptiveBody? settings)
{
    /// <summary>Weights such as 1 or 0.5; all empty: waits alone.</summary>
    public string Wait { get; set; } = Text(objective?.Wait);

    /// <summary>A weight; empty: it does not count.</summary>
    public string Deadlines { get; set; } = Text(objective?.Deadlines);

    /// <summary>A weight; empty: it does not count.</summary>
    public string Fairness { get; set; } = Text(objective?.Fairness);

    /// <summary>A weight; empty: it does not count.</summary>
    public string Cost { get; set; } = Text(objective?.Cost);

    /// <summary>A share such as 0.05; empty for the default.</summary>
    public string Margin { get; set; } = Text(settings?.Margin);

    /// <summary>A whole number; empty for the default.</summary>
    public string Wins { get; set; } = Text(settings?.Wins);

    /// <summary>A duration; empty for the default.</summary>
    public string Dwell { get; set; } = PoolDraft.Text(settings?.Dwell);

    /// <summary>A whole number; empty for the default.</summary>
    public string SwitchesPerDay { get; set; } = Text(settings?.SwitchesPerDay);

    /// <summary>The rules, the first that holds decides.</summary>
    public List<RuleDraft> Rules { get; } = [.. (settings?.Rules ?? []).Select(r => new RuleDraft(r))];

    /// <summary>As the API would be sent it; null where nothing is said.</summary>
    public ObjectiveBody? ToObjective() => new[] { Wait, Deadlines, Fairness, Cost }.All(t => t.Trim().Length == 0) ? null : new ObjectiveBody(Number(Wait), Number(Deadlines), Number(Fairness), Number(Cost));

    /// <summary>As the API would be sent it; null where nothing is said.</summary>
    public AdaptiveBody? ToSettings() => new[] { Margin, Wins, Dwell, SwitchesPerDay }.All(t => t.Trim().Length == 0) && Rules.Count == 0 ? null
        : new AdaptiveBody(Number(Margin), Whole(Wins), PoolDraft.Span(Dwell), Whole(SwitchesPerDay), Rules.Count == 0 ? null : [.. Rules.Select(r => r.ToBody())]);

    /// <summary>Moves a rule one place up or down.</summary>
    public void Move(RuleDraft rule, int by)
    {
        int at = Rules.IndexOf(rule);
        int to = at + by;
        if (at >= 0 && to >= 0 && to < Rules.Count)
        {
            (Rules[at], Rules[to]) = (Rules[to], Rules[at]);
        }
    }

    internal static string Text(decimal? number) => number?.ToString("0.######", CultureInfo.InvariantCulture) ?? "";

    // What is no number is sent as one that is refused by name.
    internal static decimal? Number(string text) =>
        text.Trim().Length == 0 ? null : decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number) ? number : -1;

    private static string Text(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static int? Whole(string text) => text.Trim().Length == 0 ? null : int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int number) ? number : -1;
}

/// <summary>A rule as it is being typed.</summary>
internal sealed class RuleDraft
{
    /// <summary>It holds above the bound.</summary>
    public const string Above = "above";

    /// <summary>It holds below the bound.</summary>
    public const string Below = "below";

    private const decimal Usual = 0.4m;
    private const string Deadline = "deadline";

    /// <summary>A new one: deadlines first while two of five who wait have one.</summary>
    public RuleDraft()
        : this(new RuleBody(LoadFigure.DeadlineShare, Usual, null, Deadline))
    {
    }

    /// <summary>One that begins as a rule is.</summary>
    public RuleDraft(RuleBody rule) =>
        (Figure, Side, Bound, Strategy) = (rule.Figure ?? LoadFigure.DeadlineShare, rule.Above is null ? Below : Above, AdaptiveDraft.Text(rule.Above ?? rule.Below), rule.Strategy ?? KnownStrategies.Default);

    /// <summary>What is looked at.</summary>
    public LoadFigure Figure { get; set; }

    /// <summary><see cref="Above"/> or <see cref="Below"/> the bound.</summary>
    public string Side { get; set; } = Above;

    /// <summary>A number.</summary>
    public string Bound { get; set; } = "";

    /// <summary>The strategy, by its name in the API.</summary>
    public string Strategy { get; set; } = "";

    /// <summary>As the API would be sent it.</summary>
    public RuleBody ToBody() => AdaptiveDraft.Number(Bound) is var bound && Side == Above ? new RuleBody(Figure, bound, null, Strategy) : new RuleBody(Figure, null, bound, Strategy);
}
