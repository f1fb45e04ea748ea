using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Commands;
using Nexus.Dashboard.Features.Pools;
using Nexus.Dashboard.Features.Settings;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Storage;

namespace Nexus.Dashboard.Features.Audit;

/// <summary>What the audit's page shows and does: entries, setting something back to what it was, verifying the journal.</summary>
internal sealed class AuditPageService(IServiceScopeFactory scopes, PoolService pools, CatalogueService catalogue, DataDirectory data, IOptions<EngineOptions> engine)
{
    private const int MostShown = 200;
    private static readonly string[] Reversible = ["changePool", "deletePool", "changeKind", "deleteKind", "changePriority", "deletePriority", "changeOwner"];
    private int _verifying;

    /// <summary>The newest entries that the filters let through.</summary>
    public async Task<Result<AuditList>> GetAsync(Caller caller, AuditQuery query, CancellationToken cancellation)
    {
        // The database context of a circuit must not be shared by two loads at once: each has its own scope.
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<AuditService>().ChangesAsync(caller, query with { Limit = MostShown }, cancellation);
    }

    /// <summary>True for changes that have a state before them to which their object can be set back.</summary>
    public static bool CanRevert(AuditEntry entry) => entry.Before is not null && Reversible.Contains(entry.Action, StringComparer.Ordinal);

    /// <summary>Sets the object of an entry back to what it was before, as a change of its own.</summary>
    public async Task<Problem?> RevertAsync(Caller caller, AuditEntry entry, CancellationToken cancellation)
    {
        JsonNode before = entry.Before!;
        switch (entry.Action)
        {
            case "changePool" or "deletePool":
                return (await pools.PutAsync(caller, entry.Subject, before.Deserialize(ApiJson.Default.PoolBody)!, null, cancellation)).Problem;
            case "changeKind" or "deleteKind":
                return await catalogue.PutAsync(caller, before.Deserialize(ApiJson.Default.KindBody)!.ToKind(entry.Subject), null, cancellation);
            case "changePriority" or "deletePriority":
                return await catalogue.PutAsync(caller, before.Deserialize(ApiJson.Default.ClassBody)!.ToClass(entry.Subject), null, cancellation);
            case "changeOwner" when OwnerPath.TryParseOrRoot(entry.Subject == "~" ? "/" : entry.Subject, out OwnerPath? path, out _):
                return await catalogue.PutAsync(caller, before.Deserialize(ApiJson.Default.OwnerBody)!.ToSettings(path), null, cancellation);
            default:
                return Problem.NotFound($"'{AuditWords.Past(entry.Action)}' cannot be set back.");
        }
    }

    /// <summary>Reads the whole journal, checks its chain and replays it, beside the running engine; one at a time.</summary>
    public async Task<Result<VerifyResult>> VerifyAsync(Caller caller, IProgress<(long Done, long All)> progress, CancellationToken cancellation)
    {
        if (!caller.AllowsEverywhere(Scope.Read))
        {
            return Problem.MissingScope(Scope.Read, caller);
        }

        if (Interlocked.Exchange(ref _verifying, 1) == 1)
        {
            return new Problem("busy", "It is being verified", 409, "The journal is being verified already: wait for it to end.");
        }

        try
        {
            return await Task.Factory.StartNew(() => new JournalVerifier(data.Path, engine.Value.Limits).Verify(progress, cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            Volatile.Write(ref _verifying, 0);
        }
    }
}
