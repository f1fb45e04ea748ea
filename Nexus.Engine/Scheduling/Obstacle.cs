using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Resources.Health;

namespace Nexus.Engine.Scheduling;

/// <summary>The first thing that keeps a request from starting now.</summary>
/// <param name="Group">The group of kinds that no pool can serve now.</param>
/// <param name="Kind">The kind that is lacking.</param>
/// <param name="Pool">The pool in which it is lacking, the first by preference; null where no pool could ever serve it.</param>
/// <param name="Behaviour">How the kind is taken.</param>
/// <param name="Reason">The reason in full.</param>
internal sealed record Obstacle(SupplierGroup Group, string Kind, string? Pool, ResourceBehaviour Behaviour, Reason Reason)
{
    /// <summary>What stops a request now, or null.</summary>
    public static Obstacle? First(Request request, SupplierGroup[] groups, Present present)
    {
        foreach (SupplierGroup group in groups)
        {
            if (group.Impossible is { } impossible)
            {
                return new Obstacle(group, request.Needs[group.Amounts[0]].Kind, null, BehaviourOf(request, group.Amounts[0], present), impossible);
            }

            if (!Array.Exists(group.Open, p => Fits(group, p, request, present)))
            {
                return Array.Find(group.Open, p => group.CanEverServe(p, request.Needs)) is { } pool
                    ? Now(group, pool, request, present)
                    : Never(group, request, present);
            }
        }

        return request is { Status: RequestStatus.Queued, Held: false } ? Turn(request, groups, present) : null;
    }

    // There is enough: it waits its turn at a bucket, where taking what others wait for would delay them.
    private static Obstacle? Turn(Request request, SupplierGroup[] groups, Present present)
    {
        foreach (SupplierGroup group in groups)
        {
            foreach (PoolDefinition pool in group.Open.Where(p => Fits(group, p, request, present)))
            {
                if (Array.Find([.. group.Amounts.Select(i => request.Needs[i])], a => pool.Of(a.Kind) is { Rate.IsZero: false }) is { Kind: not null } amount)
                {
                    return new Obstacle(group, amount.Kind, pool.Name, ResourceBehaviour.Metered,
                        new Reason(ReasonCode.BehindOthers, pool.Name, amount.Kind, amount.Quantity, present.Free(pool.Name, amount.Kind)));
                }
            }
        }

        return null;
    }

    /// <summary>True when a pool has all that a group asks for.</summary>
    public static bool Fits(SupplierGroup group, PoolDefinition pool, Request request, Present present) =>
        Array.TrueForAll(group.Amounts, i => present.Free(pool.Name, request.Needs[i].Kind) >= request.Needs[i].Quantity) && !present.Pool(pool.Name).StopsGrants;

    private static Obstacle Now(SupplierGroup group, PoolDefinition pool, Request request, Present present)
    {
        PoolState state = present.Pool(pool.Name);
        int lacking = state.StopsGrants ? group.Amounts[0] : Array.Find(group.Amounts, i => present.Free(pool.Name, request.Needs[i].Kind) < request.Needs[i].Quantity);
        ResourceAmount amount = request.Needs[lacking];
        ResourceBehaviour behaviour = BehaviourOf(request, lacking, present);
        ReasonCode code = state.Draining ? ReasonCode.PoolDraining
            : state.StopsGrants ? state.Health!.Status == PoolHealthStatus.Open ? ReasonCode.PoolUnhealthy : ReasonCode.PoolProbed
            : behaviour == ResourceBehaviour.Metered ? ReasonCode.RateExhausted : ReasonCode.NotEnoughFree;
        Reason reason = new(code, pool.Name, amount.Kind, amount.Quantity, present.Free(pool.Name, amount.Kind));
        return new Obstacle(group, amount.Kind, pool.Name, behaviour, reason.IsOfHealth ? reason with { Health = PoolFailing.Of(state.Health), Earliest = state.Health!.RetryAt } : reason);
    }

    // The pool that comes closest: where the first kind that is too much is the least too much.
    private static Obstacle Never(SupplierGroup group, Request request, Present present)
    {
        (PoolDefinition pool, int at) = group.Open
            .Select(p => (Pool: p, At: Array.Find(group.Amounts, i => request.Needs[i].Quantity > p.Of(request.Needs[i].Kind)!.Amount)))
            .MaxBy(c => c.Pool.Of(request.Needs[c.At].Kind)!.Amount);
        ResourceAmount amount = request.Needs[at];
        ResourceBehaviour behaviour = BehaviourOf(request, at, present);
        ReasonCode code = behaviour == ResourceBehaviour.Limit ? ReasonCode.ExceedsCeiling : ReasonCode.ExceedsPools;
        return new Obstacle(group, amount.Kind, pool.Name, behaviour, new Reason(code, pool.Name, amount.Kind, amount.Quantity, pool.Of(amount.Kind)!.Amount));
    }

    private static ResourceBehaviour BehaviourOf(Request request, int amount, Present present) =>
        present.Configuration.Kind(request.Needs[amount].Kind)?.Behaviour ?? ResourceBehaviour.Held;
}
