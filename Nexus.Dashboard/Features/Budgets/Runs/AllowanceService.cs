using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Engine.Core;
using Nexus.Engine.Costs.Allowances;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Budgets.Runs;

/// <summary>Allowances: authorises the caller, then asks the engine. The page and the API call the same.</summary>
internal sealed class AllowanceService(EngineHost host)
{
    /// <summary>Opens a run, or carves a branch out of one.</summary>
    public async Task<Result<AllowanceReply>> OpenAsync(Caller caller, AllowanceBody body, CancellationToken cancellation)
    {
        if (!caller.Allows(Scope.Requests))
        {
            return Problem.MissingScope(Scope.Requests, caller);
        }

        Result<AllowanceSpec> spec = body.ToSpec(host.Read.Configuration.Currency);
        return spec.Problem is { } wrong ? wrong
            : !caller.MayActFor(spec.Value!.Owner) ? Problem.OutsidePath(spec.Value.Owner.ToString(), caller)
            : Answered(await host.SendAsync(new OpenAllowance(spec.Value) { Actor = caller.Actor }, cancellation));
    }

    /// <summary>Those within a path that the caller may see: runs and branches, the newest first.</summary>
    public Result<IReadOnlyList<AllowanceState>> List(Caller caller, OwnerPath under, AllowanceStatus? status, string? parent) => !MaySee(caller) ? Problem.MissingScope(Scope.Read, caller)
        : new Result<IReadOnlyList<AllowanceState>>([.. host.Read.Allowances.All
            .Where(a => a.Spec.Owner.IsWithin(under) && caller.MayActFor(a.Spec.Owner) && (status is null || a.Status == status) && (parent is null || a.Spec.Parent == parent)).Reverse()]);

    /// <summary>One, by its id within the caller's path.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="id">The client's id.</param>
    /// <param name="owner">Narrows the path, where a wide one has the id in several tenants.</param>
    public Result<AllowanceState> Find(Caller caller, string id, string? owner = null)
    {
        if (!MaySee(caller))
        {
            return Problem.MissingScope(Scope.Read, caller);
        }

        OwnerPath within = caller.Path;
        if (owner is not null)
        {
            if (!OwnerPath.TryParseOrRoot(owner, out OwnerPath? narrower, out string? reason))
            {
                return Problem.Field("invalid-value", 422, "owner", reason);
            }

            if (narrower.IsWithin(caller.Path))
            {
                within = narrower;
            }
            else if (!caller.Path.IsWithin(narrower))
            {
                return NoAllowance(id);
            }
        }

        AllowanceState[] found = [.. host.Read.Allowances.Find(id, within)];
        return found.Length switch
        {
            1 => found[0],
            0 => NoAllowance(id),
            _ => new Problem("ambiguous-id", "Several have that id", 409, $"Tenants {string.Join(", ", found.Select(a => a.Key.Tenant).Order(StringComparer.Ordinal))} have an allowance '{id}': say which with ?owner=."),
        };
    }

    /// <summary>Cancels one and all that was carved out of it.</summary>
    public async Task<Result<AllowanceState>> CancelAsync(Caller caller, string id, string? owner, string? reason, CancellationToken cancellation)
    {
        if (!caller.Allows(Scope.Requests))
        {
            return Problem.MissingScope(Scope.Requests, caller);
        }

        Result<AllowanceState> found = Find(caller, id, owner);
        if (found.Problem is not null)
        {
            return found;
        }

        Result<AllowanceReply> reply = Answered(await host.SendAsync(new CancelAllowance(found.Value!.Key, string.IsNullOrWhiteSpace(reason) ? null : reason) { Actor = caller.Actor }, cancellation));
        return reply.Problem is { } problem ? problem : reply.Value!.Allowance;
    }

    /// <summary>As it is answered.</summary>
    public AllowanceAnswer Answer(AllowanceState state) => AllowanceAnswer.Of(state, host.Read.Allowances, host.Read.Configuration.Currency);

    private static Problem NoAllowance(string id) => Problem.NotFound($"There is no allowance '{id}' that you may see.");

    private static bool MaySee(Caller caller) => caller.Allows(Scope.Read | Scope.Requests);

    private static Result<AllowanceReply> Answered(Reply reply) => reply switch
    {
        Fault fault => Problem.Of(fault),
        AllowanceReply allowance => allowance,
        var other => throw new InvalidOperationException($"an allowance was answered by {other.GetType().Name}"),
    };
}
