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

    /// <summary>True where nobody takes what somebody before it in the order waits for.</summary>
    public virtual bool IsInTurn => false;

    /// <summary>Who may start next of those who wait, or null.</summary>
    public virtual Parked? Next(long now) => Waiting.Find(Available(now), now);

    /// <summary>The place of one who waits here.</summary>
    public virtual QueuePlace PlaceOf(Live live) => live.Place;

    /// <summary>Those who wait here want so much more of it in all, or less.</summary>
    /// <param name="classValue">The value of their class.</param>
    /// <param name="need">How much, in thousandths; negative: less.</param>
    public virtual void Claim(int classValue, Int128 need)
    {
    }

    /// <summary>What can be taken at a moment.</summary>
    public abstract long Available(long now);

    /// <summary>The next moment at which there may be enough for somebody who waits, without anything being given back; null where there is none.</summary>
    public abstract long? MoreAt(long now);
}
