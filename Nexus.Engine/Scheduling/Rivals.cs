using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>Those that wait for the same and come before a request.</summary>
/// <param name="Visible">How many of them the reader may see.</param>
/// <param name="Hidden">How many more there are.</param>
/// <param name="Need">What they need of the kind that is lacking, together, in thousandths.</param>
/// <param name="Passed">How many of them a class of each higher value would pass.</param>
internal sealed record Rivals(int Visible, int Hidden, long Need, IReadOnlyDictionary<int, int> Passed)
{
    // Beyond what any pool will ever give; the sum must not turn over.
    private const long MostNeed = long.MaxValue / 4;

    public static Rivals Nobody { get; } = new(0, 0, 0, new Dictionary<int, int>());

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
        return Of(
            request, obstacle.Kind, within, present,
            other => other.Spec.Pools?.Contains(pool, StringComparer.Ordinal) != false && definition.Labels.Match(other.Spec.PoolLabels) && definition.Allows(other.Owner));
    }

    /// <summary>Who is ahead of a waiting request for the quota that stops it.</summary>
    public static Rivals Under(Request request, QuotaObstacle obstacle, OwnerPath within, Present present) => request.Status != RequestStatus.Queued ? Nobody
        : Of(request, obstacle.Kind, within, present, other => other.Owner.IsWithin(obstacle.Node));

    private static Rivals Of(Request request, string kind, OwnerPath within, Present present, Func<Request, bool> wantsTheSame)
    {
        QueuePlace mine = present.PlaceOf(request);
        int value = present.ValueOf(request.Priority);
        (int Value, QueuePlace Place)[] raised = [.. present.Configuration.Classes.Select(c => c.Value).Where(v => v > value).Distinct().Select(v => (v, present.PlaceOf(request, v)))];
        int visible = 0, hidden = 0;
        long need = 0;
        Dictionary<int, int> passed = [];
        foreach (Request other in present.Waiting)
        {
            if (other.Status != RequestStatus.Queued || other.Needs[kind] is not { IsZero: false } amount || !wantsTheSame(other))
            {
                continue;
            }

            QueuePlace theirs = present.PlaceOf(other);
            if (QueuePlace.Compare(theirs, mine) < 0)
            {
                (visible, hidden) = other.Owner.IsWithin(within) ? (visible + 1, hidden) : (visible, hidden + 1);
                need = Math.Min(MostNeed, need + amount.Thousandths);
                foreach ((int higher, QueuePlace place) in raised)
                {
                    passed[higher] = passed.GetValueOrDefault(higher) + (QueuePlace.Compare(place, theirs) < 0 ? 1 : 0);
                }
            }
        }

        return new Rivals(visible, hidden, need, passed);
    }

    /// <summary>How many of them a class of a value would pass. It arrives where it arrived.</summary>
    public int PassedBy(int value) => Passed.GetValueOrDefault(value);
}
