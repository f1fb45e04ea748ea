using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Commands;
using Nexus.Dashboard.Features.Pools;
using Nexus.Dashboard.Features.Settings;
using Nexus.Dashboard.Shared;
using Nexus.Dashboard.Shared.Changes;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Storage;

namespace Nexus.Dashboard.Features.Audit;

/// <summary>What the audit's page shows and does: entries, setting something back to what it was, verifying the journal.</summary>
internal sealed class AuditPageService(IServiceScopeFactory scopes, PoolService pools, PoolPageService previews, CatalogueService catalogue, AuditTrail trail, DataDirectory data, IOptions<EngineOptions> engine)
{
    private const int MostShown = 200;
    private static readonly string[] Reversible = ["changePool", "deletePool", "changeKind", "deleteKind", "changePriority", "deletePriority", "changeOwner"];
    private int _verifying;

    /// <summary>False after a start until the journal has been read: then changes may be missing.</summary>
    public bool IsComplete => trail.IsReadThrough;

    /// <summary>The newest entries that the filters let through.</summary>
    public async Task<Result<AuditList>> GetAsync(Caller caller, AuditQuery query, CancellationToken cancellation)
    {
        // The database context of a circuit must not be shared by two loads at once: each has its own scope.
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<AuditService>().ChangesAsync(caller, query with { Limit = MostShown }, cancellation);
    }

    /// <summary>True for changes that have a state before them to which their object can be set back.</summary>
    public static bool CanRevert(AuditEntry entry) => entry.Before is not null && Reversible.Contains(entry.Action, StringComparer.Ordinal);

    /// <summary>What setting it back would do at once.</summary>
    public Result<IReadOnlyList<Effect>> Preview(Caller caller, AuditEntry entry) => entry.Action switch
    {
        "changePool" or "deletePool" => previews.Preview(caller, entry.Subject, entry.Before!.Deserialize(ApiJson.Default.PoolBody)!),
        "changePriority" or "deletePriority" => new Effect[] { new(Signal.Neutral, "Grants keep running; what waits is re-ordered") },
        _ => new Effect[] { new(Signal.Neutral, "Grants keep running; it holds for what is decided from then on") },
    };

    /// <summary>Notes what the object of an entry is now, so that a revert can be undone.</summary>
    /// <returns>Sets it back to that.</returns>
    public Func<Task<Problem?>> Undo(Caller caller, AuditEntry entry)
    {
        Configuration? now = catalogue.Get(caller).Value;
        switch (entry.Action)
        {
            case "changePool" or "deletePool":
                PoolBody? pool = pools.Get(caller, entry.Subject).Value is { } found ? PoolBody.Of(found.Definition) : null;
                return async () => pool is null
                    ? await pools.DeleteAsync(caller, entry.Subject, null, CancellationToken.None)
                    : (await pools.PutAsync(caller, entry.Subject, pool, null, CancellationToken.None)).Problem;
            case "changeKind" or "deleteKind":
                ResourceKind? kind = now?.Kind(entry.Subject);
                return () => kind is null ? catalogue.DeleteKindAsync(caller, entry.Subject, null, CancellationToken.None) : catalogue.PutAsync(caller, kind, null, CancellationToken.None);
            case "changePriority" or "deletePriority":
                PriorityClass? priority = now?.Class(entry.Subject);
                return () => priority is null ? catalogue.DeleteClassAsync(caller, entry.Subject, null, CancellationToken.None) : catalogue.PutAsync(caller, priority, null, CancellationToken.None);
            default:
                OwnerPath path = OwnerOf(entry)!;
                OwnerSettings owner = now?.Owner(path) ?? new OwnerSettings(path, Labels.None, null, null);
                return () => catalogue.PutAsync(caller, owner, null, CancellationToken.None);
        }
    }

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
            case "changeOwner" when OwnerOf(entry) is { } path:
                return await catalogue.PutAsync(caller, before.Deserialize(ApiJson.Default.OwnerBody)!.ToSettings(path), null, cancellation);
            default:
                return Problem.NotFound($"'{AuditWords.Past(entry.Action)}' cannot be set back.");
        }
    }

    private static OwnerPath? OwnerOf(AuditEntry entry) => OwnerPath.TryParseOrRoot(entry.Subject == "~" ? "/" : entry.Subject, out OwnerPath? path, out _) ? path : null;

    /// <summary>The zone in which the page takes times that people type.</summary>
    public async Task<TimeZoneInfo> ZoneAsync(CancellationToken cancellation)
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        return TimeZoneInfo.FindSystemTimeZoneById((await scope.ServiceProvider.GetRequiredService<InstallationService>().GetAsync(cancellation)).TimeZone);
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
