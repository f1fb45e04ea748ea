using System.Globalization;
using System.Text;
using Nexus.Dashboard.Features.Budgets;
using Nexus.Dashboard.Features.Simulator;
using Nexus.Dashboard.Shared;
using Nexus.Dashboard.Shared.Changes;
using Nexus.Engine.Simulation;

namespace Nexus.Dashboard.Commands.Policies;

/// <summary>What a change of policy does, in Markdown, for the pull request that asks for it: the verdict first, then figures, who gains and who loses, and how far that can be trusted.</summary>
/// <param name="Changes">What the policy changes.</param>
/// <param name="Comparisons">What came of it, under each strategy that was tried; empty where nothing was replayed.</param>
/// <param name="Replayed">What was replayed, in sentences.</param>
/// <param name="Limits">What the replay leaves out, in sentences.</param>
internal sealed record PolicyReport(IReadOnlyList<PolicyChange> Changes, IReadOnlyList<PolicyComparison> Comparisons, IReadOnlyList<string> Replayed, IReadOnlyList<string> Limits)
{
    private const int MostOwners = 10;
    private const int MostFigures = 60;
    private const int MostChanges = 50;

    /// <summary>In a sentence, whether it may pass.</summary>
    public string Verdict
    {
        get
        {
            (int all, int broken) = (Comparisons.Sum(c => c.Checks.Count), Comparisons.Sum(c => c.Broken.Count()));
            return Changes.Count == 0 && Comparisons.Count == 0 ? "nothing changes"
                : broken > 0 ? $"fails, {(all == 1 ? "the condition does" : string.Create(CultureInfo.InvariantCulture, $"{broken} of {all} conditions {(broken == 1 ? "does" : "do")}"))} not hold"
                : all > 0 ? $"passes, {(all == 1 ? "the condition holds" : string.Create(CultureInfo.InvariantCulture, $"all {all} conditions hold"))}"
                : "no condition was stated";
        }
    }

    /// <summary>Writes it where it was asked for.</summary>
    /// <exception cref="CommandException">It cannot be written there.</exception>
    public async Task WriteAsync(string path, CancellationToken cancellation)
    {
        try
        {
            await File.WriteAllTextAsync(path, ToMarkdown(), cancellation);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw CommandException.BadInput($"--report: {path} cannot be written: {fault.Message}", fault);
        }
    }

    /// <summary>As Markdown.</summary>
    public string ToMarkdown()
    {
        StringBuilder text = new();
        text.Append("## Policy change: ").Append(Verdict).Append("\n\n");
        foreach (PolicyComparison comparison in Comparisons)
        {
            if (Comparisons.Count > 1)
            {
                text.Append("## ").Append(Cell(comparison.Present.Name)).Append("\n\n");
            }

            Summary(text, comparison);
            Conditions(text, comparison);
            Figures(text, comparison);
            Owners(text, comparison);
        }

        ChangesOf(text);
        List(text, "What was replayed", Replayed);
        List(text, "What this does not say", Limits);
        return text.ToString().TrimEnd() + "\n";
    }

    private static void Summary(StringBuilder text, PolicyComparison comparison)
    {
        IReadOnlyList<OwnerOutcome> owners = comparison.Owners();
        (int gain, int lose) = (owners.Count(o => o.Gains), owners.Count(o => o.Loses));
        text.Append(CultureInfo.InvariantCulture, $"{gain} {(gain == 1 ? "owner gains" : "owners gain")}, {lose} {(lose == 1 ? "loses" : "lose")}, {owners.Count - gain - lose} see no difference.\n\n");
    }

    private static void Conditions(StringBuilder text, PolicyComparison comparison)
    {
        if (comparison.Checks.Count == 0)
        {
            return;
        }

        Table(text, ["Condition to fail", "Present", "Changed", "Holds"], "lrrl");
        foreach (ConditionCheck check in comparison.Checks)
        {
            Row(text, $"`{check.Condition}`", Number(check.Before), Number(check.After), check.Holds ? "yes" : "**no**");
        }

        text.Append('\n');
    }

    private static void Figures(StringBuilder text, PolicyComparison comparison)
    {
        Table(text, ["Figure", "Present", "Changed", "Difference"], "lrrl");
        foreach (ComparedRow row in Comparison.Of([comparison.Present, comparison.Changed]).Rows.Take(MostFigures))
        {
            ComparedCell changed = row.Cells[1];
            Row(text, row.What, row.Cells[0].Text, changed.Text, (changed.Difference, changed.Verdict) switch
            {
                (null, Features.Simulator.Verdict.Same) => "the same",
                ({ } by, Features.Simulator.Verdict.Better) => $"{by}, better",
                ({ } by, Features.Simulator.Verdict.Worse) => $"{by}, **worse**",
                (var by, _) => by ?? "–",
            });
        }

        text.Append('\n');
    }

    private static void Owners(StringBuilder text, PolicyComparison comparison)
    {
        IReadOnlyList<OwnerOutcome> owners = comparison.Owners();
        OwnersOf(text, "Who loses", [.. owners.Where(o => o.Loses).Take(MostOwners)], owners.Count(o => o.Loses));
        OwnersOf(text, "Who gains", [.. owners.Where(o => o.Gains).Reverse().Take(MostOwners)], owners.Count(o => o.Gains));
    }

    private static void OwnersOf(StringBuilder text, string title, IReadOnlyList<OwnerOutcome> owners, int all)
    {
        text.Append("### ").Append(title).Append("\n\n");
        if (owners.Count == 0)
        {
            text.Append("Nobody.\n\n");
            return;
        }

        bool priced = owners.Any(o => (o.Before?.Cost ?? o.After?.Cost) is not null);
        Table(text, ["Owner", "Requests", "Wait, 95th percentile", "Refused", "Deadlines met", .. priced ? ["Cost"] : Array.Empty<string>()], "lrrrrr");
        foreach (OwnerOutcome owner in owners)
        {
            string[] cells =
            [
                owner.Owner,
                Count(owner.After?.Requests ?? owner.Before?.Requests ?? 0),
                Both(owner, r => Numbers.Duration(TimeSpan.FromSeconds(r.P95WaitSeconds))),
                Both(owner, r => Count(r.Rejected)),
                Both(owner, r => r.Deadlines == 0 ? "–" : $"{Count(r.DeadlinesMet)} of {Count(r.Deadlines)}"),
                .. priced ? [Both(owner, r => Money(r.Cost))] : Array.Empty<string>(),
            ];
            Row(text, cells);
        }

        text.Append(all > owners.Count ? string.Create(CultureInfo.InvariantCulture, $"\n… and {all - owners.Count} more.\n\n") : "\n");
    }

    private void ChangesOf(StringBuilder text)
    {
        if (Changes.Count == 0)
        {
            return;
        }

        text.Append("### What changes\n\n");
        foreach (PolicyChange change in Changes.Take(MostChanges))
        {
            string fields = string.Join("; ", change.Fields.Select(f => f.Line));
            text.Append("- ").Append(change.Kind.ToString().ToLowerInvariant()).Append(' ').Append(Cell(change.Title)).Append(fields.Length == 0 ? "" : ": " + Cell(fields)).Append('\n');
        }

        text.Append(Changes.Count > MostChanges ? string.Create(CultureInfo.InvariantCulture, $"- … and {Changes.Count - MostChanges} more\n\n") : "\n");
    }

    private static void List(StringBuilder text, string title, IReadOnlyList<string> sentences)
    {
        if (sentences.Count > 0)
        {
            text.Append("### ").Append(title).Append("\n\n");
            foreach (string sentence in sentences)
            {
                text.Append("- ").Append(sentence).Append('\n');
            }

            text.Append('\n');
        }
    }

    private static void Table(StringBuilder text, IReadOnlyList<string> heads, string align)
    {
        text.Append("| ").AppendJoin(" | ", heads).Append(" |\n|");
        for (int i = 0; i < heads.Count; i++)
        {
            text.Append(align[i] == 'r' ? " ---: |" : " --- |");
        }

        text.Append('\n');
    }

    private static void Row(StringBuilder text, params IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells.Select(Cell)).Append(" |\n");

    // Names are somebody's: they begin no column and no line.
    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace('\n', ' ').Replace('\r', ' ');

    private static string Both(OwnerOutcome owner, Func<OwnerReport, string> of) =>
        (owner.Before is { } before ? of(before) : "–", owner.After is { } after ? of(after) : "–") is var (was, becomes) && was == becomes ? was : $"{was} → {becomes}";

    private static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Number(decimal value) => value.ToString("#,0.######", CultureInfo.InvariantCulture);

    private static string Money(CostFigure? cost) => cost is null ? "–" : BudgetMoney.Full(cost.ToMoney(), cost.Currency);
}
