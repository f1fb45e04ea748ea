using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Audit;
using Nexus.Dashboard.Features.Costs;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Formulas;
using Nexus.Engine.Costs.Rerating;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Prices;

/// <summary>What the page of the prices shows, what a change would have cost, and how it is made and undone.</summary>
internal sealed class PricesPageService(EngineHost host, PriceService prices, RerateService rerates, CostsService costs, AuditTrail trail)
{
    private static readonly CostDimension[] BySku = [new("sku"), new("resource"), new("pool"), new("provider"), new("model")];

    private readonly Lock _lock = new();
    private (long Version, Dictionary<SkuKey, PriceSource> Of) _sources = (-1, []);

    /// <summary>The kinds that can have a price.</summary>
    public IReadOnlyList<ResourceKind> Kinds => [.. host.Read.Configuration.Kinds.Where(k => k.Behaviour != ResourceBehaviour.Limit)];

    /// <summary>The names of the pools.</summary>
    public IReadOnlyList<string> Pools => [.. host.Read.Pools.Select(p => p.Definition.Name).Order(StringComparer.Ordinal)];

    /// <summary>Engine time.</summary>
    public DateTimeOffset Now => host.Now.ToDateTimeOffset();

    /// <summary>Kinds and prices.</summary>
    public Configuration Configuration => host.Read.Configuration;

    /// <summary>The prices, with what was used by them in a span up to now.</summary>
    /// <param name="caller">Who looks.</param>
    /// <param name="span">The span.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Result<PricesView>> GetAsync(Caller caller, TimeSpan span, CancellationToken cancellation)
    {
        if (prices.Get(caller).Problem is { } problem)
        {
            return problem;
        }

        Configuration configuration = host.Read.Configuration;
        Instant now = host.Now;
        (CostReport? report, string? noCosts) = await UsedAsync(caller, new CostQuery(now - span, now) { GroupBy = BySku }, cancellation);
        ILookup<string, CostGroup> used = (report?.Groups ?? []).ToLookup(g => g.Values[0] ?? "", StringComparer.Ordinal);
        Dictionary<SkuKey, PriceSource> sources = Sources(configuration.VersionOfPrices);
        PriceRow[] rows =
        [
            .. configuration.Prices.Prices.GroupBy(p => p.Sku.Name, StringComparer.Ordinal).Select(g => OfBook([.. g], now)),
            .. configuration.Prices.OfPools.Select(p => new PriceRow(p.Sku.Name, p, [p]) { OfPool = p.Sku.Pool }),
        ];
        rows = [.. rows.Select(r => r with { Used = used.Contains(r.Name) ? Sum(used[r.Name]) : null, Source = r.OfPool is null ? sources.GetValueOrDefault(r.Holds.Sku.Key) : null })];
        UnpricedUse[] unpriced = [.. used[""].GroupBy(g => (g.Values[1], g.Values[2], g.Values[3], g.Values[4])).Select(g => new UnpricedUse(g.Key.Item1!, g.Key.Item2, g.Key.Item3, g.Key.Item4, Sum(g))).Where(u => u.Sum.Consumed.Millionths > 0)];
        return new PricesView(rows, unpriced, configuration, noCosts);
    }

    private static PriceRow OfBook(SkuPrice[] all, Instant now) => new(all[0].Sku.Name, Array.FindLast(all, p => p.Sku.EffectiveFrom is not { } from || from <= now) ?? all[0], all);

    /// <summary>Adds, changes and removes prices.</summary>
    public Task<Result<PricesReply>> ChangeAsync(Caller caller, IReadOnlyList<Sku> set, IReadOnlyList<SkuKey> removes, long? ifVersion, bool dryRun, CancellationToken cancellation) =>
        Told(() => prices.ChangeAsync(caller, set, removes, ifVersion, dryRun, cancellation));

    /// <summary>Sets a change back, as far as nobody changed the book since.</summary>
    public async Task<Problem?> UndoAsync(Caller caller, PricesReply done) =>
        (await ChangeAsync(caller, done.Change.Before, [.. done.Change.Added.Select(s => s.Key)], done.Version, false, CancellationToken.None)).Problem;

    /// <summary>What a file would change, or changes.</summary>
    public Task<Result<PriceImportResult>> ImportAsync(Caller caller, byte[] file, long? ifVersion, bool dryRun, CancellationToken cancellation) => Told(() => prices.ReadAsync(caller, file, dryRun, ifVersion, cancellation));

    /// <summary>Rates a past range anew.</summary>
    public Task<Result<RerateAnswer>> RerateAsync(Caller caller, RerateBody body, bool dryRun, long? ifVersion, CancellationToken cancellation) => Told(() => rerates.RerateAsync(caller, body, dryRun, ifVersion, cancellation));

    /// <summary>The last whole month, or this one where nothing was used in that.</summary>
    public async Task<(DateTimeOffset From, DateTimeOffset To)> MonthAsync(Caller caller, CancellationToken cancellation)
    {
        Instant begins = CostSteps.Of(CostInterval.Month, host.Now);
        Instant before = CostSteps.Of(CostInterval.Month, new Instant(begins.Milliseconds - 1));
        (CostReport? last, _) = await UsedAsync(caller, new CostQuery(before, begins), cancellation);
        return last is { Total.Lines: > 0 } ? (before.ToDateTimeOffset(), begins.ToDateTimeOffset()) : (begins.ToDateTimeOffset(), Now);
    }

    /// <summary>What a range would have cost with a price changed: beside what it would with the book as it is, by the kind that it prices and those that are part of that.</summary>
    /// <returns>The difference, and how many charges it concerns.</returns>
    public async Task<Result<TriedChange>> TryAsync(Caller caller, PriceChange change, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation)
    {
        Configuration now = host.Read.Configuration;
        HashSet<string> kinds = [.. change.Set.Concat(change.Before).Select(s => s.Resource)];
        CostFilter[] filters = [.. now.Kinds.Where(k => kinds.Contains(k.Name) || (k.PartOf is { } whole && kinds.Contains(whole))).Select(k => new CostFilter(new CostDimension("resource"), k.Name))];
        CostQuery query = new(Instant.From(from), Instant.From(to)) { Filters = filters };
        Result<RerateReport> present = await Told(() => rerates.TryAsync(caller, query, now.Prices, cancellation));
        Result<RerateReport> changed = present.Problem is { } refused ? refused : await Told(() => rerates.TryAsync(caller, query, now.Prices.With(change, kind => now.Kind(kind)?.Behaviour == ResourceBehaviour.Held), cancellation));
        return changed.Problem is { } problem ? problem : new TriedChange(changed.Value!.After - present.Value!.After, changed.Value.Charges);
    }

    /// <summary>What a formula works out of a line, as a sentence; or what is wrong with it.</summary>
    public (bool Works, string Text) TryFormula(string formula, CostInputs inputs)
    {
        if (!Formula.TryParse(formula, out Formula? read, out string? reason))
        {
            return (false, $"The formula is wrong {reason}.");
        }

        return read.Cost(inputs, host.CostModels) is { } cost ? (true, $"This line costs {PriceText.Of(cost, Configuration.Currency)}.") : (false, "It cannot be worked out for this line, which would stay unpriced.");
    }

    // The book is in memory: it is shown also where the ledger cannot be read.
    private async Task<(CostReport? Report, string? Why)> UsedAsync(Caller caller, CostQuery query, CancellationToken cancellation)
    {
        try
        {
            Result<CostsWithIdle> report = await costs.ReportAsync(caller, query, idle: null, cancellation);
            return (report.Value?.Costs, report.Problem?.Detail);
        }
        catch (EngineUnavailableException unavailable)
        {
            return (null, unavailable.Message);
        }
    }

    // An engine that does not decide, or a ledger that cannot be read, is a sentence on the page and not its end.
    private static async Task<Result<T>> Told<T>(Func<Task<Result<T>>> ask)
        where T : class
    {
        try
        {
            return await ask();
        }
        catch (EngineUnavailableException unavailable)
        {
            return Problem.Of(unavailable);
        }
    }

    private static CostSum Sum(IEnumerable<CostGroup> groups) => groups.Aggregate(default(CostSum), static (sum, group) => sum + group.Sum);

    // Found once for each version of the book: changes of it are few, and each names many prices.
    private Dictionary<SkuKey, PriceSource> Sources(long version)
    {
        lock (_lock)
        {
            if (_sources.Version != version || !trail.IsReadThrough)
            {
                Dictionary<SkuKey, PriceSource> of = [];
                foreach (PricesChanged change in trail.Within(OwnerPath.Root).Select(c => c.Event).OfType<PricesChanged>())
                {
                    foreach (Sku sku in change.Change.Set)
                    {
                        of.TryAdd(sku.Key, new PriceSource(change.Actor.Id, change.Actor.Source, change.At.ToDateTimeOffset()));
                    }
                }

                _sources = (version, of);
            }

            return _sources.Of;
        }
    }
}

/// <summary>What the page of the prices shows.</summary>
/// <param name="Rows">The SKUs, by name.</param>
/// <param name="Unpriced">Use of the range that has no price.</param>
/// <param name="Configuration">Kinds and prices at that moment.</param>
/// <param name="NoCosts">Why it is not known what was used; null where it is.</param>
internal sealed record PricesView(IReadOnlyList<PriceRow> Rows, IReadOnlyList<UnpricedUse> Unpriced, Configuration Configuration, string? NoCosts);

/// <summary>What a range would have cost with a change of the book, beside what it would without.</summary>
/// <param name="Difference">By how much more, or negative less.</param>
/// <param name="Charges">How many charges were rated.</param>
internal sealed record TriedChange(Money Difference, long Charges);
