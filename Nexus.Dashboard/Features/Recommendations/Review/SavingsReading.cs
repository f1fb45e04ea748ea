using Microsoft.Extensions.Options;
using Nexus.Engine.Costs;
using Nexus.Engine.Hosting;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Optimization;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Storage.Ledgers;
using Request = Nexus.Engine.Scheduling.Request;

namespace Nexus.Dashboard.Features.Recommendations.Review;

/// <summary>Reads the past that detectors look at: sums of the ledger, the series of the pools, limits, and calls.</summary>
internal sealed class SavingsReading(EngineHost host, EngineFeed feed, CallReading calls, IOptions<SavingsOptions> options)
{
    private const double Millionths = 1_000_000;
    private const double Thousandths = 1_000;
    private const int MostRequests = 20_000;

    // Of more combinations of owner, kind, pool and model the days are read: an hour each would be millions of sums.
    private const int MostGroups = 2_000;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly CostDimension[] Dimensions = [new("owner"), new("resource"), new("pool"), new("model")];

    /// <summary>Reads it: whole hours that are over, in days that end with the last of them.</summary>
    public SavingsPast Read(Ledger ledger, CancellationToken cancellation)
    {
        Instant to = CostSteps.Of(CostInterval.Hour, host.Now);
        Instant from = to - TimeSpan.FromDays(Math.Floor(options.Value.Window.TotalDays));
        CostQuery query = new(from, to) { GroupBy = Dimensions };
        bool hourly = ledger.Report(query).Groups.Count <= MostGroups;
        CostReport report = ledger.Report(query with { Interval = hourly ? CostInterval.Hour : CostInterval.Day });
        SpendCell[] spend = [.. report.Series.Select(p => Cell(p, report.Groups[p.Group]))];
        cancellation.ThrowIfCancellationRequested();
        PoolPast[] pools = [.. Pools(to - from, cancellation)];
        (IReadOnlyList<CallPast> made, Instant since) = calls.Read(ledger, from, to, cancellation);
        return new SavingsPast(from, to)
        {
            Spend = spend,
            Pools = pools,
            Quotas = hourly ? [.. Quotas(spend, pools, to)] : [],
            Calls = made,
            CallsFrom = since,
            BatchShares = BatchShares(host.Read.Configuration.Prices),
        };
    }

    private static SpendCell Cell(CostPoint point, CostGroup group) => new(
        point.Start, OwnerPath.Parse(group.Values[0]!), group.Values[1]!, group.Values[2], group.Values[3],
        (double)point.Sum.Consumed.Millionths / Millionths, SavingsMoney.Units(point.Sum.Cost));

    private IEnumerable<PoolPast> Pools(TimeSpan span, CancellationToken cancellation)
    {
        Dictionary<(string Pool, string Kind), List<UsePoint>> points = [];
        foreach (SeriesPoint point in feed.FiveMinutesOver(span))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (MeterPoint meter in point.Meters)
            {
                if (!points.TryGetValue((meter.Pool, meter.Kind), out List<UsePoint>? of))
                {
                    points[(meter.Pool, meter.Kind)] = of = [];
                }

                of.Add(new UsePoint(point.At, meter.Used.Thousandths / Thousandths, meter.Capacity.Thousandths / Thousandths));
            }
        }

        Dictionary<(string, string), double> preemptible = PreemptibleShares();
        Instant now = host.Now;
        foreach (Engine.Core.PoolState pool in host.Read.Pools)
        {
            foreach (Engine.Core.MeterState meter in pool.Meters.Where(m => m.Behaviour == ResourceBehaviour.Held && !m.Supply.Amount.IsZero))
            {
                string kind = meter.Supply.Kind;
                PriceBook book = host.Read.Configuration.Prices;
                SkuPrice? price = book.Find(new UsageFacts(kind, now) { Pool = pool.Name, Provider = pool.Definition.Labels["provider"], Model = pool.Definition.Labels["model"] }, static _ => null);
                string allowed = pool.Definition.Allow is { } allow ? string.Join(' ', allow.Select(o => o.ToString())) : "";
                yield return new PoolPast(
                    pool.Name, kind, pool.Definition.PurchaseOption, $"{pool.Definition.Labels["model"]}|{pool.Definition.Labels["flavour"]}|{allowed}", price?.Sku.UnitPrice is { } unit ? SavingsMoney.Units(unit) : null,
                    [.. points.GetValueOrDefault((pool.Name, kind)) ?? [], new UsePoint(now, meter.Used.Thousandths / Thousandths, meter.Supply.Amount.Thousandths / Thousandths)])
                {
                    PreemptibleShare = preemptible.TryGetValue((pool.Name, kind), out double share) ? share : null,
                };
            }
        }
    }

    // Of the grants that ended last: how much of what they held could have been taken back.
    private Dictionary<(string, string), double> PreemptibleShares()
    {
        Dictionary<(string, string), (double All, double Preemptible)> held = [];
        RequestCursor? next = null;
        int seen = 0;
        do
        {
            RequestPage page = host.Read.List(new RequestQuery { Within = OwnerPath.Root, Statuses = new HashSet<RequestStatus> { RequestStatus.Released, RequestStatus.Expired }, Limit = RequestQuery.MaxLimit, Cursor = next });
            foreach (Request request in page.Items.Where(r => r is { Lease: not null, Settlement: not null }))
            {
                for (int i = 0; i < request.Lease!.Amounts.Count; i++)
                {
                    (string kind, Quantity amount) = request.Lease.Amounts[i];
                    (string, string) key = (request.Lease.Pools[i], kind);
                    double hours = amount.Thousandths / Thousandths * request.Settlement!.Held.TotalHours;
                    (double all, double may) = held.GetValueOrDefault(key);
                    held[key] = (all + hours, may + (request.Spec.Preemptible ? hours : 0));
                }
            }

            (seen, next) = (seen + page.Items.Count, page.Next);
        }
        while (next is not null && seen < MostRequests);
        return held.Where(h => h.Value.All > 0).ToDictionary(h => h.Key, h => h.Value.Preemptible / h.Value.All);
    }

    private IEnumerable<QuotaPast> Quotas(SpendCell[] spend, PoolPast[] pools, Instant to)
    {
        ILookup<string, SpendCell> byKind = spend.ToLookup(c => c.Resource, StringComparer.Ordinal);
        foreach (QuotaShown node in host.Read.QuotasWithin(OwnerPath.Root))
        {
            foreach ((QuotaRule rule, QuotaFigures figures) in node.State.Definition.Rules.Zip(node.Figures))
            {
                bool held = host.Read.Configuration.Kind(rule.Resource)?.Behaviour == ResourceBehaviour.Held;
                if (!held || rule is not { Limit: { } limit, Mode: QuotaMode.Hard, Windows.Count: 0 } || rule.Period != QuotaPeriod.None)
                {
                    continue;
                }

                SpendCell[] used = [.. byKind[rule.Resource].Where(c => c.Owner.IsWithin(node.State.Owner))];
                yield return new QuotaPast(node.State.Owner, rule.Resource, limit.Thousandths / Thousandths, Hours(used, limit.Thousandths / Thousandths, to))
                {
                    Peak = figures.Peak / Thousandths,
                    Rejections = figures.Rejections,
                    UnitHour = pools.Where(p => p.Resource == rule.Resource && p.UnitHour > 0).Min(p => p.UnitHour) ?? Paid(used),
                    SetAside = rule.LendTo == QuotaLendTo.All ? 1 - Math.Min(1, rule.Lend.Amount is { } lent ? lent.Thousandths / (double)Math.Max(1, limit.Thousandths) : 1) : 1,
                };
            }
        }
    }

    // From the first hour of use on: before that nobody was there to use it.
    private static UsePoint[] Hours(SpendCell[] used, double limit, Instant to)
    {
        if (used.Length == 0)
        {
            return [];
        }

        Dictionary<Instant, double> hours = used.GroupBy(c => c.Hour).ToDictionary(g => g.Key, g => g.Sum(c => c.Consumed));
        Instant first = hours.Keys.Min();
        return [.. Enumerable.Range(0, (int)((to - first) / Hour)).Select(i => first + (Hour * i)).Select(at => new UsePoint(at, hours.GetValueOrDefault(at), limit))];
    }

    private static double? Paid(SpendCell[] used) => used.Sum(c => c.Consumed) is > 0 and var hours && used.Sum(c => c.Cost) is > 0 and var cost ? cost / hours : null;

    private static Dictionary<string, double> BatchShares(PriceBook book)
    {
        Dictionary<string, double> shares = new(StringComparer.Ordinal);
        foreach (IGrouping<string, Sku> model in book.Prices.Select(p => p.Sku).Where(s => s is { Model: not null, UnitPrice: not null, AbovePromptTokens: null }).GroupBy(s => s.Model!, StringComparer.Ordinal))
        {
            double[] pairs = [.. model.Where(s => s.Lane == "batch")
                .Select(b => (Batch: b, Standard: model.FirstOrDefault(s => s.Resource == b.Resource && s.Lane is null or "standard" && s.Provider == b.Provider && s.Pool == b.Pool)))
                .Where(p => p.Standard?.UnitPrice > Money.Zero).Select(p => SavingsMoney.Units(p.Batch.UnitPrice!.Value) / SavingsMoney.Units(p.Standard!.UnitPrice!.Value))];
            if (pairs.Length > 0 && pairs.Average() < 1)
            {
                shares[model.Key] = pairs.Average();
            }
        }

        return shares;
    }
}
