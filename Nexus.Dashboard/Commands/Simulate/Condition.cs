using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Nexus.Dashboard.Commands.Simulate;

/// <summary>When a changed policy is too much worse than the present one: <c>waitSeconds.p95 &gt; +5%</c>, <c>deadlinesMet &lt; -3</c>.</summary>
/// <param name="Figure">The path of a figure in a variant of <c>simulate --json</c>.</param>
/// <param name="MayNotRise">True where more is worse (<c>&gt;</c>), false where less is (<c>&lt;</c>).</param>
/// <param name="By">By how much it may differ, not negative.</param>
/// <param name="Relative">True where that is a share of the present figure.</param>
internal sealed partial record Condition(string Figure, bool MayNotRise, decimal By, bool Relative)
{
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

    /// <summary>Says in a sentence that the changed figure is too much worse, or gives null.</summary>
    /// <exception cref="CommandException">There is no such figure.</exception>
    public string? Broken(string variant, JsonElement present, JsonElement changed)
    {
        (decimal before, decimal after) = (Find(present), Find(changed));
        decimal allowed = Relative ? Math.Abs(before) * By : By;
        bool worse = MayNotRise ? after > before + allowed : after < before - allowed;
        return worse
            ? string.Create(CultureInfo.InvariantCulture, $"{variant}: {Figure} is {after} under the changed policy, {before} under the present one: {(MayNotRise ? "more" : "less")} by more than {By * (Relative ? 100 : 1):0.###}{(Relative ? " %" : "")}")
            : null;
    }

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
            : throw CommandException.BadInput($"--fail-if: there is no figure '{Figure}' in a variant; there are for example waitSeconds.p95, waitSeconds.byPriority.high.mean, deadlinesMet, jain, preemptions");
    }

    [GeneratedRegex(@"^\s*(?<figure>[^\s<>]+)\s*(?<sign>[<>])\s*[+-]?(?<by>\d+(\.\d+)?)\s*(?<percent>%?)\s*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
