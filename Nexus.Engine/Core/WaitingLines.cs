using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Bookings;

namespace Nexus.Engine.Core;

/// <summary>Those who wait: for what they have too little of, for a time, or aside because of what is planned for others.</summary>
/// <remarks>Derived from the requests: made anew after recovery, never part of the state.</remarks>
internal sealed class WaitingLines
{
    /// <summary>The lines of a state.</summary>
    public WaitingLines(EngineState state, Futures futures)
    {
        Room = new WaitingRoom(state.Pools, state.Router, state.Quotas.Forest, state.Estimates, Due, () => state.HasPreemptible);
        Freed = new FreedQuotas(state);
        QuotaKeeps = new QuotaKeeps(state, Freed);
        Stopped = new Stopped(state, Room, futures, QuotaKeeps, Due);
        Plans = new HeadPlans(state, futures, Stopped);
    }

    /// <summary>What is due by itself.</summary>
    public DueQueue Due { get; } = new();

    /// <summary>Those who wait for capacity, quota or a turn.</summary>
    public WaitingRoom Room { get; }

    /// <summary>Those whom only planned starts of others stop, or what is kept for others.</summary>
    public Stopped Stopped { get; }

    /// <summary>What is kept of quotas.</summary>
    public QuotaKeeps QuotaKeeps { get; }

    /// <summary>What of quotas is kept for those for whose sake grants end.</summary>
    public FreedQuotas Freed { get; }

    /// <summary>The starts that are planned.</summary>
    public HeadPlans Plans { get; }
}
