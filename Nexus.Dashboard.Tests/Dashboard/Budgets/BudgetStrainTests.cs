using Nexus.Dashboard.Features.Budgets;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Budgets;

/// <summary>A team's budget of 100 halts at what it has, and its scope is heading for 150; everybody's is heading for 1,000.</summary>
public sealed class BudgetStrainTests
{
    private static readonly BudgetAnswer Before = Given.Row("team", owner: "acme/research").Budget;

    private static readonly BudgetPeriod Month = BudgetPeriod.TryParse("month", "UTC", out BudgetPeriod? month, out _, out _) ? month : throw new InvalidOperationException();

    [Fact]
    public void A_wider_budget_that_what_more_passes_would_nearly_use_up_is_named()
    {
        // 30 of the 150 still do not pass: 970 of 1,000.
        Assert.Equal(["all would end at 97\u00A0% of its $1,000: It counts everything: raise it too."], Told(Wanted(120), Wider("all", 1_000, "/")));

        // All of it passes, and not more than it heads for: what there is above is not spent.
        Assert.Equal(["all would end at 100\u00A0% of its $1,000: It counts everything: raise it too."], Told(Wanted(5_000), Wider("all", 1_000, "/")));
        Assert.Equal(["all would end at 100\u00A0% of its $1,000: It counts everything: raise it too."], Told(Wanted(100) with { Thresholds = [] }, Wider("all", 1_000, "/")));
    }

    [Fact]
    public void Where_no_more_passes_or_enough_is_left_nobody_is_warned()
    {
        Assert.Empty(Told(Wanted(100), Wider("all", 1_000, "/")));
        Assert.Empty(Told(Wanted(80), Wider("all", 1_000, "/")));
        Assert.Empty(Told(Wanted(120), Wider("all", 1_100, "/")));
        Assert.Empty(Told(Wanted(120), Given.Row("all", amount: 1_000, owner: "/")));
    }

    [Fact]
    public void Only_what_counts_all_of_it_over_the_same_time_is_looked_at()
    {
        Assert.Empty(Told(Wanted(120), Wider("team", 1_000, "/")));
        Assert.Empty(Told(Wanted(120), Wider("others", 1_000, "acme/sales")));
        Assert.Empty(Told(Wanted(120), Wider("one", 1_000, "acme/research/alice")));
        Assert.Empty(Told(Wanted(120), Wider("daily", 1_000, "/", b => b with { Period = "day" })));
        Assert.Empty(Told(Wanted(120), Wider("dev", 1_000, "/", b => b with { Scope = new BudgetScopeBody { Labels = new() { ["stage"] = "dev" } } })));
        Assert.Empty(Told(Wanted(120), Wider("gpus", 1_000, "/", b => b with { Scope = new BudgetScopeBody { Resources = ["gpu"] } })));

        BudgetDefinition narrow = Wanted(120) with { Scope = new BudgetScope(OwnerPath.Parse("acme/research")) { Labels = Labels.Of([new("stage", "dev")]), Resources = ["gpu"] } };
        Assert.Equal(
            ["acme would end at 97\u00A0%", "dev would end at 97\u00A0%", "gpus would end at 97\u00A0%"],
            Told(
                narrow, Wider("gpus", 1_000, "/", b => b with { Scope = new BudgetScopeBody { Resources = ["cpu", "gpu"] } }), Wider("dev", 1_000, "/", b => b with { Scope = new BudgetScopeBody { Labels = new() { ["stage"] = "dev" } } }),
                Wider("acme", 1_000, "acme")).Select(t => t[..t.IndexOf(" of its", StringComparison.Ordinal)]));
    }

    private static IEnumerable<string> Told(BudgetDefinition wanted, params BudgetRow[] others) =>
        BudgetStrain.Of(wanted, Before, Money.Of(150), others, "USD").Select(e => $"{e.What}: {e.More}");

    private static BudgetDefinition Wanted(long amount) => new("team", new BudgetScope(OwnerPath.Parse("acme/research")), Money.Of(amount), Month)
    {
        Thresholds = [new BudgetThreshold(BudgetThreshold.Whole, BudgetAction.Halt)],
    };

    private static BudgetRow Wider(string id, decimal amount, string owner, Func<BudgetAnswer, BudgetAnswer>? but = null) =>
        Given.Row(id, amount: amount, owner: owner, but: b => (but?.Invoke(b) ?? b) with { Forecast = new BudgetForecastAnswer("1000", "USD", "900", "1100", 0.8, "seasonal", null, null) });
}
