using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Pools;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Settings;

/// <summary>Kinds, classes and owners: authorises the caller, then asks the engine. The page and the API call the same.</summary>
internal sealed class CatalogueService(EngineHost host)
{
    /// <summary>All of them as they are now, for the answer to whoever was just let change them.</summary>
    public Configuration Now => host.Read.Configuration;

    /// <summary>All of them as they are now, for whoever may read or ask.</summary>
    public Result<Configuration> Get(Caller caller) =>
        caller.Allows(Scope.Read | Scope.Requests) ? Now : Problem.MissingScope(Scope.Read, caller);

    public Task<Problem?> PutAsync(Caller caller, Result<ResourceKind> kind, long? ifVersion, CancellationToken cancellation) =>
        SendAsync(caller, kind, k => new SetKind(k, ifVersion) { Actor = caller.Actor }, cancellation);

    public Task<Problem?> DeleteKindAsync(Caller caller, string name, long? ifVersion, CancellationToken cancellation) =>
        SendAsync<string>(caller, name, n => new DeleteKind(n, ifVersion) { Actor = caller.Actor }, cancellation);

    public Task<Problem?> PutAsync(Caller caller, Result<PriorityClass> priority, long? ifVersion, CancellationToken cancellation) =>
        SendAsync(caller, priority, c => new SetPriorityClass(c, ifVersion) { Actor = caller.Actor }, cancellation);

    public Task<Problem?> DeleteClassAsync(Caller caller, string name, long? ifVersion, CancellationToken cancellation) =>
        SendAsync<string>(caller, name, n => new DeletePriorityClass(n, ifVersion) { Actor = caller.Actor }, cancellation);

    /// <summary>Whether a caller may know of a pool.</summary>
    public bool Sees(Caller caller, string pool) => host.Read.Pool(pool) is { } found ? PoolService.Visible(caller, found) : caller.Path.IsRoot;

    /// <summary>Replaces what is set for an owner below the caller's path. Nobody lifts the ceiling that was set for them: what holds for the path itself is set from above.</summary>
    public async Task<Problem?> PutAsync(Caller caller, Result<OwnerSettings> owner, long? ifVersion, CancellationToken cancellation)
    {
        if (!caller.Allows(Scope.Configure))
        {
            return Problem.MissingScope(Scope.Configure, caller);
        }

        if (owner.Problem is { } wrong)
        {
            return wrong;
        }

        OwnerPath path = owner.Value!.Path;
        return !caller.Path.IsRoot && (path == caller.Path || !caller.MayActFor(path)) ? Problem.NotBelowPath(path.ToString(), caller)
            : await host.SendAsync(new SetOwner(owner.Value, ifVersion) { Actor = caller.Actor }, cancellation) is Fault fault ? Problem.Of(fault)
            : null;
    }

    private async Task<Problem?> SendAsync<T>(Caller caller, Result<T> what, Func<T, Command> command, CancellationToken cancellation)
        where T : class =>
        !caller.AllowsEverywhere(Scope.Configure) ? Problem.MissingScope(Scope.Configure, caller)
        : what.Problem is { } wrong ? wrong
        : await host.SendAsync(command(what.Value!), cancellation) is Fault fault ? Problem.Of(fault)
        : null;
}
