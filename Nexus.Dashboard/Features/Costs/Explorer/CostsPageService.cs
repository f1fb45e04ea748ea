using Microsoft.Extensions.Options;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Shared;
using Nexus.Engine.Costs;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Storage;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Dashboard.Features.Costs.Explorer;

/// <summary>What the page of costs shows: authorises the person, then asks the ledger once for each of the two ranges.</summary>
internal sealed class CostsPageService(EngineHost host, IdleSharer idle, UnitCounting counting, IOptions<LedgerOptions> ledgers)
{
    private const int MostValues = 200;
    private const int MostChanges = 5;
    private const int MostPagesToFirstLine = 20;
    private const int RowsAtOnce = 1_000;

    /// <summary>Engine time.</summary>
    public Instant Now => host.Now;

    /// <summary>By what costs can be grouped: what every line has, and the labels by which sums are kept.</summary>
    public IReadOnlyList<string> Dimensions { get; } = [.. CostNames.Offered, .. ledgers.Value.RollupLabels.Select(l => $"label:{l}")];

    /// <summary>The values of a dimension in the range of a view, the dearest first; empty for what has none.</summary>
    public async Task<IReadOnlyList<string>> ValuesAsync(Caller caller, CostsAsked asked, string dimension, CancellationToken cancellation)
    {
        if (CostsService.Refused(caller) is not null || host.Journal?.Ledger is not { } ledger || !CostDimension.TryParse(dimension, out CostDimension? by))
        {
            return [];
        }

        CostQuery query = new(asked.From, asked.To) { GroupBy = [by], Filters = [.. asked.Filters.Where(f => f.Dimension != by)], Within = caller.Path };
        return await Task.Run(() => (IReadOnlyList<string>)[.. ledger.Report(query).Groups.Take(MostValues).Select(g => g.Values[0] ?? "")], cancellation);
    }

    /// <summary>The view.</summary>
    public async Task<Result<CostsView>> GetAsync(Caller caller, CostsAsked asked, CancellationToken cancellation)
    {
        if (CostsService.Refused(caller) is { } problem)
        {
            return problem;
        }

        Ledger ledger = host.Journal?.Ledger ?? throw new EngineUnavailableException("The engine reads its journal.", TimeSpan.FromSeconds(1));
        try
        {
            return await Task.Run(() => View(ledger, caller, asked, cancellation), cancellation);
        }
        catch (JournalException error)
        {
            throw new EngineUnavailableException($"The ledger cannot be read. {error.Message}", TimeSpan.FromSeconds(5), error);
        }
    }

    private CostsView View(Ledger ledger, Caller caller, CostsAsked asked, CancellationToken cancellation)
    {
        Instant now = host.Now;
        Instant until = asked.To < now ? asked.To : now;
        IReadOnlyList<Instant> steps = [.. CostTime.Steps(asked.Interval, asked.From, asked.To)];
        CostDimension[] by = CostFold.By(asked.GroupBy);
        CostReport report = ledger.Report(asked.Query(asked.From, asked.To, by) with { Within = caller.Path });
        cancellation.ThrowIfCancellationRequested();
        CostFold fold = new(asked, report, steps);

        // What is not over yet is compared with as much of the time before.
        (Instant From, Instant To)? before = CostComparison.Of(asked.Compare, asked.From, until > asked.From ? until : asked.To);
        CostFold? was = null;
        IReadOnlyList<Instant> wasSteps = [];
        if (before is var (from, to))
        {
            wasSteps = [.. CostTime.Steps(asked.Interval, from, to)];
            was = new CostFold(asked, ledger.Report(asked.Query(from, to, by) with { Within = caller.Path }), wasSteps);
        }

        cancellation.ThrowIfCancellationRequested();
        string? whyNoIdle = !caller.Path.IsRoot ? "What is idle is everybody's: it is shown to who sees all owners."
            : asked.Idle == IdleSharing.None && !asked.Filters.All(IdleShares.IsOfCapacity) ? "What is idle is nobody's: share it, or take the filters away that say whose costs count."
            : !idle.IsKnown ? "The journal is still being read: what was idle is shown as soon as it is known." : null;
        (IdleReport? idleNow, IdleReport? idleBefore) = (null, null);
        if (whyNoIdle is null)
        {
            idleNow = idle.Report(ledger, asked.From, until, asked.Filters);
            idleBefore = before is var (wasFrom, wasTo) ? idle.Report(ledger, wasFrom, wasTo, asked.Filters) : null;
            idleBefore = idleBefore?.KnownSince > before?.From ? null : idleBefore;
        }

        CostQuery query = new(asked.From, asked.To) { GroupBy = asked.GroupBy, Filters = asked.Filters, Within = caller.Path };
        SharedIdle? shares = idle.Share(ledger, query, idleNow, asked.Idle);
        SharedIdle? sharesBefore = before is var (sharedFrom, sharedTo) ? idle.Share(ledger, query with { From = sharedFrom, To = sharedTo }, idleBefore, asked.Idle) : null;
        IReadOnlyDictionary<string, UnitCounts>? counts = counting.Count(ledger, query, key => Keys(asked, key), cancellation);
        CostRows rows = new(asked, shares, was is null ? null : new CostRows(asked, sharesBefore, null, null, comparesDirect: false, most: int.MaxValue).Total(was.Rows(), wasSteps.Count), counts, shares is not null && sharesBefore is null);
        CostRow total = rows.Total(fold.Rows(), steps.Count);
        (IReadOnlyList<CostChange> largest, CostChange? others, int count) = was is null ? ([], null, 0)
            : CostChanges.Top([.. Changes(fold, was), .. shares is not null && sharesBefore is not null ? [new CostChange("idle", "", total.Idle - sharesBefore.Of.Values.Aggregate(sharesBefore.Unborne, static (sum, m) => sum + m), Money.Zero), .. OverheadChange(total, sharesBefore)] : (CostChange[])[]], MostChanges);
        return new CostsView(asked, host.Read.Configuration.Currency, now, total, steps)
        {
            Until = until,
            Before = before,
            BeforeSteps = Padded(was?.StepTotals() ?? [], steps.Count),
            Idle = idleNow is null ? null : new IdleView(idleNow.Total, idleNow.BySteps(asked.Interval, steps), idleBefore?.Total, idleNow.KnownSince > asked.From ? idleNow.KnownSince : null, idleNow.Unpriced),
            WhyNoIdle = whyNoIdle,
            SharedOwners = shares is null ? [] : [.. idle.Shared.Select(o => o.ToString())],
            Unpriced = fold.Unpriced(UnitOf),
            Changes = largest,
            OtherChanges = others,
            OtherCount = count,
            Lines = report.Total.Lines,
            LedgerStart = report.Total.Lines == 0 ? FirstLine(ledger, caller, cancellation) : null,
            Scanned = report.Scanned,
        };
    }

    /// <summary>The unit in which a kind's consumption is told: of what is held unit-hours.</summary>
    public string UnitOf(string resource) => host.Read.Configuration.Kind(resource) is not { } kind ? "" : kind.Behaviour == ResourceBehaviour.Held ? $"{kind.Unit}-hours" : kind.Unit + "s";

    /// <summary>Quantity × price, as a person reads it: with the price of the book where it comes to that, else with what it was on average.</summary>
    public string Product(CostItem item)
    {
        decimal quantity = (decimal)item.Sum.Consumed.Millionths / 1_000_000;
        string used = $"{Numbers.Count(quantity)} {UnitOf(item.Resource)}";
        if (item.Sku is null || quantity == 0)
        {
            return used;
        }

        decimal cost = CostText.Units(item.Sum.Cost);
        Money? listed = host.Read.Configuration.Prices.Prices.Concat(host.Read.Configuration.Prices.OfPools).Where(p => p.Sku.Name == item.Sku).Select(p => p.Sku.UnitPrice).OfType<Money>().Cast<Money?>().FirstOrDefault(p => item.Sum.Consumed.At(p!.Value) == item.Sum.Cost);
        decimal price = listed is { } one ? CostText.Units(one) : cost / quantity;
        (decimal times, string per) = price is > 0 and < 0.001m ? (1_000_000m, " / 1 M") : price is > 0 and < 0.01m ? (1_000m, " / 1,000") : (1m, "");
        return $"{used} × {(listed is null ? "≈ " : "")}{CostText.Rate(price * times, host.Read.Configuration.Currency)}{per}";
    }

    // Over all owners it is nothing; of some it is theirs.
    private static IEnumerable<CostChange> OverheadChange(CostRow total, SharedIdle before) =>
        total.Overhead - before.Overhead.Values.Aggregate(Money.Zero, static (sum, m) => sum + m) is var change && change != Money.Zero ? [new CostChange("overhead", "", change, Money.Zero)] : [];

    private static IEnumerable<string> Keys(CostsAsked asked, LedgerKey key)
    {
        yield return "";
        CostFilter[] filters = [.. asked.GroupBy.Select(d => new CostFilter(d, d.Of(key) ?? ""))];
        for (int levels = 1; levels <= filters.Length; levels++)
        {
            yield return CostFold.KeyOf(filters.Take(levels));
        }
    }

    private static IEnumerable<CostChange> Changes(CostFold now, CostFold was)
    {
        var (after, before) = (now.Cells(), was.Cells());
        return after.Keys.Union(before.Keys, StringComparer.Ordinal).Select(key =>
        {
            (CostRow row, string where, _) = after.TryGetValue(key, out var there) ? there : before[key];
            (Money volume, Money price) = CostChanges.Effects(before.GetValueOrDefault(key).Sum, after.GetValueOrDefault(key).Sum);
            return (row.Key, Change: new CostChange(row.Name, where, volume, price));
        }).GroupBy(c => (c.Key, c.Change.Where)).Select(g => g.Aggregate(g.First().Change with { Volume = Money.Zero, Price = Money.Zero }, static (sum, c) => sum with { Volume = sum.Volume + c.Change.Volume, Price = sum.Price + c.Change.Price }));
    }

    // A month before may have fewer days than this one.
    private static Money[] Padded(Money[] totals, int count) => totals.Length == 0 ? totals : [.. totals.Take(count), .. Enumerable.Repeat(Money.Zero, Math.Max(0, count - totals.Length))];

    private static Instant? FirstLine(Ledger ledger, Caller caller, CancellationToken cancellation)
    {
        (long Start, long Place)? next = null;
        for (int page = 0; page < MostPagesToFirstLine; page++)
        {
            cancellation.ThrowIfCancellationRequested();
            (IReadOnlyList<LedgerRow> rows, next) = ledger.Rows(new CostQuery(new Instant(0), new Instant(long.MaxValue)) { Within = caller.Path }, next, RowsAtOnce);
            if (rows.Count > 0 || next is null)
            {
                return rows.Count > 0 ? rows[0].Entry.Line.From : null;
            }
        }

        return null;
    }
}
