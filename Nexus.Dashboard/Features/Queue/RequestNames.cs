using Nexus.Dashboard.Shared;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Features.Queue;

/// <summary>Requests in a sentence.</summary>
internal static class RequestNames
{
    private const int Most = 3;

    /// <summary>The first few, by owner and what they ask for; those that the reader may not see are counted alone.</summary>
    /// <param name="requests">The requests, those to be named first.</param>
    /// <param name="within">What the reader may see.</param>
    public static string Of(IReadOnlyList<Request> requests, OwnerPath within) => Of(requests, within, r => $"{r.Owner} ({Numbers.Amounts(r.Spec.Resources)})", r => r);

    /// <summary>The same of whatever concerns requests.</summary>
    /// <param name="all">What concerns them.</param>
    /// <param name="within">What the reader may see.</param>
    /// <param name="name">One, in words.</param>
    /// <param name="of">The request that one concerns.</param>
    public static string Of<T>(IReadOnlyList<T> all, OwnerPath within, Func<T, string> name, Func<T, Request> of)
    {
        T[] seen = [.. all.Where(one => of(one).Owner.IsWithin(within))];
        string names = string.Join(", ", seen.Take(Most).Select(name));
        int more = all.Count - Math.Min(seen.Length, Most);
        return more == 0 ? names : names.Length == 0 ? $"{more} of others" : $"{names} and {more} more";
    }
}
