using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Charges;

/// <summary>Something of which there can be too little for those who want it: they wait there, and are looked at when there is more.</summary>
internal abstract class WaitPoint
{
    /// <summary>The shapes of request that wait for it.</summary>
    public abstract IWaitQueue Waiting { get; }

    /// <summary>The moment for which a look at the waiting is due; <see cref="long.MaxValue"/> when none is.</summary>
    public long WakeAt { get; set; } = long.MaxValue;

    /// <summary>True while it stands in the list of those that got more to give.</summary>
    public bool Dirty { get; set; }

    /// <summary>What can be taken at a moment.</summary>
    public abstract long Available(long now);

    /// <summary>The next moment at which there may be enough for somebody who waits, without anything being given back; null where there is none.</summary>
    public abstract long? MoreAt(long now);
}
