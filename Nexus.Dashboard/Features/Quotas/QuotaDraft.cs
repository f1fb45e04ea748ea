using System.Text.Json;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Shared.Changes;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Quotas;

/// <summary>What was typed on the page and not yet applied, laid over what is set: cells, a rule to add, rules to remove, nodes from a file.</summary>
internal sealed class QuotaDraft
{
    private readonly Dictionary<QuotaPlace, string> _cells = [];
    private readonly HashSet<(OwnerPath Owner, string Choice)> _removed = [];
    private readonly Dictionary<OwnerPath, QuotaBody> _nodes = [];

    /// <summary>What was typed into cells.</summary>
    public IReadOnlyDictionary<QuotaPlace, string> Cells => _cells;

    /// <summary>The rule to add, and where.</summary>
    public (OwnerPath Owner, QuotaRuleBody Rule)? Added { get; set; }

    /// <summary>From when on what is held above a lowered limit is taken back; null: never.</summary>
    public DateTimeOffset? EnforceAt { get; set; }

    /// <summary>The nodes that it concerns, by path.</summary>
    public IReadOnlyList<OwnerPath> Owners =>
        [.. _cells.Keys.Select(c => c.Owner).Concat(_removed.Select(r => r.Owner)).Concat(_nodes.Keys).Concat(Added is { } added ? [added.Owner] : []).Distinct().OrderBy(o => o.ToString(), StringComparer.Ordinal)];

    /// <summary>True where nothing was typed.</summary>
    public bool IsEmpty => _cells.Count == 0 && _removed.Count == 0 && _nodes.Count == 0 && Added is null;

    /// <summary>Takes what was typed into a cell; what is typed back to how it is counts as nothing.</summary>
    public void Edit(QuotaEdit edit, string? was)
    {
        if (edit.Text.Trim() == was)
        {
            _cells.Remove(edit.Cell);
        }
        else
        {
            _cells[edit.Cell] = edit.Text;
        }
    }

    /// <summary>Takes a rule away, or leaves it after all.</summary>
    public void ToggleRemoved(OwnerPath owner, string choice)
    {
        if (!_removed.Remove((owner, choice)))
        {
            _removed.Add((owner, choice));
        }
    }

    /// <summary>True where a rule is to be taken away.</summary>
    public bool Removes(OwnerPath owner, string choice) => _removed.Contains((owner, choice));

    /// <summary>Takes nodes from a file: each replaces what is set there, others stay.</summary>
    public void Replace(IReadOnlyDictionary<OwnerPath, QuotaBody> nodes)
    {
        _nodes.Clear();
        foreach ((OwnerPath owner, QuotaBody body) in nodes)
        {
            _nodes.Add(owner, body);
        }
    }

    public void Clear()
    {
        _cells.Clear();
        _removed.Clear();
        _nodes.Clear();
        (Added, EnforceAt) = (null, null);
    }

    /// <summary>What it changes of what is set now, node by node; what is wrong in a cell is said by it.</summary>
    public QuotaChanges Over(IReadOnlyList<QuotaAnswer> now)
    {
        Dictionary<string, QuotaAnswer> set = now.ToDictionary(n => n.Owner, StringComparer.Ordinal);
        Dictionary<QuotaPlace, string> faults = [];
        List<QuotaChange> changes = [];
        List<QuotaExcess> excesses = [];
        foreach (OwnerPath owner in Owners)
        {
            QuotaAnswer? answer = set.GetValueOrDefault(QuotaAnswer.PathOf(owner));
            QuotaBody? before = QuotaBody.Of(answer);
            QuotaBody after = Edited(owner, _nodes.GetValueOrDefault(owner) ?? before ?? new QuotaBody(), faults);
            after = after with { Rules = [.. (after.Rules ?? []).Select(r => Enforced(owner, r, answer, excesses))] };
            QuotaBody? wanted = after.Rules is { Count: > 0 } || (after.Weight ?? One) != One ? after : null;
            if (QuotaDiff.Of(owner, before, wanted) is { Count: > 0 } fields)
            {
                changes.Add(new QuotaChange(owner, before, wanted, answer?.Version, fields));
            }
        }

        return new QuotaChanges(changes, faults) { Excesses = excesses };
    }

    // Of what is used more than is allowed then, it can be chosen that it is taken back.
    private QuotaRuleBody Enforced(OwnerPath owner, QuotaRuleBody rule, QuotaAnswer? answer, List<QuotaExcess> excesses)
    {
        QuotaRuleAnswer? now = answer?.Rules.FirstOrDefault(r => QuotaDiff.KeyOf(r) == QuotaDiff.KeyOf(rule));
        if (now is null || rule is not { Period: null, Mode: QuotaMode.Hard, Limit: { } limit } || (rule.Borrow is { } bound && bound.Amount is null)
            || (rule.Limit == now.Limit && rule.Borrow == now.Borrow) || now.Used.Value <= limit.Value + (rule.Borrow?.Amount?.Value ?? 0))
        {
            return rule;
        }

        excesses.Add(new QuotaExcess(owner, rule.Resource, now.Used.Value - limit.Value - (rule.Borrow?.Amount?.Value ?? 0)));
        return rule with { EnforceAt = EnforceAt ?? rule.EnforceAt };
    }

    private static Amount One => new(1);

    private QuotaBody Edited(OwnerPath owner, QuotaBody body, Dictionary<QuotaPlace, string> faults)
    {
        List<QuotaRuleBody> rules = [.. (body.Rules ?? []).Where(r => !_removed.Contains((owner, QuotaDiff.KeyOf(r))))];
        foreach ((QuotaPlace cell, string text) in _cells.Where(c => c.Key.Owner == owner))
        {
            if (cell.Field == QuotaField.Weight)
            {
                bool read = QuotaText.TryNumber(text.Trim(), out Amount? weight, out string? wrong);
                faults.AddIf(!read, cell, wrong);
                body = read ? body with { Weight = weight } : body;
            }
            else if (rules.FindIndex(r => QuotaDiff.KeyOf(r) == cell.Choice) is var at and >= 0)
            {
                bool read = QuotaText.TryEdit(rules[at], cell.Field, text, out QuotaRuleBody? edited, out string? wrong);
                faults.AddIf(!read, cell, wrong);
                rules[at] = edited ?? rules[at];
            }
        }

        if (Added is { } added && added.Owner == owner)
        {
            rules.RemoveAll(r => QuotaDiff.KeyOf(r) == QuotaDiff.KeyOf(added.Rule));
            rules.Add(added.Rule);
        }

        return body with { Rules = rules };
    }
}

/// <summary>What a draft changes.</summary>
/// <param name="Nodes">Node by node.</param>
/// <param name="Faults">What is wrong in which cell.</param>
internal sealed record QuotaChanges(IReadOnlyList<QuotaChange> Nodes, IReadOnlyDictionary<QuotaPlace, string> Faults)
{
    public static QuotaChanges None { get; } = new([], new Dictionary<QuotaPlace, string>());

    /// <summary>Where more is used than is allowed then.</summary>
    public IReadOnlyList<QuotaExcess> Excesses { get; init; } = [];

    /// <summary>All fields.</summary>
    public IReadOnlyList<FieldChange> Fields => [.. Nodes.SelectMany(n => n.Fields)];
}

/// <summary>More is used than a lowered limit allows.</summary>
/// <param name="Owner">The node.</param>
/// <param name="Resource">The kind.</param>
/// <param name="Over">How much more.</param>
public sealed record QuotaExcess(OwnerPath Owner, string Resource, decimal Over);

/// <summary>A node's change.</summary>
/// <param name="Owner">The node.</param>
/// <param name="Before">What is set; null: nothing.</param>
/// <param name="After">What would be; null: nothing.</param>
/// <param name="Version">Of what is set; null: nothing is.</param>
/// <param name="Fields">What differs.</param>
internal sealed record QuotaChange(OwnerPath Owner, QuotaBody? Before, QuotaBody? After, long? Version, IReadOnlyList<FieldChange> Fields);

/// <summary>What differs between what is set for a node and what would be, as a person says it.</summary>
internal static class QuotaDiff
{
    private static readonly string[] Named = ["resource", "period"];

    // Of a rule that comes or goes only what is not usual is said.
    private static readonly string[] Usual = ["borrow 0", "lend all", "mode hard", "reclaim any"];

    /// <summary>The key of a rule's kind and period; as it is written where that cannot be read.</summary>
    public static string KeyOf(QuotaRuleBody rule) =>
        QuotaPeriod.TryParse(rule.Period, rule.TimeZone, out QuotaPeriod? period, out _) ? QuotaChoice.KeyOf(rule.Resource, period) : $"{rule.Resource}:{rule.Period}@{rule.TimeZone}";

    public static IReadOnlyList<FieldChange> Of(OwnerPath owner, QuotaBody? before, QuotaBody? after)
    {
        string name = owner.IsRoot ? "all owners" : owner.ToString();
        Dictionary<string, QuotaRuleBody> was = Rules(before);
        Dictionary<string, QuotaRuleBody> becomes = Rules(after);
        List<FieldChange> changes = [];
        foreach (string key in was.Keys.Union(becomes.Keys, StringComparer.Ordinal))
        {
            changes.AddRange((was.GetValueOrDefault(key), becomes.GetValueOrDefault(key)) switch
            {
                ({ } gone, null) => [new FieldChange($"{name} {key}", Whole(gone), null)],
                (null, { } come) => [new FieldChange($"{name} {key}", null, Whole(come))],
                var (a, b) => JsonDiff.Of(Node(a!), Node(b!)).Append(new FieldChange("hours", QuotaRuleText.Hours(a!), QuotaRuleText.Hours(b!)))
                    .Append(new FieldChange("follows its use", QuotaRuleText.Follows(a!), QuotaRuleText.Follows(b!))).Append(new FieldChange("enforced from", QuotaRuleText.Enforced(a!), QuotaRuleText.Enforced(b!)))
                    .Where(f => f.Before != f.After).Select(f => f with { Field = $"{name} {key} {f.Field}" }),
            });
        }

        (Amount weightWas, Amount weight) = (before?.Weight ?? new Amount(1), after?.Weight ?? new Amount(1));
        return weight == weightWas ? changes : [.. changes, new FieldChange($"{name} weight", QuotaText.Of(weightWas), QuotaText.Of(weight))];
    }

    /// <summary>Adds what is wrong with a cell.</summary>
    public static void AddIf(this Dictionary<QuotaPlace, string> faults, bool wrong, QuotaPlace cell, string? fault)
    {
        if (wrong)
        {
            faults[cell] = fault!;
        }
    }

    private static Dictionary<string, QuotaRuleBody> Rules(QuotaBody? body)
    {
        Dictionary<string, QuotaRuleBody> rules = new(StringComparer.Ordinal);
        foreach (QuotaRuleBody rule in body?.Rules ?? [])
        {
            rules[KeyOf(rule)] = rule;
        }

        return rules;
    }

    // Every value that is written the long way is written so on both sides: what is left out means the same. Hours are said as a whole.
    private static System.Text.Json.Nodes.JsonNode? Node(QuotaRuleBody rule) => JsonSerializer.SerializeToNode(
        rule with { Borrow = rule.Borrow ?? new BorrowBody(new Amount(0)), Lend = rule.Lend ?? new LendBody(null), TimeZone = rule.TimeZone ?? QuotaPeriod.Utc, Windows = null, Adjust = null, EnforceAt = null },
        ApiJson.Default.QuotaRuleBody);

    private static string Whole(QuotaRuleBody rule) =>
        string.Join(", ", JsonDiff.Of(null, JsonSerializer.SerializeToNode(rule with { Windows = null, Adjust = null, EnforceAt = null }, ApiJson.Default.QuotaRuleBody)).Where(f => !Named.Contains(f.Field, StringComparer.Ordinal)).Select(f => $"{f.Field} {f.After}").Where(f => !Usual.Contains(f, StringComparer.Ordinal))
            .Concat(QuotaRuleText.Follows(rule) is { } follows ? [$"follows its use: {follows}"] : []).Concat(QuotaRuleText.Enforced(rule) is { } from ? [$"enforced from {from}"] : [])
            .Concat(QuotaRuleText.Hours(rule) is { } hours ? [hours] : []));
}
