using Nexus.Engine.Costs.Months;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Strategies.Adaptive;

namespace Nexus.Engine.Core;

/// <summary>Lets a change of what an operator configures have happened.</summary>
internal sealed class ConfigurationChange(EngineState state, PoolCharges charges)
{
    public void Apply(ConfigurationEvent happened)
    {
        switch (happened)
        {
            case PoolSet e:
                if (!state.Pools.TryGetValue(e.Pool.Name, out Pool? pool))
                {
                    pool = state.Pools[e.Pool.Name] = new Pool(e.Pool.Name);
                }

                state.Configuration = state.Configuration.With(e.Pool.Name, e.Pool.Prices);
                pool.Configure(e.Pool, k => state.Kinds[k].Behaviour, e.Sequence, e.At.Milliseconds);
                state.Health.Count();
                state.Router.Forget();
                state.FairShares.Configure(pool, e.At);
                break;
            case PoolDrained e: state.Pools[e.Name].Drain(true, e.Sequence); break;
            case PoolDeleted e:
                charges.Unlist(state.Pools[e.Before.Name]);
                state.Pools.Remove(e.Before.Name);
                state.Configuration = state.Configuration.With(e.Before.Name, []);
                state.Health.Count();
                Rerouted(e.At);
                break;
            case KindSet e:
                state.Kinds[e.Kind.Name] = e.Kind;
                state.Configuration = state.Configuration.With(e.Kind, e.Sequence);
                Rerouted(e.At);
                break;
            case KindDeleted e:
                state.Kinds.Remove(e.Before.Name);
                state.Configuration = state.Configuration.WithoutKind(e.Before.Name);
                Rerouted(e.At);
                break;
            case PriorityClassSet e:
                state.Configuration = state.Configuration.With(e.Class, e.Sequence);
                charges.EnlistAnew();
                break;
            case PriorityClassDeleted e: state.Configuration = state.Configuration.WithoutClass(e.Before.Name); break;
            case ReservationSet e: state.Configuration = state.Configuration.With(e.Reservation, e.Times, e.Sequence); break;
            case ReservationDeleted e: state.Configuration = state.Configuration.WithoutReservation(e.Before.Id); break;
            case OwnerSet e: state.Configuration = state.Configuration.With(e.Path, e.Owner, e.Sequence); break;
            case PricesChanged e: state.Configuration = state.Configuration.With(e.Change, e.Sequence); break;
            case MonthClosed e: state.Configuration = state.Configuration.With(new ClosedMonth(e.Month, e.At, e.Actor, e.Sequence)); break;
            case QuotaSet e:
                state.Quotas.Set(e.Quota.Owner, e.Quota, e.Sequence, state.Running, e.At);
                state.FairShares.Reweigh();
                break;
            case QuotaDeleted e:
                state.Quotas.Set(e.Before.Owner, null, e.Sequence, state.Running, e.At);
                state.FairShares.Reweigh();
                break;
            default: throw new InvalidOperationException($"an event {happened.GetType().Name} is not known");
        }
    }

    /// <summary>Lets an adaptive pool have learned something, or have changed its strategy.</summary>
    public void Learn(EngineEvent happened)
    {
        switch (happened)
        {
            case StrategyTried e:
                Pool tried = state.Pools[e.Pool];
                tried.Learn(tried.Adaptive!.After(e, tried.Definition.Objective ?? Objective.Default, tried.Definition.Adaptive ?? AdaptiveSettings.Default));
                break;
            case StrategySwitched e:
                Pool switched = state.Pools[e.Pool];
                switched.Learn(switched.Adaptive!.After(e));
                state.Router.Forget();
                state.FairShares.Configure(switched, e.At);
                break;
            default: throw new InvalidOperationException($"an event {happened.GetType().Name} is not one of an adaptive pool");
        }
    }

    private void Rerouted(Instant at)
    {
        state.Router.Forget();
        state.FairShares.Reroute(at);
    }
}
