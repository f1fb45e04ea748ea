using CsCheck;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Storage;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Dashboard.Tests.Engine.Storage.Ledgers;

/// <summary>The ledger in the real database: every line once, every sum the sum of its lines to the last digit, whatever is asked and whatever happens in between.</summary>
public sealed class LedgerTests : IDisposable
{
    private const long Hour = 3_600_000;

    private static readonly Instant Start = Instant.From(new DateTimeOffset(2026, 1, 31, 20, 0, 0, TimeSpan.Zero));
    private static readonly string[] Tenants = ["acme", "globex"];
    private static readonly string?[] Models = [null, "m-1", "m-2"];

    private static readonly string[] Dimensions = ["tenant", "user", "agent", "resource", "model", "sku", "label:team", "label:run"];

    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Sums_equal_the_lines_to_the_last_digit_for_any_question()
    {
        Gen<(LedgerEntry[][] Batches, CostQuery[] Queries)> history =
            from batches in GenEntry.Array[0, 20].Array[1, 8]
            from queries in GenQuery.Array[1, 6]
            select (batches, queries);

        history.Sample(
            h =>
            {
                using DataFolder folder = new();
                using SqliteJournal journal = folder.Open(ledger: new LedgerOptions { RollupLabels = ["team"] });
                Write(journal, h.Batches);
                LedgerEntry[] all = [.. h.Batches.SelectMany(b => b)];
                foreach (CostQuery query in h.Queries)
                {
                    Equal(query, all, journal.Ledger);
                }
            },
            iter: 60);
    }

    [Fact]
    public void Pages_hold_each_line_once_in_order_of_time()
    {
        using SqliteJournal journal = _folder.Open();
        LedgerEntry[] entries = [.. Enumerable.Range(0, 25).Select(i => Entry("acme", (i * 7) % 10, Money.Parse("0.1")))];
        Write(journal, [entries]);

        List<LedgerRow> rows = [];
        (long, long)? next = null;
        do
        {
            (IReadOnlyList<LedgerRow> some, next) = journal.Ledger.Rows(new CostQuery(Start, Start + TimeSpan.FromHours(10)), next, 4);
            rows.AddRange(some);
        }
        while (next is not null);

        Assert.Equal(25, rows.Select(r => r.Place).Distinct().Count());
        Assert.Equal(rows.OrderBy(r => r.Entry.Line.From.Milliseconds).ThenBy(r => r.Place), rows);
    }

    [Fact]
    public void A_line_comes_back_with_all_that_it_says()
    {
        LedgerEntry entry = new(
            new CostLine(LineKind.Adjustment, "gpu", Start, Start + TimeSpan.FromHours(1), -1_500)
            {
                Sku = "s", Unit = PricingUnit.UnitHour, Quantity = new PricingQuantity(-1_500_000), UnitPrice = Money.Parse("12345678901.123456"), Pool = "p", Provider = "v", Model = "m", Lane = "batch", PromptTokens = 128_001, SharesMinimum = true,
            },
            OwnerPath.Parse("acme/alice/a/b/c"), Labels.Of([new("run", "7 \"x\""), new("team", "ü")])) { Request = "r", Lease = 9, Record = "u", NamedSku = "s", Corrects = 7, CorrectedKind = LineKind.Minimum };
        using SqliteJournal journal = _folder.Open();
        Write(journal, [[entry]]);

        Assert.Equal(entry, Assert.Single(journal.Ledger.Rows(new CostQuery(Start, Start + TimeSpan.FromDays(1)), null, 10).Rows).Entry);
        Assert.Equal("-18518518351.685184", journal.Ledger.Report(new CostQuery(Start, Start + TimeSpan.FromDays(1))).Total.Cost.ToString());
    }

    [Fact]
    public void Sums_beyond_64_bits_stay_exact()
    {
        using SqliteJournal journal = _folder.Open();
        LedgerEntry huge = Entry("acme", 0, Money.Parse("999999999999.999999")) with { };
        Write(journal, [.. Enumerable.Range(0, 30).Select(_ => new[] { huge })]);

        CostReport report = journal.Ledger.Report(new CostQuery(Start, Start + TimeSpan.FromDays(2)));

        Assert.Equal("29999999999999.99997", report.Total.Cost.ToString());
        Assert.False(report.Scanned);
    }

    [Fact]
    public void The_dearest_line_that_there_can_be_is_priced_and_kept()
    {
        Scene nexus = Given.Bucket("llm", "tokens.input", 1, TimeSpan.FromSeconds(1), 1).Prices(new Sku("in", "tokens.input") { UnitPrice = Money.Of(1_000_000) }, new Sku("slots", "gpu") { UnitPrice = Money.Of(1_000_000) });
        UsageRecord most = new("u1", nexus.Now, OwnerPath.Parse("acme"), "tokens.input", Quantity.FromThousandths(Quantity.MaxThousandths));
        nexus.Send(new RecordUsage([most, most with { Id = "u2", Resource = "gpu" }]) { Actor = Scene.Somebody });
        using SqliteJournal journal = _folder.Open();
        Write(journal, [[.. nexus.Ledger]]);

        Assert.Equal("2000000000000000000", journal.Ledger.Report(new CostQuery(nexus.Now, nexus.Now + TimeSpan.FromHours(1))).Total.Cost.ToString());
    }

    [Fact]
    public void What_a_failed_commit_would_have_written_is_nowhere()
    {
        using SqliteJournal journal = _folder.Open();
        Write(journal, [[Entry("acme", 0, Money.Of(1))]]);
        _folder.Sql("CREATE TRIGGER stop BEFORE INSERT ON ledger_days WHEN NEW.units = 7 BEGIN SELECT RAISE(ABORT, 'the test says no'); END");

        // A line, a key of its own, its record and its hour are written before the day says no.
        JournalBatch batch = Batch(journal, [Entry("globex", 0, Money.Of(7))]) with { Records = [("globex", "u1")] };
        Assert.Throws<JournalException>(() => journal.Commit(batch, []));
        Assert.True(journal.TryRecover(out _));

        CostQuery all = new(Start, Start + TimeSpan.FromDays(2)) { GroupBy = [new CostDimension("tenant")] };
        Assert.Equal(["acme"], journal.Ledger.Report(all).Groups.Select(g => g.Values[0]));
        Assert.Empty(journal.Ledger.Known([new UsageRecord("u1", Start, OwnerPath.Parse("globex/u"), "tokens.input", Quantity.Of(1))]));
        Write(journal, [[Entry("globex", 0, Money.Of(2))]]);
        Equal(all, [Entry("acme", 0, Money.Of(1)), Entry("globex", 0, Money.Of(2))], journal.Ledger);
    }

    [Fact]
    public async Task A_report_beside_a_writer_sees_whole_batches()
    {
        using SqliteJournal journal = _folder.Open();
        using CancellationTokenSource done = new();
        Task writing = Task.Run(() =>
        {
            for (int i = 0; i < 200; i++)
            {
                // Line by line, hour by hour and in the day: whatever a reader takes, both have the same.
                Write(journal, [[Entry("acme", i % 30, Money.Of(1)), Entry("globex", i % 30, Money.Of(1))]]);
            }

            done.Cancel();
        });
        CostQuery query = new(Start + TimeSpan.FromMinutes(-30), Start + TimeSpan.FromHours(40.5)) { GroupBy = [new CostDimension("tenant")] };
        do
        {
            CostReport report = journal.Ledger.Report(query);
            Assert.Single(report.Groups.Select(g => g.Sum.Cost).DefaultIfEmpty().Distinct());
        }
        while (!done.IsCancellationRequested);
        await writing;

        Assert.Equal(Money.Of(400), journal.Ledger.Report(query).Total.Cost);
    }

    [Fact]
    public void A_label_has_sums_from_when_it_was_named_and_lines_from_before()
    {
        LedgerEntry Labelled(int hour) => Entry("acme", hour, Money.Of(1)) with { Labels = Labels.Of([new("team", "red")]) };
        using (SqliteJournal without = _folder.Open())
        {
            Write(without, [[Labelled(0)]]);
        }

        using SqliteJournal journal = _folder.Open(ledger: new LedgerOptions { RollupLabels = ["team"] });
        Write(journal, [[Labelled(5)]]);

        CostQuery all = new(Start, Start + TimeSpan.FromHours(20)) { GroupBy = [new CostDimension("label:team")] };
        CostReport scanned = journal.Ledger.Report(all);
        Assert.Equal((true, Money.Of(2)), (scanned.Scanned, Assert.Single(scanned.Groups).Sum.Cost));
        CostReport later = journal.Ledger.Report(all with { From = Start + TimeSpan.FromHours(1) });
        Assert.Equal((false, Money.Of(1)), (later.Scanned, Assert.Single(later.Groups).Sum.Cost));
    }

    [Fact]
    public void A_journal_of_the_first_layout_gets_a_ledger()
    {
        using (SqliteJournal journal = _folder.Open())
        {
            journal.CommitUpTo(3);
        }

        _folder.Sql("DROP TABLE ledger_keys; DROP TABLE ledger; DROP TABLE usage_records; DROP TABLE ledger_hours; DROP TABLE ledger_days; DROP TABLE ledger_labels; DROP TABLE ledger_later; DROP TABLE ledger_months; PRAGMA user_version = 1");
        using SqliteJournal upgraded = _folder.Open();
        Write(upgraded, [[Entry("acme", 0, Money.Of(1))]]);

        Assert.Equal(3, upgraded.Read(0).Count(b => b.Last <= 3));
        Assert.Equal(Money.Of(1), upgraded.Ledger.Report(new CostQuery(Start, Start + TimeSpan.FromDays(1))).Total.Cost);
    }

    [Fact]
    public void A_journal_of_the_second_layout_gets_corrections_and_counts_lines_off_that_were_taken_back()
    {
        LedgerEntry used = Entry("acme", 0, Money.Of(3));
        using (SqliteJournal journal = _folder.Open())
        {
            Write(journal, [[used, used with { Line = used.Line.Reverse() }, Entry("acme", 1, Money.Of(1))]]);
        }

        // As the second layout had it: each line counted.
        _folder.Sql("ALTER TABLE ledger DROP COLUMN prompt; ALTER TABLE ledger DROP COLUMN named; ALTER TABLE ledger DROP COLUMN corrects; ALTER TABLE ledger DROP COLUMN corrected; ALTER TABLE ledger DROP COLUMN note; ALTER TABLE ledger DROP COLUMN shared; DROP TABLE ledger_later; DROP TABLE ledger_months; UPDATE ledger_hours SET lines = 1 WHERE lines < 0; UPDATE ledger_days SET lines = 1 WHERE lines < 0; PRAGMA user_version = 2");
        using SqliteJournal upgraded = _folder.Open();

        Equal(new CostQuery(Start, Start + TimeSpan.FromDays(2)) { GroupBy = [new CostDimension("tenant")] }, [used, used with { Line = used.Line.Reverse() }, Entry("acme", 1, Money.Of(1))], upgraded.Ledger);
    }

    [Fact]
    public void A_journal_of_the_third_layout_gets_the_sums_of_its_months()
    {
        LedgerEntry[] used = [.. Enumerable.Range(0, 2_000).Select(hour => Entry("acme", hour, Money.Parse("1.999999999999"))), Entry("globex", 900, Money.Parse("-0.000000000001"))];
        using (SqliteJournal journal = _folder.Open())
        {
            Write(journal, [used]);
        }

        _folder.Sql("ALTER TABLE ledger DROP COLUMN shared; DROP TABLE ledger_months; PRAGMA user_version = 3");
        using SqliteJournal upgraded = _folder.Open();
        LedgerEntry later = Entry("acme", 901, Money.Of(1));
        Write(upgraded, [[later]]);

        Equal(new CostQuery(Start, Start + TimeSpan.FromDays(90)) { GroupBy = [new CostDimension("tenant")], Interval = CostInterval.Month }, [.. used, later], upgraded.Ledger);
    }

    [Fact]
    public void A_journal_of_the_fourth_layout_has_lines_that_pay_their_own_minimum_and_gets_those_that_do_not()
    {
        LedgerEntry used = Entry("acme", 0, Money.Of(1));
        using (SqliteJournal journal = _folder.Open())
        {
            Write(journal, [[used]]);
        }

        _folder.Sql("ALTER TABLE ledger DROP COLUMN shared; PRAGMA user_version = 4");
        using SqliteJournal upgraded = _folder.Open();
        LedgerEntry shared = used with { Line = used.Line with { SharesMinimum = true } };
        Write(upgraded, [[shared]]);

        Assert.Equal([used, shared], upgraded.Ledger.Rows(new CostQuery(Start, Start + TimeSpan.FromDays(1)), null, 10).Rows.Select(r => r.Entry));
    }

    // Of two days and a half, now and then some weeks later: from the last day of January on, so that whole months lie between.
    private static Gen<int> GenMinutes { get; } =
        from minutes in Gen.Int[0, 60 * 60]
        from days in Gen.Int[0, 4].Select(i => new[] { 0, 0, 28, 31, 60 }[i])
        select minutes + (days * 24 * 60);

    private static Gen<LedgerEntry> GenEntry { get; } =
        from tenant in Gen.Int[0, 1]
        from user in Gen.Int[0, 2]
        from model in Gen.Int[0, 2]
        from minutes in GenMinutes
        from isHeld in Gen.Bool
        from amount in Gen.Long[1, 1_000_000]
        from price in Gen.Long[0, 999_999_999]
        from sign in Gen.Int[0, 4]
        from team in Gen.Int[0, 2]
        from run in Gen.Int[0, 3]
        select new LedgerEntry(
            new CostLine(sign == 0 ? LineKind.Adjustment : LineKind.Usage, isHeld ? "gpu" : "tokens.input", Start + TimeSpan.FromMinutes(minutes), Start + TimeSpan.FromMinutes(minutes + (isHeld ? 17 : 0)), sign == 0 ? -amount : amount)
            {
                Sku = price == 0 ? null : "s", Unit = isHeld ? PricingUnit.UnitHour : PricingUnit.One, Quantity = new PricingQuantity((sign == 0 ? -amount : amount) * 1_000), UnitPrice = new Money((Int128)price * 1_000_000), Model = Models[model],
            },
            OwnerPath.Parse($"{Tenants[tenant]}/u{user}/w"), team == 0 ? Labels.None : Labels.Of([new("run", $"{run}"), new("team", $"t{team}")]));

    private static Gen<CostQuery> GenQuery { get; } =
        from start in Gen.Int[-90, 60 * 50]
        from length in GenMinutes
        from first in Gen.Int[0, 7]
        from second in Gen.Int[0, 7]
        from filter in Gen.Int[0, 4]
        from interval in Gen.Int[0, 4]
        select new CostQuery(Start + TimeSpan.FromMinutes(start), Start + TimeSpan.FromMinutes(start + 1 + length))
        {
            GroupBy = [.. new[] { Dimensions[first], Dimensions[second] }.Distinct().Select(d => new CostDimension(d))],
            Filters = filter switch { 0 => [], 1 => [new(new("tenant"), "acme")], 2 => [new(new("model"), "m-1"), new(new("model"), "")], 3 => [new(new("label:team"), "t1")], _ => [new(new("label:run"), "2"), new(new("user"), "u1")] },
            Interval = (CostInterval)interval,
        };

    // The same, worked out one line after the other without any of the ledger's own code.
    private static void Equal(CostQuery query, IReadOnlyList<LedgerEntry> all, Ledger ledger)
    {
        CostReport report = ledger.Report(query);
        LedgerEntry[] counted = [.. all.Where(e => e.Line.From >= query.From && e.Line.From < query.To && query.Passes(LedgerKey.Of(e, e.Labels)))];
        Assert.Equal(counted.Aggregate(Int128.Zero, (sum, e) => sum + (e.Line.Quantity.Millionths * e.Line.UnitPrice.Picos / 1_000_000)), report.Total.Cost.Picos);
        Assert.Equal((Holding(counted), Holding(counted.Where(e => e.Line.Sku is null))), (report.Total.Lines, report.Unpriced));
        Assert.Equal(report.Total.Cost, report.Groups.Aggregate(Money.Zero, (sum, g) => sum + g.Sum.Cost));
        foreach (IGrouping<string, LedgerEntry> group in counted.GroupBy(e => string.Join('|', query.GroupBy.Select(d => d.Of(LedgerKey.Of(e, e.Labels)) ?? "-"))))
        {
            CostGroup told = Assert.Single(report.Groups, g => string.Join('|', g.Values.Select(v => v ?? "-")) == group.Key);
            Assert.Equal((Holding(group), group.Aggregate(Money.Zero, (sum, e) => sum + e.Line.Cost)), (told.Sum.Lines, told.Sum.Cost));
            Assert.Equal(group.Aggregate(Int128.Zero, (sum, e) => sum + e.Line.Consumed.Millionths), told.Sum.Consumed.Millionths);
        }

        if (query.Interval != CostInterval.None)
        {
            Assert.Equal(report.Total.Cost, report.Series.Aggregate(Money.Zero, (sum, p) => sum + p.Sum.Cost));
            foreach (IGrouping<Instant, LedgerEntry> step in counted.GroupBy(e => CostSteps.Of(query.Interval, e.Line.From)))
            {
                Assert.Equal(step.Aggregate(Money.Zero, (sum, e) => sum + e.Line.Cost), report.Series.Where(p => p.Start == step.Key).Aggregate(Money.Zero, (sum, p) => sum + p.Sum.Cost));
            }
        }
    }

    // A line that takes another back counts it off.
    private static long Holding(IEnumerable<LedgerEntry> entries) => entries.Sum(e => e.Line.Thousandths < 0 || e.Line.Quantity.Millionths < 0 ? -1L : 1L);

    private static LedgerEntry Entry(string tenant, int hour, Money cost) => new(
        new CostLine(LineKind.Usage, "tokens.input", new Instant(Start.Milliseconds + (hour * Hour)), new Instant(Start.Milliseconds + (hour * Hour)), 1_000) { Sku = "s", Quantity = new PricingQuantity(1_000_000), UnitPrice = cost },
        OwnerPath.Parse($"{tenant}/u"), Labels.None);

    private static void Write(SqliteJournal journal, IEnumerable<LedgerEntry[]> batches)
    {
        foreach (LedgerEntry[] entries in batches)
        {
            journal.Commit(Batch(journal, entries), []);
        }
    }

    private static JournalBatch Batch(SqliteJournal journal, LedgerEntry[] entries) => DataFolder.Batch(journal.LastSequence + 1, journal.LastSequence + 1) with { Ledger = entries };
}
