using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Pools;
using Nexus.Dashboard.Features.Quotas;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling.Strategies;

namespace Nexus.Dashboard.Features.Simulator;

/// <summary>What a variant may have otherwise, and the body that says so to the simulator.</summary>
/// <param name="now">The rules as they are.</param>
internal sealed class VariantFields(PresentRules now)
{
    private const string All = "pools";
    private const string Pool = "pool ";
    private const string Quota = "quota ";
    private const string Strategy = "strategy";
    private const string Resources = "resources";
    private const string Weight = "weight";
    private const string Between = "preemption/betweenBorrowers";
    private const string Ahead = "backfill";
    private const string Price = "price";

    private static readonly (string Name, string Title)[] Strategies = [.. KnownStrategies.All.Select(s => (s.Name, s.Title))];
    private static readonly (string Name, string Title)[] Spans = [("agingInterval", "aging interval"), ("preemption/grace", "grace"), ("preemption/minimumRuntime", "minimum runtime"), ("halfLife", "half-life"), ("keepAfter", "keep after")];
    private static readonly (string Name, string Title)[] Borrowers = [.. Enum.GetValues<BetweenBorrowers>().Select(b => (JsonNamingPolicy.CamelCase.ConvertName(b.ToString()), BorrowerText.Of(b)))];
    private static readonly (string Name, string Title)[] Planned = [.. Enum.GetValues<Backfill>().Select(b => (JsonNamingPolicy.CamelCase.ConvertName(b.ToString()), BackfillText.Of(b)))];
    private static readonly QuotaField[] OfRules = [QuotaField.Limit, QuotaField.Borrow, QuotaField.Lend];

    private readonly VariantMoney _money = new(now);
    private VariantTarget[]? _targets;

    /// <summary>The installation's currency.</summary>
    public string Currency => now.Catalogue.Currency;

    /// <summary>All that can be chosen: pools, quotas, prices, budgets.</summary>
    public IReadOnlyList<VariantTarget> Targets => _targets ??=
    [
        .. now.Pools.Count == 0 ? Array.Empty<VariantTarget>() : [new VariantTarget(All, "every pool", [new VariantField(Strategy, Strategy, Same(now.Pools.Select(p => p.Strategy)), Strategies)])],
        .. now.Pools.Select(p => new VariantTarget(Pool + p.Name, p.Name, [.. OfPool(p)])),
        .. now.Quotas.Select(q => new VariantTarget(Quota + QuotaAnswer.PathOf(q.Owner), q.Owner.IsRoot ? "all owners" : q.Owner.ToString(), [.. OfQuota(QuotaBody.Of(q))])),
        .. _money.Targets,
    ];

    /// <summary>A variant as the simulator takes it; what is wrong is said by its difference.</summary>
    public (VariantBody Body, IReadOnlyDictionary<VariantDifference, string> Faults) Read(VariantDraft draft)
    {
        Dictionary<VariantDifference, string> faults = [];
        VariantBody body = Body(draft, faults);
        foreach (VariantDifference difference in draft.Differences.Where(d => !faults.ContainsKey(d)))
        {
            // One by one, so that what is wrong is said where it stands.
            if (new WhatIf(Body(draft with { Differences = [difference] }, []), now.Catalogue.Currency).Fault(now, "") is { } problem)
            {
                faults[difference] = problem.Errors?.First().Value[0] ?? problem.Detail;
            }
        }

        return (body, faults);
    }

    private VariantBody Body(VariantDraft draft, Dictionary<VariantDifference, string> faults)
    {
        Dictionary<string, JsonObject> changedPools = new(StringComparer.Ordinal);
        Dictionary<string, QuotaBody> changedQuotas = new(StringComparer.Ordinal);
        VariantMoneyEdit money = _money.Begin();
        string? strategy = null;
        foreach (VariantDifference difference in draft.Differences)
        {
            string? fault = null;
            if (difference.Of == VariantMoney.NewBudget)
            {
                fault = money.Add(difference);
            }
            else if (!Targets.Any(t => t.Of == difference.Of && t.Fields.Any(f => f.Name == difference.Field)))
            {
                fault = "there is no such thing any more";
            }
            else if (VariantMoney.IsOf(difference.Of))
            {
                fault = money.Set(difference);
            }
            else if (difference.Of == All)
            {
                strategy = difference.Value;
                fault = PoolBody.FaultOfStrategy(strategy);
            }
            else if (difference.Of.StartsWith(Pool, StringComparison.Ordinal))
            {
                string name = difference.Of[Pool.Length..];
                fault = Set(changedPools.TryGetValue(name, out JsonObject? patch) ? patch : changedPools[name] = [], difference);
            }
            else
            {
                string path = difference.Of[Quota.Length..];
                fault = Set(changedQuotas.TryGetValue(path, out QuotaBody? quota) ? quota : QuotaBody.Of(now.Quotas.First(q => QuotaAnswer.PathOf(q.Owner) == path)), difference, out quota);
                changedQuotas[path] = quota;
            }

            if (fault is not null)
            {
                faults[difference] = fault;
            }
        }

        return new VariantBody
        {
            Name = draft.Name.Trim(),
            Strategy = strategy,
            Pools = changedPools.Count == 0 ? null : changedPools.ToDictionary(p => p.Key, p => Element(p.Value), StringComparer.Ordinal),
            Quotas = changedQuotas.Count == 0 ? null : changedQuotas.ToDictionary(q => q.Key, q => JsonSerializer.SerializeToElement(q.Value, ApiJson.Default.QuotaBody), StringComparer.Ordinal),
            Prices = money.Prices,
            Budgets = money.Budgets,
        };
    }

    private IEnumerable<VariantField> OfPool(PoolDefinition pool)
    {
        JsonNode body = JsonSerializer.SerializeToNode(PoolBody.Of(pool), ApiJson.Default.PoolBody)!;
        yield return new VariantField(Strategy, Strategy, pool.Strategy, Strategies);
        foreach (Supply supply in pool.Supplies)
        {
            string path = $"{Resources}/{supply.Kind}";
            foreach ((string name, string title) in supply.Per > TimeSpan.Zero ? [($"{path}/rate", $"{supply.Kind} rate"), ($"{path}/burst", $"{supply.Kind} burst")] : ((string, string)[])[(path, supply.Kind)])
            {
                yield return new VariantField(name, title, At(body, name));
            }
        }

        foreach ((string name, string title) in Spans)
        {
            yield return new VariantField(name, title, At(body, name));
        }

        yield return new VariantField(Between, "between borrowers", At(body, Between) is { Length: > 0 } set ? set : Borrowers[0].Name, Borrowers);
        yield return new VariantField(Ahead, "planned ahead", At(body, Ahead) is { Length: > 0 } ahead ? ahead : Planned[0].Name, Planned);
        foreach (Supply supply in pool.Supplies.Where(s => now.Catalogue.Kind(s.Kind)?.Behaviour is ResourceBehaviour.Held or ResourceBehaviour.Metered))
        {
            yield return new VariantField($"{Price}/{supply.Kind}", $"{supply.Kind} price", At(body, $"{Price}/{supply.Kind}"), Unit: VariantMoney.Per(supply.Kind, now.Catalogue));
        }
    }

    private static IEnumerable<VariantField> OfQuota(QuotaBody quota)
    {
        foreach (QuotaRuleBody rule in quota.Rules ?? [])
        {
            string key = QuotaDiff.KeyOf(rule);
            foreach (QuotaField field in OfRules.Take(rule.Period?.StartsWith("rate", StringComparison.Ordinal) == true ? 1 : OfRules.Length))
            {
                yield return new VariantField($"{Name(field)}/{key}", $"{key} {Name(field)}", QuotaText.Of(rule, field));
            }
        }

        yield return new VariantField(Weight, Weight, QuotaText.Of(quota.Weight ?? new Amount(1)));
    }

    private string? Set(JsonObject patch, VariantDifference difference)
    {
        string[] path = difference.Field.Split('/');
        JsonNode value = difference.Value.Trim();
        if (path[0] == Resources)
        {
            if (!QuotaText.TryNumber(difference.Value, out Amount? amount, out string? fault))
            {
                return fault;
            }

            value = amount.Value.Value;
        }
        else if (path[0] == Price && VariantMoney.IsNone(difference.Value))
        {
            // As a patch says that there is none.
            patch[Price] ??= new JsonObject();
            patch[Price]![path[1]] = null;
            return null;
        }
        else if (path[0] == Price && VariantMoney.FaultOf(path[1], difference.Value, now.Catalogue) is { } wrong)
        {
            return wrong;
        }

        JsonObject at = patch;
        foreach (string step in path[..^1])
        {
            at = (JsonObject)(at[step] ??= new JsonObject());
        }

        at[path[^1]] = value;
        return null;
    }

    private static string? Set(QuotaBody quota, VariantDifference difference, out QuotaBody changed)
    {
        changed = quota;
        if (difference.Field == Weight)
        {
            if (!QuotaText.TryNumber(difference.Value, out Amount? weight, out string? wrong))
            {
                return wrong;
            }

            changed = quota with { Weight = weight };
            return null;
        }

        string[] parts = difference.Field.Split('/', 2);
        List<QuotaRuleBody> rules = [.. quota.Rules ?? []];
        int which = rules.FindIndex(r => QuotaDiff.KeyOf(r) == parts[1]);
        if (!QuotaText.TryEdit(rules[which], OfRules.First(f => Name(f) == parts[0]), difference.Value, out QuotaRuleBody? edited, out string? fault))
        {
            return fault;
        }

        rules[which] = edited;
        changed = quota with { Rules = rules };
        return null;
    }

    private static JsonElement Element(JsonObject patch)
    {
        using JsonDocument read = JsonDocument.Parse(patch.ToJsonString());
        return read.RootElement.Clone();
    }

    private static string Name(QuotaField field) => field switch { QuotaField.Borrow => "borrow", QuotaField.Lend => "lend", _ => "limit" };

    private static string At(JsonNode node, string path)
    {
        JsonNode? at = node;
        foreach (string step in path.Split('/'))
        {
            at = at?[step];
        }

        return at is JsonValue value && value.TryGetValue(out decimal number) ? number.ToString("#,0.###", CultureInfo.InvariantCulture) : at?.ToString() ?? "";
    }

    private static string Same(IEnumerable<string> names) => names.Distinct(StringComparer.Ordinal).ToArray() is [var one] ? one : "mixed";
}
