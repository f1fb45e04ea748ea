using System.Text.Json;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Budgets;
using Nexus.Dashboard.Features.Quotas;
using Nexus.Dashboard.Features.Simulator;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Simulator;

/// <summary>What is put together on the page, as the simulator takes it.</summary>
public sealed class VariantFieldsTests
{
    private static readonly PoolDefinition Pool = new("gpus", [new Supply("gpu", Quantity.Of(8)), new Supply("llm.calls", Quantity.Of(60), Quantity.Of(60), TimeSpan.FromMinutes(1))], Labels.None, PurchaseOption.OnDemand, null);

    private static readonly QuotaDefinition Quota =
        new QuotaBody { Rules = [new QuotaRuleBody { Resource = "gpu", Limit = new Amount(4) }, new QuotaRuleBody { Resource = "cpu", Limit = new Amount(9) }] }.ToDefinition(OwnerPath.Parse("acme")).Value!;

    private static readonly BudgetDefinition Budget = new BudgetBody
    {
        Scope = new BudgetScopeBody { Owner = "acme" }, Amount = new MoneyBody { Amount = "120" }, Period = "day",
        Thresholds = [new BudgetThresholdBody { At = 0.8m }, new BudgetThresholdBody { At = 1, Action = BudgetAction.Halt }],
    }.ToDefinition("acme-day", "USD").Value!;

    private static readonly Sku[] Skus =
    [
        new("gpu-hour", "gpu") { UnitPrice = Money.Parse("2.5") },
        new("gpu-hour", "gpu") { UnitPrice = Money.Parse("2"), EffectiveFrom = Instant.From(new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero)) },
        new("calls", "llm.calls") { Tiers = [new PriceTier(Quantity.Of(1_000), Money.Parse("0.04")), new PriceTier(null, Money.Parse("0.02"))] },
    ];

    private static readonly PresentRules Now = new(
        [Pool], [Quota], [Budget], Configuration.Initial.With(new PriceBook([.. Skus.Select(s => SkuPrice.Of(s, s.Resource == "gpu"))]), 1), Instant.From(new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero)));

    private static readonly VariantFields Fields = new(Now);

    [Fact]
    public void Pools_and_quotas_can_differ_in_what_they_have_and_it_says_what_that_is_now()
    {
        Assert.Equal(["pools", "pool gpus", "quota acme"], Fields.Targets.Take(3).Select(t => t.Of));
        Assert.Equal(
            [("strategy", "priority"), ("resources/gpu", "8"), ("resources/llm.calls/rate", "60"), ("resources/llm.calls/burst", "60"), ("agingInterval", "PT10S"), ("preemption/grace", "PT10S"), ("preemption/minimumRuntime", "PT0S"), ("halfLife", "P1D"), ("keepAfter", "PT1M"), ("preemption/betweenBorrowers", "never"), ("backfill", "conservative"), ("price/gpu", ""), ("price/llm.calls", "")],
            Fields.Targets[1].Fields.Select(f => (f.Name, f.Now)));
        Assert.Equal(
            [("limit/gpu", "4"), ("borrow/gpu", "0"), ("lend/gpu", "all"), ("limit/cpu", "9"), ("borrow/cpu", "0"), ("lend/cpu", "all"), ("weight", "1")],
            Fields.Targets[2].Fields.Select(f => (f.Name, f.Now)));
    }

    [Fact]
    public void A_pools_differences_are_one_patch_on_it()
    {
        (VariantBody body, IReadOnlyDictionary<VariantDifference, string> faults) = Fields.Read(new VariantDraft(" roomier ",
        [
            new("pools", "strategy", "fairShare"), new("pool gpus", "resources/gpu", "1,600"), new("pool gpus", "resources/llm.calls/rate", "90"), new("pool gpus", "preemption/grace", "PT1M"),
        ]));

        Assert.Empty(faults);
        Assert.Equal(("roomier", "fairShare"), (body.Name, body.Strategy));
        Assert.Equal("""{"resources":{"gpu":1600,"llm.calls":{"rate":90}},"preemption":{"grace":"PT1M"}}""", body.Pools!["gpus"].GetRawText());
        Assert.Null(body.Quotas);
    }

    [Fact]
    public void A_quotas_differences_leave_its_other_rules()
    {
        (VariantBody body, IReadOnlyDictionary<VariantDifference, string> faults) = Fields.Read(new VariantDraft("x", [new("quota acme", "limit/gpu", "6"), new("quota acme", "borrow/gpu", "unlimited"), new("quota acme", "weight", "2")]));

        Assert.Empty(faults);
        string patch = body.Quotas!["acme"].GetRawText();
        Assert.Contains("\"weight\":2", patch, StringComparison.Ordinal);
        Assert.Contains("\"resource\":\"gpu\",\"limit\":6,\"borrow\":\"unlimited\"", patch, StringComparison.Ordinal);
        Assert.Contains("\"resource\":\"cpu\",\"limit\":9", patch, StringComparison.Ordinal);
    }

    [Fact]
    public void Prices_of_the_book_and_budgets_can_differ_and_a_budget_can_be_added()
    {
        Assert.Equal(["price calls", "price gpu-hour", "price gpu-hour from 2027-01-01T00:00:00.0000000Z", "budget acme-day", "new budget"], Fields.Targets.Skip(3).Select(t => t.Of));
        Assert.Equal("gpu-hour from 1 Jan 2027 00:00 UTC", Fields.Targets[5].Title);
        Assert.Equal([("unitPrice", "2.5", "USD a device and hour"), ("formula", "", "USD, of a whole line: for example quantity * (hour < 6 ? 0.5 : 1)"), ("minimum", "", "USD, or none")], Fields.Targets[4].Fields.Select(f => (f.Name, f.Now, f.Unit)));
        Assert.Equal([("tiers/0", "price up to 1000", "0.04"), ("tiers/1", "price above", "0.02"), ("minimum", "minimum of a line", "")], Fields.Targets[3].Fields.Select(f => (f.Name, f.Title, f.Now)));
        Assert.Equal([("amount", "amount", "120"), ("thresholds/0", "at 80\u00A0%", "alert"), ("thresholds/1", "at 100\u00A0%", "halt"), ("stands", "the budget", "kept")], Fields.Targets[6].Fields.Select(f => (f.Name, f.Title, f.Now)));
    }

    [Fact]
    public void A_pools_own_price_is_set_and_taken_away()
    {
        (VariantBody body, IReadOnlyDictionary<VariantDifference, string> faults) = Fields.Read(new VariantDraft("x", [new("pool gpus", "price/gpu", "2.50"), new("pool gpus", "price/llm.calls", "none"), new("pool gpus", "backfill", "easy"), new("pool gpus", "keepAfter", "PT0S")]));

        Assert.Empty(faults);
        Assert.Equal("""{"price":{"gpu":"2.50","llm.calls":null},"backfill":"easy","keepAfter":"PT0S"}""", body.Pools!["gpus"].GetRawText());
    }

    [Fact]
    public void Prices_that_differ_are_the_whole_book_with_them()
    {
        (VariantBody body, IReadOnlyDictionary<VariantDifference, string> faults) = Fields.Read(new VariantDraft("x",
            [new("price gpu-hour", "formula", "quantity * 2"), new("price gpu-hour from 2027-01-01T00:00:00.0000000Z", "unitPrice", "1.8"), new("price calls", "tiers/1", "0.01"), new("price calls", "minimum", "0.5")]));

        Assert.Empty(faults);
        Assert.Equal(
            [("calls", null, null, "0.5"), ("gpu-hour", null, "quantity * 2", null), ("gpu-hour", "1.8", null, null)],
            body.Prices!.Select(p => (p.Sku, p.UnitPrice, p.Formula, p.Minimum)));
        Assert.Equal(["0.04", "0.01"], body.Prices![0].Tiers!.Select(t => t.UnitPrice));
        Assert.Null(body.Budgets);
    }

    [Fact]
    public void A_budget_that_differs_is_a_patch_on_it_one_that_goes_is_null_and_a_new_one_is_whole()
    {
        (VariantBody body, IReadOnlyDictionary<VariantDifference, string> faults) = Fields.Read(new VariantDraft("x",
            [new("budget acme-day", "amount", "80"), new("budget acme-day", "thresholds/0", "throttle"), new("new budget", "globex-cap", "1,500 month halt globex/research")]));

        Assert.Empty(faults);
        Assert.Equal("""{"amount":{"amount":"80"},"thresholds":[{"at":0.8,"action":"throttle"},{"at":1,"action":"halt"}]}""", body.Budgets!["acme-day"].GetRawText());
        BudgetDefinition added = body.Budgets["globex-cap"].Deserialize(ApiJson.Default.BudgetBody)!.ToDefinition("globex-cap", "USD").Value!;
        Assert.Equal(("globex/research", Money.Of(1_500), "month"), (added.Scope.Owner.ToString(), added.Amount, added.Period.ToString()));
        Assert.Equal(JsonValueKind.Null, Fields.Read(new VariantDraft("x", [new("budget acme-day", "stands", "removed")])).Body.Budgets!["acme-day"].ValueKind);
        Assert.Null(body.Prices);
    }

    [Fact]
    public void Of_a_long_book_the_prices_of_kinds_and_pools_can_be_chosen_and_it_says_how_many_more_there_are()
    {
        Sku[] models = [.. Enumerable.Range(0, 250).Select(i => new Sku($"model-{i:000}", "tokens.input") { Model = $"m{i}", UnitPrice = Money.Parse("0.000001") })];
        VariantFields many = new(Now with { Catalogue = Configuration.Initial.With(new PriceBook([.. models.Select(s => SkuPrice.Of(s, false)), SkuPrice.Of(Skus[0], true)]), 1) });

        VariantTarget[] prices = [.. many.Targets.Where(t => t.Of.StartsWith("price", StringComparison.Ordinal))];

        Assert.Equal(("price gpu-hour", "51 more, by the API or simulate", 0), (prices[0].Of, prices[^1].Title, prices[^1].Fields.Count));
    }

    [Theory]
    [InlineData("price gpu-hour", "unitPrice", "cheap", "must be a decimal number")]
    [InlineData("price gpu-hour", "unitPrice", "-1", "must not be negative")]
    [InlineData("price gpu-hour", "unitPrice", "1.1234567", "must have at most six decimals for a unit and hour")]
    [InlineData("price gpu-hour", "formula", "quantity *", "it ends too early")]
    [InlineData("pool gpus", "price/gpu", "-1", "must not be negative")]
    [InlineData("pool gpus", "price/gpu", "0.0000001", "must have at most six decimals for a unit and hour")]
    [InlineData("budget acme-day", "amount", "much", "must be a decimal number")]
    [InlineData("budget acme-day", "thresholds/0", "panic", "must be alert, throttle, halt")]
    [InlineData("budget gone", "amount", "4", "there is no such thing any more")]
    [InlineData("new budget", "acme-day", "10 day halt", "there is a budget of that name: change that one, or choose another name")]
    [InlineData("new budget", "cap", "10 fortnight halt", "must be an amount, a period, an action and an owner")]
    [InlineData("new budget", "cap", "much day halt", "must be a decimal number")]
    [InlineData("new budget", "cap", "10 day halt acme//x", "must not have an empty segment")]
    [InlineData("pool gpus", "resources/gpu", "plenty", "must be a number")]
    [InlineData("pool gpus", "agingInterval", "soon", "duration")]
    [InlineData("pools", "strategy", "luck", "must be one of")]
    [InlineData("quota acme", "limit/gpu", "plenty", "must be a number, or none")]
    [InlineData("pool gone", "resources/gpu", "4", "there is no such thing any more")]
    public void What_cannot_be_is_said_by_its_difference(string of, string field, string value, string fault)
    {
        VariantDifference wrong = new(of, field, value), right = new("pool gpus", "resources/gpu", "9");

        IReadOnlyDictionary<VariantDifference, string> faults = Fields.Read(new VariantDraft("x", [right, wrong])).Faults;

        Assert.Contains(fault, Assert.Contains(wrong, faults), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(right, faults);
    }

    [Fact]
    public void A_new_budget_is_written_for_the_address_and_said_in_words()
    {
        VariantBudget budget = new("1,500", "month", "halt", "globex/research");

        Assert.True(VariantBudget.TryRead(budget.Write(), out VariantBudget? read));
        Assert.Equal(budget, read);
        Assert.Equal("1,500 USD a month for globex/research, halt at all of it", budget.Said("USD"));
        Assert.Equal("9 USD a day for everybody, alert at all of it", new VariantBudget("9", "day", "alert", "").Said("USD"));
    }

    [Fact]
    public void Variants_keep_in_the_address()
    {
        VariantDraft[] drafts = [new("roomier", [new("pool gpus", "resources/gpu", "16"), new("pools", "strategy", "fairShare")]), new("\"odd\" & ,", [])];

        IReadOnlyList<VariantDraft> read = VariantDraft.Read(VariantDraft.Write(drafts));

        Assert.Equal(drafts.Select(d => d.Name), read.Select(d => d.Name));
        Assert.Equal(drafts.SelectMany(d => d.Differences), read.SelectMany(d => d.Differences));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("roomier")]
    [InlineData("[]")]
    [InlineData("[1]")]
    [InlineData("{}")]
    [InlineData("""[["x",1]]""")]
    public void What_the_address_cannot_mean_begins_anew(string? text) => Assert.Same(VariantDraft.Begin, VariantDraft.Read(text));

    [Fact]
    public void One_more_gets_a_name_that_no_other_has() =>
        Assert.Equal("variant 2", VariantDraft.NextName([new("variant 1", []), new("variant 3", [])]));
}
