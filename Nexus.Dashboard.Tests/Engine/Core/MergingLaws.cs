using CsCheck;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Core;

/// <summary>Laws of shared grants, over random lives of requests that agree to share, of two tenants and three homes.</summary>
public sealed class MergingLaws
{
    private const long Hour = 3_600_000;
    private static readonly string[] Owners = ["acme/a", "acme/b/w", "globex/c"];
    private static readonly string[] Kinds = ["gpu", "llm.calls", "tokens.input"];

    // What is done, to whom, and how much.
    private static readonly Gen<List<(int Deed, int Who, int Much)>> Lives = Gen.Select(Gen.Int[0, 11], Gen.Int[0, 1_000], Gen.Int[0, 5_000]).List[10, 120];

    [Fact]
    public void Of_a_grant_an_hour_and_an_sku_one_minimum_is_billed_at_most() => Lives.Sample(life =>
    {
        Scene nexus = Set();
        life.ForEach(step => Do(nexus, step.Deed, step.Who, step.Much, mergeable: true));

        Assert.All(Minima(nexus), minima => Assert.True(minima.Sum(e => e.Line.TakesBack ? -1 : 1) <= 1, Said(minima)));
    }, iter: 200);

    [Fact]
    public void And_where_something_was_used_at_least_one_or_a_line_that_costs_as_much() => Gen.Select(Lives, Gen.Int[0, 5]).Sample((life, which) =>
    {
        Scene nexus = Set(which);
        life.ForEach(step => Do(nexus, step.Deed, step.Who, step.Much, mergeable: true));

        Dictionary<string, Money> minima = Book(which).Where(s => s.Minimum is not null).ToDictionary(s => s.Name, s => s.Minimum!.Value, StringComparer.Ordinal);
        Assert.All(
            Lines(nexus, e => e.Line.Sku is { } sku && minima.ContainsKey(sku)).Where(lines => lines.Sum(e => e.Line.Thousandths) > 0),
            lines => Assert.True(lines.Where(e => !e.Line.SharesMinimum).GroupBy(e => e.Lease).Any(own => CostOf(own.Select(e => e.Line)) >= minima[lines.Key.Sku]), Said(lines)));
    }, iter: 400);

    [Fact]
    public void And_one_member_alone_pays_it_whatever_prices_do() => Lives.Sample(life =>
    {
        Scene nexus = Set();
        foreach ((int deed, int who, int much) in life)
        {
            Do(nexus, deed, who, much, mergeable: true);
            if (deed == 11)
            {
                nexus.Prices(Book(who));
            }
        }

        // What is corrected late is corrected by the prices of then.
        HashSet<long?> late = [.. nexus.Ledger.Where(e => e.Line.Kind == LineKind.Adjustment).Select(e => e.Lease)];
        Assert.All(Minima(nexus), minima => Assert.True(minima.Where(e => !e.Line.TakesBack && !late.Contains(e.Lease)).Select(e => e.Lease).Distinct().Count() <= 1, Said(minima)));
    }, iter: 200);

    [Fact]
    public void Together_they_never_pay_more_than_each_for_itself() => Lives.Sample(life =>
    {
        (Scene merged, Scene apart) = (Set(), Set());
        foreach ((int deed, int who, int much) in life)
        {
            Do(merged, deed, who, much, mergeable: true);
            Do(apart, deed, who, much, mergeable: false);
        }

        Assert.Equal(apart.Engine.Requests.Count(), merged.Engine.Requests.Count());
        foreach (Request one in apart.Engine.Requests)
        {
            // A minimum that others rely on stays due though a late release told that nothing was used.
            Money kept = CostOf(merged.Events.OfType<SettlementCorrected>().Where(e => e.Key == one.Key).SelectMany(e => e.Lines).Where(l => l.Kind == LineKind.Minimum));
            Assert.True(merged.Request(one.Spec.Id, one.Owner.Tenant).Cost <= one.Cost + kept, $"{one.Key} costs {merged.Request(one.Spec.Id, one.Owner.Tenant).Cost} with others and {one.Cost} by itself");
        }
    }, iter: 200);

    [Fact]
    public void A_grant_is_joined_where_one_with_the_same_home_runs_and_nowhere_else() => Lives.Sample(life =>
    {
        Scene nexus = Set();
        foreach ((int deed, int who, int much) in life)
        {
            Request[] before = [.. nexus.Engine.Requests.Where(r => r.Status == RequestStatus.Allocated)];
            int known = nexus.Events.Count;
            Do(nexus, deed, who, much, mergeable: true);
            foreach (RequestSubmitted e in nexus.Events.Skip(known).OfType<RequestSubmitted>().Where(e => e.Lease is not null))
            {
                Request? kin = Array.Find(before, r => r.Owner.Tenant == e.Owner.Tenant && r.Lease!.Amounts.Select(a => a.Kind).SequenceEqual(e.Lease!.Amounts.Select(a => a.Kind)));
                Assert.Equal(kin?.Lease!.MergedWith ?? kin?.Lease!.Number, e.Lease!.MergedWith);
            }
        }
    }, iter: 100);

    [Fact]
    public void A_journal_and_a_snapshot_lead_to_the_same_state_and_the_same_lines() => Gen.Select(Lives, Lives).Sample((before, after) =>
    {
        Scene nexus = Set();
        before.ForEach(step => Do(nexus, step.Deed, step.Who, step.Much, mergeable: true));
        Assert.Equal(nexus.Engine.StateHash(), nexus.Replayed().StateHash());
        Nexus.Engine.Core.Engine other = nexus.Restored();
        Assert.Equal(nexus.Engine.StateHash(), other.StateHash());
        (int events, int lines) = (nexus.Events.Count, nexus.Ledger.Count);

        Batch batch = new();
        foreach ((int deed, int who, int much) in after)
        {
            Do(nexus, deed, who, much, mergeable: true, (command, now) => other.Handle(command, now, batch));
        }

        Assert.Equal(nexus.Ledger.Skip(lines).Select(e => e.Line), batch.Ledger.Select(e => e.Line));
        Assert.Equal(nexus.Engine.StateHash(), other.StateHash());
        Assert.Equal(nexus.Events.Count - events, batch.Events.Count);
    }, iter: 50);

    // Without tiers a line for which nothing was used makes up for a minimum, and takes one back where it is negative.
    private static IEnumerable<IGrouping<(long Grant, long Hour, string Sku), LedgerEntry>> Minima(Scene nexus) => Lines(nexus, e => e.Line is { Thousandths: 0, Sku: not null });

    private static IEnumerable<IGrouping<(long Grant, long Hour, string Sku), LedgerEntry>> Lines(Scene nexus, Func<LedgerEntry, bool> counts)
    {
        Dictionary<long, long> grants = [];
        foreach (Lease lease in nexus.Events.Select(e => e switch { RequestSubmitted s => s.Lease, RequestStarted s => s.Lease, _ => null }).OfType<Lease>())
        {
            grants[lease.Number] = lease.MergedWith ?? lease.Number;
        }

        return nexus.Ledger.Where(counts).GroupBy(e => (grants[e.Lease!.Value], e.Line.From.Milliseconds / Hour, e.Line.Sku!));
    }

    private static Money CostOf(IEnumerable<CostLine> lines) => lines.Aggregate(Money.Zero, static (sum, l) => sum + l.Cost);

    private static string Said(IGrouping<(long Grant, long Hour, string Sku), LedgerEntry> minima) => $"{minima.Key}: {string.Join("; ", minima.Select(e => $"{e.Request} {e.Lease} {e.Line.Kind} {e.Line.Cost}"))}";

    private static void Do(Scene nexus, int deed, int who, int much, bool mergeable, Action<Command, Instant>? also = null)
    {
        Request[] running = [.. nexus.Engine.Requests.Where(r => r.Status == RequestStatus.Allocated)];
        Request? one = running.Length == 0 ? null : running[who % running.Length];
        Request[] late = [.. nexus.Engine.Requests.Where(r => r is { Status: RequestStatus.Expired or RequestStatus.Cancelled, Settlement.Late: false })];
        if (deed <= 3 || (one is null && deed is >= 4 and <= 8))
        {
            string kind = Kinds[who / 3 % 3];
            RequestSpec spec = Scene.Spec($"r{nexus.Engine.Sequence}", [(kind, kind == "gpu" ? (1 + (much % 16)) / 4d : 1 + (much % 40))], Owners[who % 3], lease: TimeSpan.FromMinutes(1 + (much % 100)));
            Send(new Submit(spec with { Mergeable = mergeable }) { Actor = Scene.Somebody });
        }
        else if (deed is 4)
        {
            Send(new Renew(one!.Key, one.Lease!.Number, Scene.Vector((one.Lease.Amounts[0].Kind, 1)), ResourceVector.Empty) { Actor = Scene.Somebody });
        }
        else if (deed is 5 or 6)
        {
            Send(new Release(one!.Key, one.Lease!.Number, Usage(one), Labels.None, null) { Actor = Scene.Somebody });
        }
        else if (deed is 7)
        {
            Send(new Requeue(one!.Key) { Actor = Scene.Somebody });
        }
        else if (deed is 8)
        {
            Send(new Cancel(one!.Key) { Actor = Scene.Somebody });
        }
        else if (deed is 9 && late.Length > 0)
        {
            Request ended = late[who % late.Length];
            Send(new Release(ended.Key, ended.Lease!.Number, Usage(ended), Labels.None, null) { Actor = Scene.Somebody });
        }
        else
        {
            nexus.Advance(TimeSpan.FromSeconds(much));
            also?.Invoke(new Tick { Actor = Actor.Engine }, nexus.Now);
        }

        // Now and then nothing, and now and then another SKU.
        ResourceVector Usage(Request of)
        {
            int used = much % 4 == 0 ? 0 : much % 50;
            return of.Lease!.Amounts[0].Kind switch
            {
                "tokens.input" => Scene.Vector(("tokens.input", used), ("tokens.input.cached", much % 3 == 0 ? used : used / 3)),
                "llm.calls" => Scene.Vector(("llm.calls", used)),
                _ => ResourceVector.Empty,
            };
        }

        void Send(Command command)
        {
            nexus.Send(command);
            also?.Invoke(command, nexus.Now);
        }
    }

    private static Scene Set(int which = 0) => new Scene().Pool("gpus", ("gpu", 10_000)).Bucket("llm", "llm.calls", 1_000_000, TimeSpan.FromSeconds(1), 1_000_000).Bucket("models", "tokens.input", 1_000_000, TimeSpan.FromSeconds(1), 1_000_000).Prices(Book(which));

    // A part is priced by its whole in one book, and by its own SKU in another.
    private static Sku[] Book(int which) =>
    [
        new("gpu-hour", "gpu") { UnitPrice = Money.Of(1 + (which % 3)), Minimum = which % 4 == 3 ? null : Money.Of(2) },
        new("calls", "llm.calls") { UnitPrice = Money.Parse("0.1"), Minimum = Money.Of(which % 5) },
        new("in", "tokens.input") { UnitPrice = Money.Parse("0.01"), Minimum = Money.Parse("0.2") },
        new("in-long", "tokens.input") { UnitPrice = Money.Parse("0.02"), Minimum = Money.Parse("0.5"), AbovePromptTokens = 20 },
        .. which % 2 == 1 ? (Sku[])[new("cached", "tokens.input.cached") { UnitPrice = Money.Parse("0.001"), Minimum = Money.Parse("0.1") }] : [],
    ];
}
