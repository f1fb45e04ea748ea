using Nexus.Engine.Core;

namespace Nexus.Engine.Scheduling;

/// <summary>
/// Who stands above a request because its grant was ended for them: those, whoever theirs were ended for, and so on. When it comes back it ends none of their grants, however classes,
/// quotas and sizes stand to one another: of three requests each may have a right to what the next one holds.
/// </summary>
/// <remarks>
/// An ending leads from the victim to who asked. As nobody ends a grant of whoever stands above it, no path comes back to where it began. So among the same requests endings stop:
/// there are only so many pairs, and the topmost of those who are ended again and again could only be ended by somebody who stands above it and is ended again and again.
/// A request of another class than before is another claim: what ended it then is forgotten.
/// </remarks>
internal static class Evictors
{
    /// <summary>Those of a request whose grant ends now: the ones before that still live, and the one it ends for.</summary>
    /// <param name="victim">The request before.</param>
    /// <param name="reason">Why its grant ends.</param>
    /// <param name="find">The requests that live.</param>
    public static IReadOnlyList<RequestKey> After(Request victim, Reason reason, Func<RequestKey, Live?> find)
    {
        RequestKey? by = reason is { Code: ReasonCode.Preempted or ReasonCode.Reclaimed or ReasonCode.BorrowedMore or ReasonCode.MadeWay, Name: { } name } ? KeyOf(name) : null;
        if (by is null && victim.Evictors.Count == 0)
        {
            return [];
        }

        List<RequestKey> all = [.. victim.Evictors.Where(Lives)];
        if (by is { } key && !all.Contains(key) && Lives(key))
        {
            all.Add(key);
        }

        return all;

        bool Lives(RequestKey key) => find(key) is { Request.HasEnded: false };
    }

    /// <summary>Everybody who stands above a request. Over who has ended no path leads: how long such a one is remembered must decide nothing.</summary>
    public static IReadOnlySet<RequestKey> Above(RequestKey seeker, Func<RequestKey, Live?> find)
    {
        HashSet<RequestKey> above = [];
        Stack<RequestKey> left = new([seeker]);
        while (left.TryPop(out RequestKey key))
        {
            foreach (RequestKey evictor in find(key) is { Request: { HasEnded: false } lives } ? lives.Evictors : [])
            {
                if (above.Add(evictor))
                {
                    left.Push(evictor);
                }
            }
        }

        return above;
    }

    // "owner:id": an id may have colons, an owner has none.
    private static RequestKey? KeyOf(string name) => name.IndexOf(':', StringComparison.Ordinal) is > 0 and var at
        ? new RequestKey(name[..at].Split('/')[0], name[(at + 1)..]) : null;
}
