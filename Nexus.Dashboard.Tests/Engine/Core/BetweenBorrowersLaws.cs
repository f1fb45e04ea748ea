using CsCheck;
using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>What holds of every tree of quotas when a pool evens out what is borrowed.</summary>
public sealed class BetweenBorrowersLaws
{
    private const int Rounds = 120;
    private static readonly string[] Leaves = ["x/a", "x/b", "y/c", "y/d", "e"];
    private static readonly string[] Classes = ["low", "medium", "high"];
    private static readonly int[] Weights = [0, 250, 1000, 2000];
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static readonly Gen<Ask> Asks = Gen.Select(Gen.Int[0, Leaves.Length - 1], Gen.Int[1, 8], Gen.Int[0, 4], Gen.Int[0, 2], Gen.Int[0, 3], (leaf, cpu, gpu, rank, pause) => new Ask(leaf, cpu, gpu, rank, pause));

    private static readonly Gen<(int[] Limits, int[] Weights, BetweenBorrowers Rules, List<Ask> Asks)> Lives = Gen.Select(
        Gen.Int[0, 5].Array[Leaves.Length + 3], Gen.Int[0, Weights.Length - 1].Select(i => Weights[i]).Array[Leaves.Length + 2],
        Gen.Int[0, 3].Select(i => (BetweenBorrowers)i), Asks.List[2, 24]);

    // Nobody ever releases anything: whoever ends goes back to the queue and wants it again. If a return could even out its evictor's grant, or a third one's and so on in a ring, it
    // would never stop.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Evening_out_comes_to_rest(bool severalKinds) => Lives.Sample(
        life =>
        {
            Scene nexus = World(life.Limits, life.Weights, life.Rules, severalKinds);
            int last = 0;
            for (int round = 0; round < life.Asks.Count + Rounds; round++)
            {
                int before = nexus.Events.Count;
                if (round < life.Asks.Count)
                {
                    nexus.Submit(Spec(life.Asks[round], round, severalKinds));
                    nexus.Advance(life.Asks[round].Pause * Second);
                }
                else
                {
                    nexus.Advance(Second);
                }

                last = nexus.Events.Skip(before).Any(e => e is PreemptionNoticed { Notice.Rule: PreemptionRule.FairShare }) ? round : last;
            }

            Assert.True(last < life.Asks.Count + (Rounds / 2), $"grants still end {last - life.Asks.Count} rounds after the last came: {string.Join("; ", nexus.Events.TakeLast(12).Select(Told))}");
        },
        iter: 600, print: life => $"limits {string.Join(' ', life.Limits)}; weights {string.Join(' ', life.Weights)}; {life.Rules}; {string.Join(' ', life.Asks)}");

    // What its own limit holds is nobody else's: whoever would borrow takes none of it.
    [Fact]
    public void Nobody_within_the_own_limit_ends_for_somebody_elses_sake() => Lives.Sample(
        life =>
        {
            Scene nexus = World(life.Limits, life.Weights, life.Rules, severalKinds: false, grace: TimeSpan.Zero);
            for (int i = 0; i < life.Asks.Count; i++)
            {
                nexus.Submit(Spec(life.Asks[i], i, severalKinds: false));
            }

            Dictionary<string, decimal> held = Leaves.ToDictionary(l => l, _ => 0m, StringComparer.Ordinal);
            foreach (RequestEvent happened in nexus.Events.OfType<RequestEvent>())
            {
                string leaf = Leaves.First(l => happened.Owner.ToString().StartsWith($"acme/{l}/", StringComparison.Ordinal));
                decimal amount = life.Asks[int.Parse(happened.Id[1..], System.Globalization.CultureInfo.InvariantCulture)].Cpu / 2m;
                if (happened is RequestRequeued { Reason.Code: ReasonCode.BorrowedMore or ReasonCode.Reclaimed })
                {
                    Assert.True(held[leaf] > life.Limits[Array.IndexOf(Leaves, leaf)], $"{leaf} held {held[leaf]}, within its limit, and gave");
                }

                held[leaf] += happened is RequestSubmitted { Lease: not null } or RequestStarted ? amount : happened is RequestRequeued ? -amount : 0;
            }
        },
        iter: 300, print: life => $"limits {string.Join(' ', life.Limits)}; weights {string.Join(' ', life.Weights)}; {life.Rules}; {string.Join(' ', life.Asks)}");

    private static Scene World(int[] limits, int[] weights, BetweenBorrowers rules, bool severalKinds, TimeSpan? grace = null)
    {
        Scene nexus = new Scene().Pool(Scene.Definition("p", ("cpu", 1_000), ("gpu", 1_000)) with
        {
            Strategy = "fairShare",
            KeepAfter = TimeSpan.FromDays(1),
            Preemption = new PreemptionSettings(grace ?? Second, TimeSpan.Zero, rules),
        });
        Set("acme", limits[^1], 1000, isInner: true);
        Set("acme/x", limits[^2], weights[^1], isInner: true);
        Set("acme/y", limits[^3], weights[^2], isInner: true);
        for (int i = 0; i < Leaves.Length; i++)
        {
            Set($"acme/{Leaves[i]}", limits[i], weights[i], isInner: false);
        }

        return nexus;

        void Set(string owner, int limit, int weight, bool isInner)
        {
            string[] kinds = severalKinds ? ["cpu", "gpu"] : ["cpu"];
            Assert.IsType<QuotaReply>(nexus.Send(new SetQuota(new QuotaDefinition(OwnerPath.Parse(owner), weight, [.. kinds.Select(k => Rule(k, limit, isInner))])) { Actor = Scene.Somebody }));
        }
    }

    private static QuotaRule Rule(string kind, int limit, bool isInner)
    {
        QuotaRule rule = new(kind) { Borrow = QuotaBound.Unbounded };
        Quantity amount = Scene.Amount(kind == "cpu" ? limit : (limit * 7) % 6);
        return isInner ? rule with { Extra = amount } : rule with { Limit = amount };
    }

    private static RequestSpec Spec(Ask ask, int number, bool severalKinds) => Scene.Spec(
        $"r{number}", severalKinds && ask.Gpu > 0 ? [("cpu", ask.Cpu / 2.0), ("gpu", ask.Gpu / 2.0)] : [("cpu", ask.Cpu / 2.0)],
        owner: $"acme/{Leaves[ask.Leaf]}/w", priority: Classes[ask.Rank], queue: true, lease: TimeSpan.FromDays(1)) with { Preemptible = true };

    private static string Told(EngineEvent happened) => happened switch
    {
        RequestStarted e => $"{e.Owner} {e.Id} starts",
        PreemptionNoticed e => $"{e.Owner} {e.Id} for {e.Notice.ForOwner} {e.Notice.ForId} by {e.Notice.Rule}",
        RequestEvent e => $"{e.Id} {e.GetType().Name}",
        _ => happened.GetType().Name,
    };

    internal sealed record Ask(int Leaf, int Cpu, int Gpu, int Rank, int Pause);
}
