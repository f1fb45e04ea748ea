using System.Globalization;
using System.Text.Json;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Cases;

/// <summary>Published examples of what budgets admit, tell and pace.</summary>
public sealed partial class PublishedMoneyCases
{
    private static readonly Instant Begin = Instant.From(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero));

    public static TheoryData<string, int> BudgetSteps => Of(Budgets, "budgets");

    [Theory]
    [MemberData(nameof(BudgetSteps))]
    public void Budgets_admit_tell_and_pace_as_published(string description, int index)
    {
        JsonElement example = Example(Budgets, "budgets", description, index);
        if (example.TryGetProperty("steps", out JsonElement steps))
        {
            Walk(NodeOf(example), steps);
        }
        else if (example.TryGetProperty("expectedRequestsPerDay", out JsonElement expected))
        {
            Assert.Equal(expected.GetInt32(), AdmittedInADay(example));
        }
        else
        {
            CountsLate();
        }
    }

    private static BudgetNode NodeOf(JsonElement example)
    {
        BudgetAction action = Enum.Parse<BudgetAction>(example.GetProperty("action").GetString()!, ignoreCase: true);
        decimal[] at = example.TryGetProperty("thresholds", out JsonElement thresholds) ? [.. thresholds.EnumerateArray().Select(t => t.GetDecimal())] : [1];
        return new BudgetNode(
            new BudgetDefinition("b", new BudgetScope(OwnerPath.Root), Amount(example.GetProperty("amount")), Scene.Period("month")) { Thresholds = [.. at.Select(t => new BudgetThreshold((int)(t * 1_000_000), action))] }, 1, Begin);
    }

    private static void Walk(BudgetNode node, JsonElement steps)
    {
        List<CostEstimate> admitted = [];
        long now = Begin.Milliseconds;
        foreach (JsonElement step in steps.EnumerateArray())
        {
            if (step.TryGetProperty("admit", out JsonElement admit))
            {
                CostEstimate estimate = EstimateOf(Amount(admit), Begin);
                BudgetStop? stop = node.Stops(estimate, WholeOf, now);
                Assert.Equal(step.GetProperty("expected").GetString(), stop is null ? "granted" : "refused");
                if (stop is null)
                {
                    node.Admit(new RequestKey("t", $"r{admitted.Count}"), estimate, WholeOf, Begin);
                    admitted.Add(estimate);
                }
            }
            else if (step.TryGetProperty("settle", out JsonElement settled))
            {
                node.Reserve(admitted[settled.GetInt32()], WholeOf, back: true);
                node.Spend(now, Amount(step.GetProperty("actual")), now);
            }
            else if (step.TryGetProperty("void", out JsonElement voided))
            {
                node.Reserve(admitted[voided.GetInt32()], WholeOf, back: true);
            }
            else
            {
                node.Spend(now, Amount(step.GetProperty("spend")), now);
                BudgetThreshold[] reached = [.. node.NewlyReached(now)];
                Array.ForEach(reached, t => node.Reach(t, now));
                Assert.Equal(step.GetProperty("alerts").EnumerateArray().Select(a => a.GetDecimal()), reached.Select(t => t.AtMillionths / 1_000_000m));
            }

            BudgetFigures figures = node.FiguresAt(now);
            Same(step, "spent", figures.Spent);
            Same(step, "reserved", figures.Reserved);
            Same(step, "remaining", figures.Remaining);
        }
    }

    // From a moment with so many days left everybody who may passes as soon as it may.
    private static int AdmittedInADay(JsonElement example)
    {
        BudgetDefinition budget = new("b", new BudgetScope(OwnerPath.Root), Amount(example.GetProperty("amount")), Scene.Period("month")) { Thresholds = [new BudgetThreshold(1, BudgetAction.Throttle)] };
        BudgetNode node = new(budget, 1, Begin);
        long now = budget.Period.Around(Begin).End.Milliseconds - (long)TimeSpan.FromDays(example.GetProperty("daysLeft").GetDouble()).TotalMilliseconds;
        node.Spend(now, Amount(example.GetProperty("spent")), now);
        long end = now + (long)TimeSpan.FromDays(1).TotalMilliseconds;
        int admitted = 0;
        while (now < end)
        {
            CostEstimate estimate = EstimateOf(Amount(example.GetProperty("requestCost")), new Instant(now));
            if (node.Stops(estimate, WholeOf, now) is { } stop)
            {
                now = stop.Earliest!.Value;
                continue;
            }

            node.Admit(new RequestKey("t", string.Create(CultureInfo.InvariantCulture, $"r{admitted++}")), estimate, WholeOf, new Instant(now));
        }

        return admitted;
    }

    private static void CountsLate()
    {
        BudgetNode node = new(new BudgetDefinition("b", new BudgetScope(OwnerPath.Root), Money.Of(100), Scene.Period("month")), 1, Begin);
        long later = Begin.Milliseconds + (long)TimeSpan.FromDays(40).TotalMilliseconds;
        node.Spend(Begin.Milliseconds, Money.Of(30), later);
        node.Spend(Begin.Milliseconds, Money.Of(90), later);

        Assert.Empty(node.NewlyReached(later));
        Assert.Equal(Money.Of(120), Assert.Single(node.ToState().Terms).Spent);
        Assert.Equal(Money.Zero, node.FiguresAt(later).Spent);
    }

    private static CostEstimate EstimateOf(Money cost, Instant at) => new([new EstimateLine("external.calls", at, at, cost)]);

    private static Money Amount(JsonElement text) => Money.Parse(text.GetString()!);

    private static void Same(JsonElement step, string field, Money actual)
    {
        if (step.TryGetProperty(field, out JsonElement expected))
        {
            Assert.Equal(Amount(expected), actual);
        }
    }
}
