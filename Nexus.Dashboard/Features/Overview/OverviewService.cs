using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Components;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Alerts.Firing;
using Nexus.Dashboard.Features.Budgets;
using Nexus.Dashboard.Features.Pools;
using Nexus.Dashboard.Features.Recommendations;
using Nexus.Dashboard.Shared;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Optimization;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Features.Overview;

/// <summary>Answers the operator on call: is anything wrong, what does it hurt, what do I do?</summary>
internal sealed class OverviewService(EngineHost host, EngineFeed feed, SpendToday spend, BudgetsPageService budgets, AlertDesk alerts, RecommendationService recommendations, TimeProvider time)
{
    /// <summary>For so long all who may see the same are shown the same: hundreds of open pages cost little more than one.</summary>
    public static readonly TimeSpan Shared = TimeSpan.FromMilliseconds(250);

    private const int MostShown = 256;
    private const int MostNeeds = 5;
    private const int MostDecisions = 12;

    // What saves less of what is spent can wait for the review of somebody who looks for savings.
    private const double WorthLookingAt = 0.02;
    private static readonly TimeSpan AdmissionTarget = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan StuckAfter = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<(string Path, PastRange Past), (long At, OverviewView View)> _shown = new();

    public Result<OverviewView> Get(Caller caller, PastRange past)
    {
        if (!caller.Allows(Scope.Read))
        {
            return Problem.MissingScope(Scope.Read, caller);
        }

        // What a caller sees depends on its path and the range alone.
        (string, PastRange) shared = (caller.Path.ToString(), past);
        if (_shown.TryGetValue(shared, out (long At, OverviewView View) shown) && time.GetElapsedTime(shown.At) < Shared)
        {
            return shown.View;
        }

        if (_shown.Count >= MostShown)
        {
            _shown.Clear();
        }

        OverviewView view = Look(caller, past);
        _shown[shared] = (time.GetTimestamp(), view);
        return view;
    }

    private OverviewView Look(Caller caller, PastRange past)
    {
        ReadModel read = host.Read;
        Instant now = host.Now;
        IReadOnlyList<SeriesPoint> series = feed.Over(past.Span);
        PoolState[] visible = [.. read.Pools.Where(p => PoolService.Visible(caller, p))];
        PoolRow[] pools = [.. visible.Select(p => PoolRows.Of(p, read, series, now)).OrderByDescending(p => p.Waiting).ThenBy(p => p.Name, StringComparer.Ordinal)];
        Counts counts = read.CountsWithin(caller.Path);
        EndedCounts ended = read.EndedSince(now - past.Span, caller.Path);
        string resource = visible.Any(p => p.Of("gpu") is not null) ? "gpu" : visible.FirstOrDefault() is { } first ? PoolRows.Fullest(first, now).Supply.Kind : "gpu";
        IReadOnlyList<BudgetRow> rows = budgets.Get(caller, caller).Value ?? [];
        Need[] needs = [.. Needs(pools, counts, now).Concat(Needs(rows)).Concat(Needs(caller)).Concat(Savings(caller)).OrderBy(n => n.State switch { Signal.Bad => 0, Signal.Planned => 2, _ => 1 })];
        BudgetRow? widest = rows.Where(r => !r.IsRolling && r.IsOfEverything).MaxBy(r => r.TimeLeft);
        return new OverviewView(
            Answer(pools, counts, now), resource, counts.Waiting, Figures(visible, counts, ended, series, resource, now, past, caller.Path, widest), [.. needs.Take(MostNeeds)], pools,
            [.. series.Select(p => ChartPointOf(p, resource))], DecisionRows.Newest(read, caller.Path, MostDecisions))
        {
            MoreNeeds = Math.Max(0, needs.Length - MostNeeds),
            Budget = widest,
            Currency = budgets.Currency,
        };
    }

    /// <summary>A point of the chart: running, waiting on top of it, and capacity, in units of the resource.</summary>
    public static ChartPoint ChartPointOf(SeriesPoint point, string resource)
    {
        KindPoint kind = point.Kinds.FirstOrDefault(k => k.Kind == resource);
        return new ChartPoint(point.At.Milliseconds, [(double)kind.Used.Units, (double)kind.Waiting.Units, (double)kind.Capacity.Units]);
    }

    private MarkupString Answer(IReadOnlyList<PoolRow> pools, Counts counts, Instant now)
    {
        if (host.Health is { IsReady: false } health)
        {
            return new MarkupString($"<b>The engine does not decide:</b> {HtmlEncoder.Default.Encode(health.Reason ?? "it is starting")}");
        }

        if (pools.Count == 0)
        {
            return new MarkupString("Nothing can be granted yet: there is no pool.");
        }

        PoolRow? full = pools.FirstOrDefault(p => p.State == Signal.Bad && p.Waiting > 0);
        string oldest = counts.OldestWaitingSince is { } since ? $", the oldest {Numbers.Duration(now - since)}" : "";
        return new MarkupString(full is not null
            ? $"<b><a class=\"lk\" href=\"/pools/{Uri.EscapeDataString(full.Name)}\">{HtmlEncoder.Default.Encode(full.Name)}</a> {(full.IsUnwell ? "is unhealthy" : "is full")}:</b> {full.Waiting} {(full.Waiting == 1 ? "request waits" : "requests wait")}{oldest}. {Running(counts)}."
            : counts.Waiting > 0
                ? $"<b>{counts.Waiting} {(counts.Waiting == 1 ? "request waits" : "requests wait")}</b>{oldest}. {Running(counts)}."
                : $"Nothing waits. {Running(counts)} in {pools.Count} {(pools.Count == 1 ? "pool" : "pools")}.");
    }

    // What is counted over all owners is shown to those alone who may see all owners.
    private List<Figure> Figures(PoolState[] pools, Counts counts, EndedCounts ended, IReadOnlyList<SeriesPoint> series, string resource, Instant now, PastRange past, OwnerPath path, BudgetRow? widest)
    {
        bool seesAll = path.IsRoot;
        decimal used = pools.Sum(p => p.Of(resource) is { } m ? PoolRows.Used(m, now) : 0);
        decimal capacity = pools.Sum(p => p.Of(resource)?.Supply.Amount.Units ?? 0);
        TimeSpan? p99 = host.Meters.AdmissionP99LastMinute;
        double rate = series.Count > 0 ? series[^1].DecisionsPerSecond : 0;
        (long refused, long decided) = seesAll
            ? (series.Sum(p => p.Refused), series.Sum(p => p.Decided))
            : (ended.Rejected, ended.Rejected + ended.Released + ended.Expired + ended.Cancelled + counts.Running + counts.Waiting);
        IReadOnlyList<double> History(Func<SeriesPoint, double> value) => seesAll ? PoolRows.Thinned(series, value) : [];
        int before = seesAll && series.Count > 1 ? series[0].Waiting : counts.Waiting;
        return
        [
            new Figure($"{resource} utilisation", capacity > 0 ? (used / capacity * 100).ToString("0", CultureInfo.InvariantCulture) : "–", "%", $"{Numbers.Count(used)} of {Numbers.Count(capacity)} used", "/pools",
                PoolRows.Thinned(series, p => p.Kinds.Where(k => k.Kind == resource).Select(k => (double)k.Used.Units).FirstOrDefault())),
            new Figure("Waiting", Numbers.Count(counts.Waiting), "", string.Join(", ", new[] { Moved(counts.Waiting - before, past), counts.OldestWaitingSince is { } since ? $"oldest {Numbers.Duration(now - since)}" : "nobody waits" }.Where(t => t.Length > 0)), "/queue?status=queued",
                History(p => p.Waiting)),
            new Figure("Admission p99", p99 is { } time ? Numbers.Milliseconds(time.TotalMilliseconds) : "–", p99 is null ? "" : "ms",
                $"target {AdmissionTarget.TotalMilliseconds:0} ms, {rate.ToString("0.#", CultureInfo.InvariantCulture)} decisions/s", "/queue?view=times", PoolRows.Thinned(series, p => p.AdmissionP99?.TotalMilliseconds ?? 0)),
            new Figure("Refused", decided == 0 ? "–" : ((double)refused / decided * 100).ToString("0.0", CultureInfo.InvariantCulture), decided == 0 ? "" : "%",
                $"{Numbers.Count(refused)} of {Numbers.Count(decided)}, {past.Words}", "/queue?status=rejected", History(p => p.Refused)),
            Spend(spend.Of(path), widest),
        ];
    }

    private Figure Spend(SpendToday.Spending? spending, BudgetRow? widest) => new(
        "Spend today", spending is null ? "–" : BudgetMoney.Hero(spending.Today, budgets.Currency), "",
        widest?.Expected is { } end ? $"≈\u00A0{BudgetMoney.Hero(end, budgets.Currency)} at the end of the {widest.Budget.Period}, {Numbers.Percent((double)BudgetMoney.Part(end, widest.Available))} of its budget"
            : spending is null ? "the ledger is being read" : $"{BudgetMoney.Hero(spending.YesterdayByNow, budgets.Currency)} yesterday by now",
        "/costs", spending?.ByHour ?? []);

    private static string Moved(int by, PastRange past) => by == 0 ? "" : $"{(by > 0 ? "▲" : "▼")} {Numbers.Count(Math.Abs(by))} in {past.Key}";

    private static string Running(Counts counts) => $"{counts.Running.ToString("#,0", CultureInfo.InvariantCulture)} {(counts.Running == 1 ? "request runs" : "requests run")}";

    private static IEnumerable<Need> Needs(IReadOnlyList<BudgetRow> rows) => rows
        .Where(r => r.IsAtRisk && r.Budget.State != Engine.Costs.Budgets.BudgetCondition.Paused)
        .Select(r => new Need(r.Outcome.State, $"Budget {r.Id}", $"{r.Outcome.Text}{(r.Outcome.At is { } at ? $" {at.ToString("d MMM HH:mm", CultureInfo.InvariantCulture)}" : "")}{r.Outcome.Tail}; {BudgetMoney.Full(r.Left, r.Budget.Spent.Currency)} left.", null, "Open", $"/budgets?open={Uri.EscapeDataString(r.Id)}"));

    // What is about pools, the queue and budgets stands here already.
    private IEnumerable<Need> Needs(Caller caller) => alerts.Open
        .Where(a => a.NeedsSomebody && a.Alert.Severity != Alerts.AlertSeverity.Info && caller.MayActFor(a.Alert.Within) && a.Alert.Metric.Split('.')[0] is not ("pool" or "queue" or "budget" or "engine"))
        .Select(a => new Need(a.Alert.Severity == Alerts.AlertSeverity.Critical ? Signal.Bad : Signal.Warning, a.Alert.Sentence, $"Rule {a.Alert.Rule}.", a.Alert.Since, "Why", $"/alerts?open={a.Alert.Id.ToString(CultureInfo.InvariantCulture)}"));

    private IEnumerable<Need> Savings(Caller caller) => spend.Of(caller.Path)?.Last30Days is not { } month || month <= Engine.Costs.Money.Zero ? [] : recommendations.KnownOpen(caller)
        .Select(r => (Of: r, Part: SavingsMoney.Units(r.Saving.Monthly) / (SavingsMoney.Units(month) * Saving.DaysOfMonth / 30))).Where(r => r.Part > WorthLookingAt)
        .Select(r => new Need(Signal.Planned, r.Of.Title, $"≈\u00A0{BudgetMoney.Hero(r.Of.Saving.Monthly, budgets.Currency)} a month, {Numbers.Share(r.Part)} of what is spent; risk {r.Of.Risk.ToString().ToLowerInvariant()}.", null, "Look", $"/recommendations?open={r.Of.Id.ToString(CultureInfo.InvariantCulture)}"));

    private IEnumerable<Need> Needs(IReadOnlyList<PoolRow> pools, Counts counts, Instant now)
    {
        EngineHealth health = host.Health;
        if (!health.IsReady)
        {
            yield return new Need(Signal.Bad, "The engine does not decide", health.Reason ?? "It is starting.", health.Since, "Open", "/settings?section=data");
        }

        if (health.Clock.State == ClockState.WaitingForOperator)
        {
            yield return new Need(Signal.Bad, "The wall clock jumped ahead", $"by {Numbers.Duration(health.Clock.Ahead)}; engine time goes on by itself until somebody says that it is right.", null, "Open", "/settings?section=data");
        }

        foreach (PoolRow pool in pools.Where(p => p.IsUnwell))
        {
            yield return new Need(pool.State, $"{pool.Name} is {pool.Word.ToLowerInvariant()}", pool.Health ?? "", null, "Open", $"/pools/{Uri.EscapeDataString(pool.Name)}");
        }

        foreach (PoolRow pool in pools.Where(p => p is { State: Signal.Bad, IsUnwell: false } && p.Waiting > 0))
        {
            yield return new Need(Signal.Bad, $"{pool.Name} is full", $"{pool.Waiting} wait; {pool.Numbers}.", null, "Why", $"/queue?status=queued&pool={Uri.EscapeDataString(pool.Name)}");
        }

        foreach (PoolRow pool in pools.Where(p => p is { State: Signal.Warning, IsUnwell: false } && p.Waiting > 0))
        {
            yield return new Need(Signal.Warning, $"{pool.Name} has too little free", $"{pool.Waiting} wait for more than what is left; {pool.Numbers}.", null, "Why", $"/queue?status=queued&pool={Uri.EscapeDataString(pool.Name)}");
        }

        if (counts.OldestWaitingSince is { } since && now - since > StuckAfter)
        {
            yield return new Need(Signal.Warning, "A request waits long", $"The oldest has waited {Numbers.Duration(now - since)}.", since.ToDateTimeOffset(), "Why", "/queue?status=queued");
        }

        foreach (PoolRow pool in pools.Where(p => p.Word == "Draining"))
        {
            yield return new Need(Signal.Warning, $"{pool.Name} is being drained", $"It grants nothing; {pool.Numbers} still held.", null, "Open", $"/pools/{Uri.EscapeDataString(pool.Name)}");
        }
    }
}
