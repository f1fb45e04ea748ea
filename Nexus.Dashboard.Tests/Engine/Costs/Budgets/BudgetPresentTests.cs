using CsCheck;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Costs.Budgets;

/// <summary>What a budget keeps in mind of how it stands is what it would find if it looked at everything anew, whatever happened to it.</summary>
public sealed class BudgetPresentTests
{
    private const long Minute = 60_000;
    private const long Day = 24 * 60 * Minute;

    private static readonly string[] Periods = ["day", "month", "rolling:PT1H", "rolling:P1D"];

    // The end of a day and of a month is near.
    private static readonly Instant Begin = new(1_767_225_600_000 - Day + (3 * Minute));

    private static readonly Gen<BudgetDefinition> Definitions = Gen.Select(Gen.Int[0, 3].Select(i => Periods[i]), Gen.Int[0, 63], Gen.Bool, Gen.Bool, (period, thresholds, carries, someKind) =>
        new BudgetDefinition("b", new BudgetScope(OwnerPath.Root) { Resources = someKind ? ["gpu"] : [] }, Money.Of(100), Scene.Period(period))
        {
            CarryOver = carries && !period.StartsWith("rolling", StringComparison.Ordinal),
            Thresholds = [.. ((BudgetThreshold[])
            [
                new(300_000, BudgetAction.Alert), new(500_000, BudgetAction.Throttle), new(700_000, BudgetAction.Alert), new(700_000, BudgetAction.Halt), new(1_000_000, BudgetAction.Alert), new(1_200_000, BudgetAction.Halt),
            ]).Where((_, i) => (thresholds >> i & 1) == 1)],
        });

    private static readonly Gen<(int Deed, int A, int B, int C)[]> Steps = Gen.Select(Gen.Int[0, 11], Gen.Int[0, 999], Gen.Int[0, 999], Gen.Int[0, 999]).Array[1, 40];

    [Fact]
    public void A_budget_stands_as_one_that_is_put_back_from_what_is_known_of_it() => Gen.Select(Definitions, Steps).Sample((definition, steps) =>
    {
        Walk walk = new(definition);
        foreach ((int deed, int a, int b, int c) in steps)
        {
            walk.Do(deed, a, b, c);
            walk.Check(a, b);
        }
    }, iter: 4_000);

    private static string? WholeOf(string kind) => kind == "gpu.memory" ? "gpu" : null;

    private sealed class Walk(BudgetDefinition definition)
    {
        private readonly List<CostEstimate> _reserved = [];
        private BudgetNode _node = new(definition, 1, Begin);
        private long _now = Begin.Milliseconds;
        private int _requests;

        public void Do(int deed, int a, int b, int c)
        {
            switch (deed)
            {
                case 0 or 1 or 2:
                    CostEstimate estimate = EstimateOf(a, b, c);
                    _node.Admit(new RequestKey("t", $"r{_requests++}"), estimate, WholeOf, new Instant(_now));
                    _reserved.Add(estimate);
                    break;
                case 3 or 4 when _reserved.Count > 0:
                    CostEstimate back = _reserved[a % _reserved.Count];
                    _reserved.Remove(back);
                    _node.Reserve(back, WholeOf, back: true);
                    _node.Settle(new RequestKey("t", $"r{b % (_requests + 1)}"), _node.Spend("gpu", WholeOf, _now - (c % 3 * 30 * Minute), Money.Of(b % 20), _now));
                    break;
                case 5: _node.Spend(a % 2 == 0 ? "gpu.memory" : "llm.calls", WholeOf, _now - (a * Minute), Money.Of((b % 40) - 10), _now); break;
                case 6: _node.Refuse(_now); break;
                case 7: _node.Raise(new BudgetRaise(Money.Of(1 + (a % 50)), new Instant(_now), new Instant(_now + ((1 + b) * Minute)), "because")); break;
                case 8: _node.Pause = a % 3 == 0 ? null : new BudgetPause(new Instant(_now + ((1 + b) * Minute)), "because"); break;
                case 9: Array.ForEach(_node.NewlyReached(_now), t => _node.Reach(t, _now)); break;
                case 10: SetAgain(a); break;
                default: _now += a % 2 == 0 ? b : b * Minute; break;
            }
        }

        public void Check(int a, int b)
        {
            foreach (long at in (long[])[_now, _now + (b * Minute), _now])
            {
                BudgetNode anew = BudgetNode.Of(_node.ToState());
                CostEstimate asked = EstimateOf(a, b, a + b);
                Assert.Equal(anew.FiguresAt(at), _node.FiguresAt(at));
                Assert.Equal(anew.LeftAt(at), _node.LeftAt(at));
                Assert.Equal(anew.NewlyReached(at), _node.NewlyReached(at));
                Assert.Equal(anew.Reach(asked, WholeOf, at), _node.Reach(asked, WholeOf, at));
                CostEstimate? instead = _reserved.Count > 0 ? _reserved[a % _reserved.Count] : null;
                Assert.Equal(Said(anew.Stops(asked, WholeOf, at)), Said(_node.Stops(asked, WholeOf, at)));
                Assert.Equal(Said(anew.Stops(asked, WholeOf, at, instead)), Said(_node.Stops(asked, WholeOf, at, instead)));
                Assert.Equal(anew.ToState().Pace, _node.ToState().Pace);
            }
        }

        // One that goes on with another amount, and other thresholds.
        private void SetAgain(int a)
        {
            BudgetNode next = new(_node.Definition with { Amount = Money.Of(50 + (a % 100)), Thresholds = [.. _node.Definition.Thresholds.Skip(a % 2)] }, _node.Version + 1, _node.Since);
            next.Continue(_node, new Instant(_now));
            _node = next;
        }

        private CostEstimate EstimateOf(int a, int b, int c) => new(
        [
            new EstimateLine("gpu", new Instant(_now), new Instant(_now + ((1 + (b % 300)) * Minute)), Money.Of(a % 30)),
            .. c % 2 == 0 ? [] : (EstimateLine[])[new EstimateLine("llm.calls", new Instant(_now), new Instant(_now), Money.Of(c % 7))],
        ]);

        private static string Said(BudgetStop? stop) => stop is null ? "passes" : (stop with { Node = null! }).ToString();
    }
}
