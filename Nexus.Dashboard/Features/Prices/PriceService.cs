using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Hosting;

namespace Nexus.Dashboard.Features.Prices;

/// <summary>The price book: authorises the caller, then asks the engine. The page and the API call the same.</summary>
internal sealed class PriceService(EngineHost host)
{
    /// <summary>The prices that hold, for whoever may read or ask.</summary>
    public Result<PricesAnswer> Get(Caller caller) => caller.Allows(Scope.Read | Scope.Requests) ? Now() : Problem.MissingScope(Scope.Read, caller);

    /// <summary>Replaces the book.</summary>
    public async Task<Result<PricesAnswer>> PutAsync(Caller caller, PricesBody body, long? ifVersion, CancellationToken cancellation)
    {
        if (Refused(caller) is { } problem)
        {
            return problem;
        }

        Result<IReadOnlyList<Sku>> skus = body.ToSkus();
        return skus.Problem is { } wrong ? wrong
            : await host.SendAsync(new SetPrices(skus.Value!, Replaces: true, ifVersion) { Actor = caller.Actor }, cancellation) is Fault fault ? Problem.Of(fault)
            : Now();
    }

    /// <summary>Adds or replaces the SKUs that a file names, in our own layout or in LiteLLM's.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="json">The file.</param>
    /// <param name="dryRun">True to learn what would change, and change nothing.</param>
    /// <param name="ifVersion">The version of the book that the caller has seen.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    public async Task<Result<PriceImportAnswer>> ImportAsync(Caller caller, byte[] json, bool dryRun, long? ifVersion, CancellationToken cancellation)
    {
        Result<PriceImportResult> done = await ReadAsync(caller, json, dryRun, ifVersion, cancellation);
        return done.Problem is { } problem ? problem : PriceImportAnswer.Of(done.Value!.Reply.Change, done.Value.Import.Skus.Count, done.Value.Import.Skipped, done.Value.Reply.Version);
    }

    /// <summary>The same, for who needs the change itself.</summary>
    public async Task<Result<PriceImportResult>> ReadAsync(Caller caller, byte[] json, bool dryRun, long? ifVersion, CancellationToken cancellation)
    {
        Result<PriceImport> read = Refused(caller) is { } problem ? problem : PriceImport.Read(json, host.Read.Configuration);
        if (read.Problem is { } wrong)
        {
            return wrong;
        }

        Result<PricesReply> changed = await ChangeAsync(caller, read.Value!.Skus, [], ifVersion, dryRun, cancellation);
        return changed.Problem is { } fault ? fault : new PriceImportResult(read.Value, changed.Value!);
    }

    /// <summary>Adds, replaces and removes prices.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="set">Those to add or replace.</param>
    /// <param name="removes">Those that go.</param>
    /// <param name="ifVersion">The version of the book that the caller has seen.</param>
    /// <param name="dryRun">True to learn what would change, and change nothing.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    public async Task<Result<PricesReply>> ChangeAsync(Caller caller, IReadOnlyList<Sku> set, IReadOnlyList<SkuKey> removes, long? ifVersion, bool dryRun, CancellationToken cancellation) =>
        Refused(caller) is { } problem ? problem : await host.SendAsync(new SetPrices(set, Replaces: false, ifVersion, dryRun) { Actor = caller.Actor, Removes = removes }, cancellation) switch
        {
            Fault fault => Problem.Of(fault),
            PricesReply reply => reply,
            var other => throw new InvalidOperationException($"a change of prices was answered by {other.GetType().Name}"),
        };

    /// <summary>Why the caller may not change prices; null where it may.</summary>
    public static Problem? Refused(Caller caller) => caller.AllowsEverywhere(Scope.Money) ? null : Problem.MissingScope(Scope.Money, caller);

    private PricesAnswer Now()
    {
        Configuration now = host.Read.Configuration;
        return new PricesAnswer([.. now.Prices.Prices.Select(p => PriceItem.Of(p.Sku))], now.VersionOfPrices);
    }
}

/// <summary>What an import read, and what it came to.</summary>
/// <param name="Import">The prices of the file, and what it could not price.</param>
/// <param name="Reply">What changed, or would.</param>
internal sealed record PriceImportResult(PriceImport Import, PricesReply Reply);
