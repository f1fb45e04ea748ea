using System.Globalization;
using Nexus.Engine.Core;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>
/// A pool that gives fair shares evens out what several owners borrow, where it is set to. Nodes are written <c>path=limit*weight</c>, grants <c>id:node:amount:priority</c> with the
/// youngest first; what a node with children has is beyond what they lend it. The examples are Kueue's (preemption_fair_test.go, TestFairPreemptions) unless they say otherwise.
/// </summary>
public sealed class BetweenBorrowersTests
{
    private const string Three = "a=3 b=3 c=3 spot=0";
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData("the heaviest borrower gives back", "a1:a:1 a2:a:1 a3:a:1 b1:b:1 b2:b:1 b3:b:1 b4:b:1 b5:b:1 c1:c:1", "c:1", "b1")]
    [InlineData("a lighter one does, where the heaviest does not give enough", "a1:a:3 a2:a:1 b1:b:2 b2:b:3", "c:3", "a1")]
    [InlineData("what is borrowed comes out even", "a1:a:1 a2:a:1 a3:a:1 b1:b:1 b2:b:1 b3:b:1 b4:b:1 b5:b:1 c1:c:1", "a:1", "b1")]
    [InlineData("each that borrows gives one", "a1:a:0.5 a2:a:0.5 a3:a:3 b1:b:0.5 b2:b:0.5 b3:b:3", "c:2", "a1 b1")]
    [InlineData("nobody borrows", "a1:a:1 a2:a:1 a3:a:1 b1:b:1 b2:b:1 b3:b:1 c1:c:1 c2:c:1 c3:c:1", "c:1", "")]
    [InlineData("it would only be the other way round", "a1:a:1 a2:a:1 a3:a:1 b1:b:1 b2:b:1 b3:b:1 b4:b:1 b5:b:1", "a:2", "")]
    [InlineData("a lower class of the own node goes first while that borrows most", "a1:a:1:-1 a2:a:1:-1 a3:a:1 a4:a:1 b1:b:1 b2:b:1 b3:b:1 b4:b:1 b5:b:1", "a:2", "a1 a2")]
    [InlineData("then the heaviest", "a1:a:1:-1 a2:a:1 a3:a:1 b1:b:1 b2:b:1 b3:b:1 b4:b:1 b5:b:1 b6:b:1", "a:2", "a1 b1")]
    [InlineData("a huge one, where there is no other", "b1:b:9", "a:2", "b1")]
    [InlineData("a huge one for another huge one is not", "a1:a:2 b1:b:7", "a:5", "")]
    [InlineData("nor are two for a huge one", "b1:b:2 b2:b:2 b3:b:3", "a:6", "")]
    [InlineData("own and others', though its node is above its limit", "a1:a:2:-1 a2:a:1:-1 b1:b:3 b2:b:3", "a:4", "a1 b1")]
    [InlineData("rather one by which nobody ends up with more", "b1:b:2 b2:b:1 b3:b:2 c1:c:1", "a:3.5", "b2")]
    [InlineData("of two nodes, where in the end the largest share is less", "b1:b:2 b2:b:2.5 c1:c:2 c2:c:2.5", "a:3.5", "b1 c1")]
    [InlineData("and they do not come back for it", "a1:a:3.5 b2:b:2.5 c2:c:2.5", "b:2", "")]
    [InlineData("no node goes below its limit by more than one", "b1:b:3 b2:b:3 c1:c:3", "a:4", "")]
    [InlineData("a low class alone is no reason", "a1:a:1 a2:a:1 a3:a:1 b1:b:1 b2:b:1 b3:b:1 s1:spot:1:-3 s2:spot:1:-3 s3:spot:1:-3", "a:2", "")]
    public void Grants_end_where_that_is_fairer(string because, string running, string asks, string ends) => Assert.Equal(ends, Ended(Three, running, asks, note: because));

    [Theory]
    [InlineData(BetweenBorrowers.InitialShare, "low")]
    [InlineData(BetweenBorrowers.FinalShare, "high")]
    [InlineData(BetweenBorrowers.FinalThenInitialShare, "high")]
    [InlineData(BetweenBorrowers.Never, "")]
    public void By_the_share_before_the_lowest_class_goes_by_the_one_after_who_leaves_it_fair(BetweenBorrowers rules, string ends) =>
        Assert.Equal(ends, Ended(Three, "a1:a:3 low:b:5:0 high:b:1:1", "a:1", rules));

    [Theory]
    [InlineData("who weighs more takes more", "a=3*2 b=3 c=3", "a1:a:1 a2:a:1 a3:a:1 b1:b:1 b2:b:1 b3:b:1 b4:b:1 b5:b:1 b6:b:1", "a:2", "b1 b2")]
    [InlineData("who weighs nothing gives all that it borrows", "a=3 b=3*0 c=3", "a1:a:1 a2:a:1 a3:a:1 b1:b:1 b2:b:1 b3:b:1 b4:b:1 b5:b:1 b6:b:1", "a:3", "b1 b2 b3")]
    [InlineData("but nothing of its own", "a=3 b=3*0", "a1:a:1 a2:a:1 a3:a:1 b1:b:1 b2:b:1 b3:b:1", "a:1", "")]
    [InlineData("nor does a department of no weight", "left=0 right=1*0 right/q=0*0", "r1:right/q:1", "left:1", "")]
    [InlineData("who weighs nothing gets back what is its own", "a=1*0 b=0", "b1:b:1", "a:1", "b1")]
    [InlineData("and so does its department", "A=1*0 A/a=0*0 b=0", "b1:b:1", "A/a:1", "b1")]
    [InlineData("who weighs nothing takes from nobody who weighs something", "a=1*0 b=1", "a1:a:1 b1:b:1 b2:b:1", "a:1", "")]
    [InlineData("of two that weigh nothing who borrows more gives", "~=3 a=1*0 b=0*0", "b1:b:1 b2:b:1 b3:b:1", "a:2", "b1")]
    [InlineData("as of two that weigh the same", "~=3 a=1 b=0", "b1:b:1 b2:b:1 b3:b:1", "a:2", "b1")]
    public void A_share_counts_by_its_weight(string because, string nodes, string running, string asks, string ends) => Assert.Equal(ends, Ended(nodes, running, asks, note: because));

    [Theory]
    [InlineData(
        "in every department where it is fair", "~=5 LEFT=5*2 RIGHT=5 LEFT/a=1*2 LEFT/b=1 c=1 RIGHT/d=1 RIGHT/e=1*0.99",
        "b1:LEFT/b:1:1 b2:LEFT/b:1:2 b3:LEFT/b:1:3 b4:LEFT/b:1:4 b5:LEFT/b:1:5 c1:c:1:1 c2:c:1:2 c3:c:1:3 c4:c:1:4 c5:c:1:5 d1:RIGHT/d:1:1 d2:RIGHT/d:1:2 d3:RIGHT/d:1:3 d4:RIGHT/d:1:4 d5:RIGHT/d:1:5 e1:RIGHT/e:1:1 e2:RIGHT/e:1:2 e3:RIGHT/e:1:3 e4:RIGHT/e:1:4 e5:RIGHT/e:1:5",
        "LEFT/a:5", "b1 b2 c1 c2 e1")]
    [InlineData("not of a department that borrows nothing", "a=5*10 RIGHT=1*0.1 RIGHT/b=0", "a1:a:1:-1 a2:a:1:-1 a3:a:1:-1 b1:RIGHT/b:1:-1", "a:5", "a1 a2 a3")]
    [InlineData("deep below, as the sides at the top say", "A=0*1.01 A/A=0 A/A/a=0 B=0*0.99 B/B=0 B/B/b=0 C=0 C/C=1", "b1:B/B/b:1", "A/A/a:1", "b1")]
    [InlineData("who was spared first may still be needed then", "A=1*0 A/p=2 A/y=2 x=1", "p1:A/p:2 y1:A/y:2 y2:A/y:2 x1:x:1 x2:x:1", "A/p:1", "x1 y1")]
    [InlineData("a department that stays within what it has takes back what it lent", "A=1*0 A/p=2 A/y=2 x=1", "p1:A/p:2 y1:A/y:2 y2:A/y:2 x1:x:1 x2:x:1 x3:x:1", "A/p:1", "x1 x2 y1")]
    public void The_sides_are_compared_where_their_paths_part(string because, string nodes, string running, string asks, string ends) => Assert.Equal(ends, Ended(nodes, running, asks, note: because));

    [Theory]
    [InlineData(QuotaReclaim.LowerPriority, "a1 a2 a3")]
    [InlineData(QuotaReclaim.Never, "a1 a2 a3")]
    public void Of_whom_nothing_may_be_taken_back_nothing_is_evened_out(QuotaReclaim reclaim, string ends) =>
        Assert.Equal(ends, Ended("a=5*10 RIGHT=3*0.1 RIGHT/b=0", "a1:a:1:-1 a2:a:1:-1 a3:a:1:-1 b1:RIGHT/b:4:9", "a:4", reclaim: reclaim));

    // Not Kueue's: there both would end each other's grants for ever.
    [Fact]
    public void Where_both_borrow_the_same_before_and_after_nobody_ends() =>
        Assert.Equal("", Ended("a=0,0 b=0,0 c=4,10", "a1:a:0,5 a2:a:2 b1:b:0,5 c1:c:2", "b:2"));

    [Fact]
    public void Whoever_gave_and_comes_back_does_not_take_in_turn()
    {
        Scene nexus = World("a=2 b=2", "b1:b:4", BetweenBorrowers.InitialShare);
        nexus.Submit(Scene.Spec("more", [("cpu", 2.5)], owner: "acme/a/w", priority: "p0", queue: true) with { Preemptible = true });
        Assert.Equal((RequestStatus.Allocated, RequestStatus.Preempted), (nexus.Status("more"), nexus.Status("b1")));

        // It is put back into the queue, and its owner weighs so much by now that it borrows less with it than the other does.
        nexus.Send(new Requeue(new RequestKey("acme", "b1")) { Actor = Scene.Somebody });
        nexus.Send(new SetQuota(new QuotaDefinition(OwnerPath.Parse("acme/b"), 40 * QuotaDefinition.OneShare, [new QuotaRule("cpu") { Limit = Scene.Amount(2), Borrow = QuotaBound.Unbounded }])) { Actor = Scene.Somebody });

        Assert.Equal((RequestStatus.Allocated, RequestStatus.Queued), (nexus.Status("more"), nexus.Status("b1")));
    }

    [Fact]
    public void Under_another_strategy_it_does_not_count() =>
        Assert.Equal("", Ended(Three, "a1:a:3 b1:b:2 b2:b:2 b3:b:2", "a:1", strategy: "priority"));

    [Fact]
    public void Both_are_told_why()
    {
        Scene nexus = World("a=2 b=2", "b1:b:1 b2:b:3", BetweenBorrowers.FinalThenInitialShare, grace: Second);

        nexus.Submit(Scene.Spec("r", [("cpu", 2.5)], owner: "acme/a/w", priority: "p0", queue: true) with { Preemptible = true });

        Request taken = nexus.Engine.Requests.Single(r => r.Notice is not null);
        Assert.Equal(new PreemptionNotice(nexus.Now + Second, PreemptionRule.FairShare, OwnerPath.Parse("acme/a/w"), "r"), taken.Notice);
        Assert.Equal("Grants of owners who borrow more were told to end for it in pool p (fair share); what they free is kept for it.", ReasonText.Of(nexus.Request("r").Reason!));
        Assert.Equal(PreemptionRule.FairShare, nexus.Request("r").Preempting!.Rule);
        nexus.Advance(Second);
        Assert.Equal(RequestStatus.Allocated, nexus.Status("r"));
        Assert.Equal(ReasonCode.BorrowedMore, nexus.Request(taken.Spec.Id).Reason!.Code);
        Assert.Equal("Its owner had borrowed more than the owner of acme/a/w:r, who needed what it held (fair share).", ReasonText.Of(nexus.Request(taken.Spec.Id).Reason!));
        Assert.Equal(nexus.Engine.StateHash(), nexus.Replayed().StateHash());
    }

    [Fact]
    public void The_search_leaves_quotas_and_their_peaks_as_they_were()
    {
        Scene nexus = World(Three, "a1:a:3 b1:b:3 b2:b:3", BetweenBorrowers.FinalThenInitialShare);
        (string, decimal)[] before = Peaks();

        nexus.Submit(Scene.Spec("r", [("cpu", 4)], owner: "acme/a/w", priority: "p0", queue: true) with { Preemptible = true });

        Assert.Equal(RequestStatus.Queued, nexus.Status("r"));
        Assert.Equal(before, Peaks());

        (string, decimal)[] Peaks() => [.. nexus.Engine.Quotas.Select(q => (q.Definition.Owner.ToString(), q.Uses[0].Peak / 1000m))];
    }

    private static string Ended(
        string nodes, string running, string asks, BetweenBorrowers rules = BetweenBorrowers.FinalThenInitialShare, QuotaReclaim reclaim = QuotaReclaim.Any, string strategy = "fairShare", string note = "")
    {
        Scene nexus = World(nodes, running, rules, reclaim: reclaim, strategy: strategy);
        string[] asked = asks.Split(':');
        Request request = nexus.Submit(Scene.Spec("r", Amounts(asked[1]), owner: $"acme/{asked[0]}/w", priority: "p0", queue: true) with { Preemptible = true });

        string ended = string.Join(' ', nexus.Engine.Requests.Where(r => r.Status == RequestStatus.Preempted).Select(r => r.Spec.Id).Order(StringComparer.Ordinal));
        Assert.True(ended.Length == 0 || request.Status == RequestStatus.Allocated, $"{note}: {ended} ended in vain");
        return ended;
    }

    private static Scene World(string nodes, string running, BetweenBorrowers rules, TimeSpan grace = default, QuotaReclaim reclaim = QuotaReclaim.Any, string strategy = "fairShare")
    {
        Scene nexus = new Scene().Pool(Scene.Definition("p", ("cpu", 1_000), ("gpu", 1_000)) with { Strategy = strategy, Preemption = new PreemptionSettings(grace, TimeSpan.Zero, rules) });
        string[][] grants = [.. running.Split(' ').Reverse().Select(g => g.Split(':'))];
        foreach (int priority in grants.Where(g => g.Length > 3).Select(g => Number(g[3])).Append(0).Distinct())
        {
            nexus.Send(new SetPriorityClass(new PriorityClass($"p{priority}", 500 + priority)) { Actor = Scene.Somebody });
        }

        // What is held may be more than an owner has: the rules come after the grants.
        foreach (string[] grant in grants)
        {
            nexus.Submit(Scene.Spec(grant[0], Amounts(grant[2]), owner: $"acme/{grant[1]}/w", priority: $"p{(grant.Length > 3 ? grant[3] : "0")}") with { Preemptible = true });
        }

        (string Path, string[] Limit, double Weight)[] known = [.. nodes.Split(' ').Select(Node)];
        if (!known.Any(n => n.Path == "acme"))
        {
            known = [("acme", ["0", "0"], 1), .. known];
        }

        foreach ((string path, string[] limit, double weight) in known.OrderBy(n => n.Path.Length))
        {
            bool isInner = known.Any(n => n.Path.StartsWith(path + "/", StringComparison.Ordinal));
            QuotaRule[] set = [.. limit.Select((l, i) => new QuotaRule(i == 0 ? "cpu" : "gpu") { Borrow = QuotaBound.Unbounded, Reclaim = reclaim }).Zip(limit, (rule, l) => isInner ? rule with { Extra = Scene.Amount(Decimals(l)) } : rule with { Limit = Scene.Amount(Decimals(l)) })];
            Assert.IsType<QuotaReply>(nexus.Send(new SetQuota(new QuotaDefinition(OwnerPath.Parse(path), (int)Math.Round(weight * QuotaDefinition.OneShare), set)) { Actor = Scene.Somebody }));
        }

        return nexus;
    }

    private static (string Path, string[] Limit, double Weight) Node(string text)
    {
        string[] parts = text.Split('=', '*');
        return (parts[0] == "~" ? "acme" : $"acme/{parts[0]}", parts[1].Split(','), parts.Length > 2 ? Decimals(parts[2]) : 1);
    }

    private static (string Kind, double Amount)[] Amounts(string text) =>
        [.. text.Split(',').Select((a, i) => (i == 0 ? "cpu" : "gpu", Decimals(a))).Where(a => a.Item2 > 0)];

    private static double Decimals(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
