using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>Those that wait for the same and come before a request.</summary>
/// <param name="Visible">How many of them the reader may see.</param>
/// <param name="Hidden">How many more there are.</param>
/// <param name="Need">What they need of the kind that is lacking, together, in thousandths.</param>
/// <param name="AheadByValue">How many there are of each class's value.</param>
internal sealed record Rivals(int Visible, int Hidden, long Need, IReadOnlyDictionary<int, int> AheadByValue)
{
    // Beyond what any pool will ever give; the sum must not turn over.
    private const long MostNeed = long.MaxValue / 4;

    private static readonly Rivals Nobody = new(0, 0, 0, new Dictionary<int, int>());

    /// <summary>All of them.</summary>
    public int Count => Visible + Hidden;

    /// <summary>Who is ahead of a waiting request for what stops it.</summary>
    public static Rivals Of(Request request, Obstacle? obstacle, OwnerPath within, Present present)
    {
        if (request.Status != RequestStatus.Queued || obstacle?.Pool is not { } pool)
        {
            return Nobody;
        }

        PoolDefinition definition = present.Pool(pool).Definition;
        QueuePlace mine = new(present.ValueOf(request.Priority), request.Arrival);
        int visible = 0, hidden = 0;
        long need = 0;
        Dictionary<int, int> byValue = [];
        foreach (Request other in present.Waiting)
        {
            if (other.Status != RequestStatus.Queued || other.Needs[obstacle.Kind] is not { IsZero: false } amount
                || other.Spec.Pools?.Contains(pool, StringComparer.Ordinal) == false || !definition.Labels.Match(other.Spec.PoolLabels) || !definition.Allows(other.Owner))
            {
                continue;
            }

            int value = present.ValueOf(other.Priority);
            if (QueuePlace.Compare(new QueuePlace(value, other.Arrival), mine) < 0)
            {
                (visible, hidden) = other.Owner.IsWithin(within) ? (visible + 1, hidden) : (visible, hidden + 1);
                need = Math.Min(MostNeed, need + amount.Thousandths);
                byValue[value] = byValue.GetValueOrDefault(value) + 1;
            }
        }

        return new Rivals(visible, hidden, need, byValue);
    }

    /// <summary>How many of them a class of a value would pass: those below it. It arrives where it arrived, so its equals stay ahead or behind as they are.</summary>
    public int PassedBy(int value) => AheadByValue.Where(a => a.Key < value).Sum(a => a.Value);
}
