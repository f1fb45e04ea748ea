using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>Those that wait for the same and come before a request.</summary>
/// <param name="Visible">How many of them the reader may see.</param>
/// <param name="Hidden">How many more there are.</param>
/// <param name="Need">What they need together of each kind that the request needs, in its order, in thousandths.</param>
/// <param name="Passed">How many of them a class of each higher value would pass.</param>
internal sealed record Rivals(int Visible, int Hidden, IReadOnlyList<ResourceNeed> Need, IReadOnlyDictionary<int, int> Passed)
{
    // Beyond what any pool will ever give; the sum must not turn over.
    private const long MostNeed = long.MaxValue / 4;

    public static Rivals Nobody { get; } = new(0, 0, [], new Dictionary<int, int>());

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
            request, obstacle.Kind, pool, within, present,
            other => other.Spec.Pools?.Contains(pool, StringComparer.Ordinal) != false && definition.Labels.Match(other.Spec.PoolLabels) && definition.Allows(other.Owner));
    }

    /// <summary>Who is ahead of a waiting request for the quota that stops it.</summary>
    public static Rivals Under(Request request, QuotaObstacle obstacle, OwnerPath within, Present present) => request.Status != RequestStatus.Queued ? Nobody
        : Of(request, obstacle.Kind, null, within, present, other => other.Owner.IsWithin(obstacle.Node));

    private static Rivals Of(Request request, string kind, string? pool, OwnerPath within, Present present, Func<Request, bool> wantsTheSame)
    {
        int value = present.ValueOf(request.Priority);
        int[] raised = [.. present.Configuration.Classes.Select(c => c.Value).Where(v => v > value).Distinct()];
        int visible = 0, hidden = 0;
        long[] need = new long[request.Needs.Count];
        Dictionary<int, int> passed = [];
        foreach (Request other in present.Waiting)
        {
            if (other.Status != RequestStatus.Queued || other.Needs[kind].IsZero || !wantsTheSame(other))
            {
                continue;
            }

            if (present.GoesBefore(pool, other, request, value))
            {
                (visible, hidden) = other.Owner.IsWithin(within) ? (visible + 1, hidden) : (visible, hidden + 1);
                for (int i = 0; i < need.Length; i++)
                {
                    need[i] = Math.Min(MostNeed, need[i] + other.Needs[request.Needs[i].Kind].Thousandths);
                }

                foreach (int higher in raised)
                {
                    passed[higher] = passed.GetValueOrDefault(higher) + (present.GoesBefore(pool, other, request, higher) ? 0 : 1);
                }
            }
        }

        return new Rivals(visible, hidden, [.. need.Select((n, i) => new ResourceNeed(request.Needs[i].Kind, n))], passed);
    }

    /// <summary>What they need of a kind, together, in thousandths; 0 of one that the request does not need.</summary>
    public long NeedOf(string kind) => Need.FirstOrDefault(n => n.Kind == kind).Thousandths;

    /// <summary>How many of them a class of a value would pass. It arrives where it arrived.</summary>
    public int PassedBy(int value) => Passed.GetValueOrDefault(value);
}

/// <summary>What is needed of a kind.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Thousandths">How much, in thousandths of its unit.</param>
internal readonly record struct ResourceNeed(string Kind, long Thousandths);
