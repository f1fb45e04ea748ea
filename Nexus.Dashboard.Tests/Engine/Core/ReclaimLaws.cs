using CsCheck;
using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>What holds of every tree of quotas when owners take back what they lent.</summary>
public sealed class ReclaimLaws
{
    private const int HoursOfMonth = 30 * 24;
    private const int QuietRounds = 150;
    private static readonly string[] Inner = ["acme", "acme/x", "acme/y", "acme/y/d"];
    private static readonly string[] Leaves = ["acme/x/a", "acme/x/b", "acme/y/c", "acme/y/d/u", "acme/y/d/v", "acme/e"];
    private static readonly string[] Classes = ["low", "medium", "high"];
    private static readonly string[] Strategies = ["fairShare", "priority", "deadline"];
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static readonly Gen<Ask> Asks = Gen.Select(
        Gen.Int[0, Leaves.Length - 1], Gen.Int[1, 4], Gen.Int[0, 2], Gen.Int[0, HoursOfMonth - 1], Gen.Int[1, 2 * HoursOfMonth], (leaf, cpu, rank, at, hours) => new Ask(leaf, cpu, rank, at, hours));

    private static readonly Gen<Life> Lives = Gen.Select(
        Gen.Int[0, 5].Array[Inner.Length + Leaves.Length], Gen.Int[0, 2].Select(i => (QuotaReclaim)i).Array[Leaves.Length], Gen.Bool.Array[Leaves.Length], Gen.Int[0, Strategies.Length - 1],
        Gen.Int[0, 2], Gen.Bool, Asks.Array[2, 40], (limits, reclaim, bounded, strategy, grace, scarce, asks) => new Life(limits, reclaim, bounded, Strategies[strategy], grace * Hour, scarce, asks));

    // After the last submission nobody gives anything back any more: whoever ends waits and wants it again.
    [Fact]
    public void After_a_month_of_reclaiming_the_endings_stop_and_no_return_ends_its_evictor() => Lives.Sample(
        life =>
        {
            Scene nexus = World(life);
            Dictionary<string, int> until = new(StringComparer.Ordinal);
            for (int hour = 0; hour < HoursOfMonth; hour++)
            {
                if (Array.Exists(life.Asks, a => a.At == hour))
                {
                    for (int i = 0; i < life.Asks.Length; i++)
                    {
                        if (life.Asks[i].At == hour)
                        {
                            nexus.Submit(Spec(life.Asks[i], i));
                            until[$"r{i}"] = hour + life.Asks[i].Hours;
                        }
                    }
                }

                foreach (string id in until.Where(u => u.Value == hour && nexus.Request(u.Key).Status == RequestStatus.Allocated).Select(u => u.Key))
                {
                    nexus.Release(id);
                }

                nexus.Advance(Hour);
            }

            int rest = nexus.Events.Count;
            int quiet = rest;
            for (int round = 0; round < QuietRounds; round++)
            {
                nexus.Advance(Hour);
                quiet = round == QuietRounds / 2 ? nexus.Events.Count : quiet;
            }

            (string Victim, string For)[] ended = [.. nexus.Events.Skip(rest).Select(Ending).OfType<(string, string)>()];
            Assert.True(ended.Length <= 2 * life.Asks.Length, $"{ended.Length} grants ended after the last came: {Told(nexus, rest)}");
            Assert.DoesNotContain(ended.Select((e, i) => (e, i)), x => ended.Skip(x.i + 1).Contains((x.e.For, x.e.Victim)));
            Assert.DoesNotContain(nexus.Events.Skip(quiet), e => Ending(e) is not null);
        },
        iter: 150, print: life => life.ToString());

    private static (string Victim, string For)? Ending(EngineEvent happened) => happened is RequestRequeued { Reason: { Code: ReasonCode.Reclaimed or ReasonCode.BorrowedMore, Name: { } name } } ended
        ? (ended.Id, name[(name.LastIndexOf(':') + 1)..]) : null;

    private static string Told(Scene nexus, int from) => string.Join("; ", nexus.Events.Skip(from).OfType<RequestEvent>().Take(30).Select(e => $"{e.At} {e.Owner} {e.Id} {e.GetType().Name} {Ending(e)?.For}"));

    private static Scene World(Life life)
    {
        Scene nexus = new Scene().Pool(Scene.Definition("p", ("cpu", life.Scarce ? 8 : 1_000)) with
        {
            Strategy = life.Strategy,
            KeepAfter = TimeSpan.FromDays(365),
            Preemption = new PreemptionSettings(life.Grace, TimeSpan.Zero),
        });
        for (int i = 0; i < Inner.Length; i++)
        {
            Set(Inner[i], new QuotaRule("cpu") { Borrow = QuotaBound.Unbounded, Extra = Scene.Amount(life.Limits[i]) });
        }

        for (int i = 0; i < Leaves.Length; i++)
        {
            QuotaBound borrow = life.Bounded[i] ? QuotaBound.Of(Scene.Amount(3)) : QuotaBound.Unbounded;
            Set(Leaves[i], new QuotaRule("cpu") { Borrow = borrow, Limit = Scene.Amount(life.Limits[Inner.Length + i]), Reclaim = life.Reclaim[i] });
        }

        return nexus;

        void Set(string owner, QuotaRule rule) =>
            Assert.IsType<QuotaReply>(nexus.Send(new SetQuota(new QuotaDefinition(OwnerPath.Parse(owner), 1000, [rule])) { Actor = Scene.Somebody }));
    }

    private static RequestSpec Spec(Ask ask, int number) => Scene.Spec(
        $"r{number}", [("cpu", ask.Cpu / 2.0)], owner: $"{Leaves[ask.Leaf]}/w", priority: Classes[ask.Rank], queue: true, lease: TimeSpan.FromDays(1_000)) with { Preemptible = true };

    internal sealed record Ask(int Leaf, int Cpu, int Rank, int At, int Hours);

    internal sealed record Life(int[] Limits, QuotaReclaim[] Reclaim, bool[] Bounded, string Strategy, TimeSpan Grace, bool Scarce, Ask[] Asks)
    {
        /// <inheritdoc/>
        public override string ToString() =>
            $"limits {string.Join(' ', Limits)}; {string.Join(' ', Reclaim)}; bounded {string.Join(' ', Bounded)}; {Strategy}; grace {Grace}; {(Scarce ? "scarce" : "plenty")}; {string.Join(' ', Asks.Select(a => a.ToString()))}";
    }
}
