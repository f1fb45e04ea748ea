using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Quotas;

/// <summary>Quotas: authorises the caller, then asks the engine. The page and the API call the same.</summary>
internal sealed class QuotaService(EngineHost host)
{
    /// <summary>What is set within a path, as far as the caller may see it.</summary>
    public Result<IReadOnlyList<QuotaAnswer>> List(Caller caller, OwnerPath under) => Shown(caller, under) is { Value: { } shown } ? shown.Select(QuotaAnswer.Of).ToArray() : Problem.MissingScope(Scope.Read, caller);

    /// <summary>The same as the read model has it.</summary>
    public Result<IReadOnlyList<QuotaShown>> Shown(Caller caller, OwnerPath under) => !MaySee(caller) ? Problem.MissingScope(Scope.Read, caller)
        : under.IsWithin(caller.Path) ? new Result<IReadOnlyList<QuotaShown>>(host.Read.QuotasWithin(under))
        : caller.Path.IsWithin(under) ? new Result<IReadOnlyList<QuotaShown>>(host.Read.QuotasWithin(caller.Path))
        : Array.Empty<QuotaShown>();

    /// <summary>What is set for a node.</summary>
    public Result<QuotaAnswer> Get(Caller caller, OwnerPath owner) => !MaySee(caller) ? Problem.MissingScope(Scope.Read, caller)
        : caller.MayActFor(owner) && Answer(owner) is { } found ? found
        : Problem.NotFound($"Nothing is set for '{QuotaAnswer.PathOf(owner)}' that you may see.");

    /// <summary>Sets a node's weight and quotas. Nobody lifts the limit that was set for them: what holds for the path itself is set from above.</summary>
    public async Task<Result<QuotaAnswer>> PutAsync(Caller caller, OwnerPath owner, QuotaBody body, long? ifVersion, CancellationToken cancellation)
    {
        if (Refused(caller, owner) is { } problem)
        {
            return problem;
        }

        Result<QuotaDefinition> quota = body.ToDefinition(owner);
        return quota.Problem is { } wrong ? wrong
            : await host.SendAsync(new SetQuota(quota.Value!, ifVersion) { Actor = caller.Actor }, cancellation) is Fault fault ? Problem.Of(fault)
            : Answer(owner) is { } answer ? answer
            : Problem.NotFound($"The quotas of '{QuotaAnswer.PathOf(owner)}' were removed at the same time.");
    }

    /// <summary>Removes what is set for a node.</summary>
    public async Task<Problem?> DeleteAsync(Caller caller, OwnerPath owner, long? ifVersion, CancellationToken cancellation) =>
        Refused(caller, owner) is { } problem ? problem
        : await host.SendAsync(new DeleteQuota(owner, ifVersion) { Actor = caller.Actor }, cancellation) is Fault fault ? Problem.Of(fault)
        : null;

    /// <summary>What quotas would say now to something that an owner within the caller's path might ask for.</summary>
    public async Task<Result<QuotaCheckAnswer>> CheckAsync(Caller caller, QuotaCheckBody body, CancellationToken cancellation)
    {
        if (!MaySee(caller))
        {
            return Problem.MissingScope(Scope.Read, caller);
        }

        Result<CheckQuota> check = body.ToCommand(caller.Actor);
        return check.Problem is { } wrong ? wrong
            : !caller.MayActFor(check.Value!.Owner) ? Problem.OutsidePath(check.Value.Owner.ToString(), caller)
            : await host.SendAsync(check.Value, cancellation) switch { Fault fault => Problem.Of(fault), var reply => QuotaCheckAnswer.Of((QuotaCheckReply)reply) };
    }

    private QuotaAnswer? Answer(OwnerPath owner) => host.Read.QuotasWithin(owner) is [{ State.Owner: var first } shown, ..] && first == owner ? QuotaAnswer.Of(shown) : null;

    private static bool MaySee(Caller caller) => caller.Allows(Scope.Read | Scope.Requests);

    /// <summary>Why the caller may not set what holds for a node; null where it may.</summary>
    public static Problem? Refused(Caller caller, OwnerPath owner) =>
        !caller.Allows(Scope.Configure) ? Problem.MissingScope(Scope.Configure, caller)
        : !caller.Path.IsRoot && (owner == caller.Path || !caller.MayActFor(owner)) ? Problem.NotBelowPath(QuotaAnswer.PathOf(owner), caller)
        : null;
}
