using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Pools;

/// <summary>Pools: authorises the caller, then asks the engine. The page and the API call the same.</summary>
internal sealed class PoolService(EngineHost host)
{
    /// <summary>Engine time.</summary>
    public Instant Now => host.Now;

    /// <summary>The pools that the caller may use or, at the root, all.</summary>
    public Result<IReadOnlyList<PoolState>> List(Caller caller) =>
        caller.Allows(Scope.Read | Scope.Requests) ? host.Read.Pools.Where(p => Visible(caller, p)).ToArray() : Problem.MissingScope(Scope.Read, caller);

    public Result<PoolState> Get(Caller caller, string name) =>
        !caller.Allows(Scope.Read | Scope.Requests) ? Problem.MissingScope(Scope.Read, caller)
        : host.Read.Pool(name) is { } pool && Visible(caller, pool) ? pool
        : NoPool(name);

    public async Task<Result<PoolState>> PutAsync(Caller caller, string name, PoolBody body, long? ifVersion, CancellationToken cancellation)
    {
        if (Refused(caller) is { } problem)
        {
            return problem;
        }

        Result<PoolDefinition> pool = body.ToDefinition(name);
        return pool.Problem is { } wrong ? wrong : Answer(await host.SendAsync(new SetPool(pool.Value!, ifVersion) { Actor = caller.Actor }, cancellation));
    }

    public async Task<Result<PoolState>> DrainAsync(Caller caller, string name, CancellationToken cancellation) =>
        Refused(caller) is { } problem ? problem : Answer(await host.SendAsync(new DrainPool(name) { Actor = caller.Actor }, cancellation));

    /// <summary>Lets a pool whose grants failed grant all that it has again, and judges it anew.</summary>
    public async Task<Result<PoolState>> ResetHealthAsync(Caller caller, string name, CancellationToken cancellation) =>
        Refused(caller) is { } problem ? problem : Answer(await host.SendAsync(new ResetPoolHealth(name) { Actor = caller.Actor }, cancellation));

    public async Task<Problem?> DeleteAsync(Caller caller, string name, long? ifVersion, CancellationToken cancellation) =>
        Refused(caller) is { } problem ? problem
        : await host.SendAsync(new DeletePool(name, ifVersion) { Actor = caller.Actor }, cancellation) is Fault fault ? Problem.Of(fault)
        : null;

    /// <summary>True when a caller may use, or at the root manage, a pool.</summary>
    public static bool Visible(Caller caller, PoolState pool) =>
        pool.Definition.Allow is not { } allow || allow.Any(o => o.IsWithin(caller.Path) || caller.Path.IsWithin(o));

    // A pool serves all owners: who changes it must be allowed to for all of them.
    private static Problem? Refused(Caller caller) => caller.AllowsEverywhere(Scope.Configure) ? null : Problem.MissingScope(Scope.Configure, caller);

    private static Problem NoPool(string name) => Problem.NotFound($"There is no pool '{name}' that you may see.");

    private static Result<PoolState> Answer(Reply reply) => reply is Fault fault ? Problem.Of(fault) : ((PoolReply)reply).Pool;
}
