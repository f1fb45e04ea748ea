using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Nexus.Dashboard.Commands.Policies;

/// <summary>When a changed policy is too much worse than the present one: <c>waitSeconds.p95 &gt; +5%</c>, <c>deadlinesMet &lt; -3</c>.</summary>
/// <param name="Figure">The path of a figure in a variant of <c>simulate --json</c>; <c>cost</c> is its amount.</param>
/// <param name="MayNotRise">True where more is worse (<c>&gt;</c>), false where less is (<c>&lt;</c>).</param>
/// <param name="By">By how much it may differ, not negative.</param>
/// <param name="Relative">True where that is a share of the present figure.</param>
internal sealed partial record Condition(string Figure, bool MayNotRise, decimal By, bool Relative)
{
    private const string Cost = "cost";

    /// <summary>Reads a condition.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Condition? condition)
    {
        Match match = Form().Match(text);
        condition = null;
        if (!match.Success || !decimal.TryParse(match.Groups["by"].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal by))
        {
            return false;
        }

        bool relative = match.Groups["percent"].Length > 0;
        condition = new(match.Groups["figure"].Value, match.Groups["sign"].Value == ">", relative ? by / 100 : by, relative);
        return true;
    }

    /// <summary>The option by which conditions are given.</summary>
    public static Option<string[]> Option(string description)
    {
        Option<string[]> option = new("--fail-if") { Description = description, HelpName = "CONDITION" };
        option.Require(value => value is null || value.All(text => TryParse(text, out _)), "FIGURE > +N, FIGURE > +N%, FIGURE < -N or FIGURE < -N%, for example 'waitSeconds.p95 > +5%'");
        return option;
    }

    /// <summary>The conditions that were given.</summary>
    public static IReadOnlyList<Condition> Of(string[]? texts) => [.. (texts ?? []).Select(text => TryParse(text, out Condition? condition) ? condition : null).OfType<Condition>()];

    /// <summary>Looks whether the changed figure is too much worse.</summary>
    /// <param name="variant">The present variant's name.</param>
    /// <param name="present">The figures under the present policy, as <c>simulate --json</c> prints them.</param>
    /// <param name="changed">The figures under the changed one.</param>
    /// <exception cref="CommandException">There is no such figure.</exception>
    public ConditionCheck Check(string variant, JsonElement present, JsonElement changed)
    {
        (decimal before, decimal after) = IsCost && (present.TryGetProperty(Cost, out _) || changed.TryGetProperty(Cost, out _))
            ? (CostOf(present), CostOf(changed))
            : (Find(present), Find(changed));
        decimal allowed = Relative ? Math.Abs(before) * By : By;
        bool worse = MayNotRise ? after > before + allowed : after < before - allowed;
        return new ConditionCheck(this, variant, before, after, !worse);
    }

    /// <summary>As it was given.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Figure} {(MayNotRise ? "> +" : "< -")}{By * (Relative ? 100 : 1):0.######}{(Relative ? "%" : "")}");

    private bool IsCost => Figure is Cost or Cost + ".amount";

    // Where only one of two policies prices anything, the other's work costs nothing.
    private static decimal CostOf(JsonElement variant) =>
        variant.TryGetProperty(Cost, out JsonElement cost) ? decimal.Parse(cost.GetProperty("amount").GetString()!, CultureInfo.InvariantCulture) : 0;

    private decimal Find(JsonElement variant)
    {
        JsonElement at = variant;
        string rest = Figure;
        while (rest.Length > 0)
        {
            // Names of pools and kinds may hold dots: the longest that fits is meant.
            string? step = at.ValueKind != JsonValueKind.Object ? null : at.EnumerateObject().Select(p => p.Name)
                .Where(name => rest == name || rest.StartsWith(name + '.', StringComparison.Ordinal)).MaxBy(name => name.Length);
            if (step is null)
            {
                break;
            }

            at = at.GetProperty(step);
            rest = rest.Length == step.Length ? "" : rest[(step.Length + 1)..];
        }

        return rest.Length == 0 && at.ValueKind == JsonValueKind.Number ? at.GetDecimal()
            : IsCost ? throw CommandException.BadInput("--fail-if: there is no figure 'cost', since nothing has a price: give prices to both policies, or leave the condition out")
            : throw CommandException.BadInput($"--fail-if: there is no figure '{Figure}' in a variant; there are for example waitSeconds.p95, waitSeconds.byPriority.high.mean, deadlinesMet, jain, preemptions, cost");
    }

    [GeneratedRegex(@"^\s*(?<figure>[^\s<>]+)\s*(?<sign>[<>])\s*[+-]?(?<by>\d+(\.\d+)?)\s*(?<percent>%?)\s*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
