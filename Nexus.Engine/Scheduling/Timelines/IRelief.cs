namespace Nexus.Engine.Scheduling.Timelines;

/// <summary>What stands on a timeline and is not in the way of somebody: capacity reserved for them, or starts that are only planned.</summary>
internal interface IRelief
{
    /// <summary>How much of a kind, in thousandths, at a moment; all reliefs together are never more than is used on the timeline then. Negative: so much more is in the way than the timeline shows.</summary>
    long At(int kind, long at);

    /// <summary>The next moment after one at which it may change, or <see cref="Timeline.Open"/>.</summary>
    long NextChange(long after);
}
