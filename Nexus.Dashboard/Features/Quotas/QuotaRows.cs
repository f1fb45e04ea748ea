using Nexus.Dashboard.Api;
using Nexus.Dashboard.Shared;
using Nexus.Engine.Hosting;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Quotas;

/// <summary>The nodes of one kind and period as rows of a tree: those with a rule, those that have nothing but a weight, and whoever stands above them.</summary>
internal static class QuotaRows
{
    private const decimal Near = 0.9m;
    private const decimal Thousand = 1000m;

    /// <summary>The kinds and periods that have rules, by name.</summary>
    public static IReadOnlyList<QuotaChoice> Choices(IReadOnlyList<QuotaShown> nodes)
    {
        ILookup<(string Resource, QuotaPeriod Period), (OwnerPath Owner, QuotaRule Rule, QuotaFigures Figures)> rules = nodes
            .SelectMany(n => n.State.Definition.Rules.Zip(n.Figures, (rule, figures) => (n.State.Owner, Rule: rule, Figures: figures)))
            .ToLookup(r => (r.Rule.Resource, r.Rule.Period));
        return
        [
            .. rules.OrderBy(r => r.Key.Resource, StringComparer.Ordinal).ThenBy(r => QuotaChoice.KeyOf(r.Key.Resource, r.Key.Period), StringComparer.Ordinal).Select(r =>
            {
                HashSet<OwnerPath> owners = [.. r.Select(n => n.Owner)];
                var tops = r.Where(n => n.Owner.IsRoot || !n.Owner.Parent.SelfAndParents().Append(OwnerPath.Root).Any(owners.Contains)).ToArray();
                decimal has = tops.Sum(n => n.Figures.Has / Thousand);
                return new QuotaChoice(r.Key.Resource, r.Key.Period, has == 0 ? null : (double)(tops.Sum(n => n.Figures.Used / Thousand) / has), Worst(r.Select(n => Signal(n.Figures))));
            }),
        ];
    }

    /// <summary>The rows of a choice.</summary>
    /// <param name="nodes">What is set within the top.</param>
    /// <param name="choice">The kind and period.</param>
    /// <param name="top">Where the tree begins: its row is always there.</param>
    /// <param name="waits">Who waits for the kind.</param>
    public static IReadOnlyList<QuotaRow> Of(IReadOnlyList<QuotaShown> nodes, QuotaChoice choice, OwnerPath top, QuotaWaits waits)
    {
        Dictionary<OwnerPath, QuotaShown> set = nodes.ToDictionary(n => n.State.Owner);
        HashSet<OwnerPath> owners = [top];
        foreach (QuotaShown node in nodes.Where(n => n.State.Definition.Rules.Count == 0 || RuleOf(n, choice) is not null))
        {
            owners.UnionWith(node.State.Owner.SelfAndParents().TakeWhile(o => o.IsWithin(top)));
        }

        ILookup<OwnerPath, OwnerPath> below = owners.Where(o => o != top).ToLookup(o => o.Parent);
        List<QuotaRow> rows = [];
        Add(top, 1);
        Dictionary<int, decimal> scales = rows.GroupBy(r => r.Level).ToDictionary(g => g.Key, g => g.Max(r => Math.Max(Math.Max(r.Has, r.Used ?? 0), r.Cap ?? 0)));
        return [.. rows.Select(r => r with { Scale = scales[r.Level] })];

        decimal? Add(OwnerPath owner, int level)
        {
            OwnerPath[] children = [.. below[owner].OrderBy(o => o.ToString(), StringComparer.Ordinal)];
            int at = rows.Count;
            rows.Add(Row(set.GetValueOrDefault(owner), choice, owner, waits) with { Level = level, Children = children.Length });
            decimal? sum = null;
            foreach (OwnerPath child in children)
            {
                sum = Add(child, level + 1) is { } used ? (sum ?? 0) + used : sum;
            }

            decimal limits = children.Sum(c => set.GetValueOrDefault(c) is { } node && RuleOf(node, choice) is ({ } rule, _) ? (rule.Limit ?? rule.Extra ?? Quantity.Zero).Units : 0);
            QuotaRow row = rows[at];
            rows[at] = row = row with { Used = row.HasRule ? row.Used : sum, Overcommitted = row is { HasRule: true, IsCohort: false } && !choice.IsRate && limits > row.Has ? limits : null };
            return row.Used;
        }
    }

    /// <summary>How a node stands: red where nothing is left of what it may use, amber from nine tenths of it.</summary>
    public static Signal Signal(QuotaFigures figures) =>
        Cap(figures) is not { } cap || figures.Used == 0 ? Shared.Signal.Ok
        : figures.Used / Thousand >= cap ? Shared.Signal.Bad
        : figures.Used / Thousand >= cap * Near ? Shared.Signal.Warning
        : Shared.Signal.Ok;

    private static Signal Worst(IEnumerable<Signal> states)
    {
        Signal[] all = [.. states];
        return Array.Find([Shared.Signal.Bad, Shared.Signal.Warning], all.Contains) is var worst && all.Contains(worst) ? worst : Shared.Signal.Ok;
    }

    private static QuotaRow Row(QuotaShown? node, QuotaChoice choice, OwnerPath owner, QuotaWaits waits)
    {
        QuotaRow row = new()
        {
            Owner = owner,
            Level = 1,
            Waiting = waits.Waiting.GetValueOrDefault(owner),
            Texts = new Dictionary<QuotaField, string> { [QuotaField.Weight] = QuotaText.Of(new Amount((node?.State.Definition.Weight ?? QuotaDefinition.OneShare) / Thousand)) },
        };
        if (node is null || RuleOf(node, choice) is not ({ } rule, var figures))
        {
            return row;
        }

        QuotaRuleBody body = QuotaRuleAnswer.Of(rule, figures);
        return row with
        {
            HasRule = true,
            IsCohort = rule.Limit is null,
            IsSoft = rule.Mode == QuotaMode.Soft,
            HasWindows = rule.Windows.Count > 0,
            Used = figures.Used / Thousand,
            Has = figures.Has / Thousand,
            Cap = Cap(figures),
            Borrowed = figures.Borrowed / Thousand,
            Lent = figures.Lent / Thousand,
            Peak = figures.Peak / Thousand,
            Refused = figures.Rejections,
            Stopped = waits.Stopped.GetValueOrDefault(owner),
            Texts = Enum.GetValues<QuotaField>().ToDictionary(f => f, f => f == QuotaField.Weight ? row.Texts[f] : QuotaText.Of(body, f)),
        };
    }

    private static decimal? Cap(QuotaFigures figures) => figures.Borrow.Amount is { } borrow ? (figures.Has / Thousand) + borrow.Units : null;

    private static (QuotaRule Rule, QuotaFigures Figures)? RuleOf(QuotaShown node, QuotaChoice choice)
    {
        for (int i = 0; i < node.State.Definition.Rules.Count; i++)
        {
            if (node.State.Definition.Rules[i] is var rule && rule.Resource == choice.Resource && rule.Period == choice.Period)
            {
                return (rule, node.Figures[i]);
            }
        }

        return null;
    }
}
