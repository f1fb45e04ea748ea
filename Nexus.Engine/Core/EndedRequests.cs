using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>The newest of the requests that ended, as many as memory holds.</summary>
/// <param name="requests">All requests in memory; those that are forgotten leave it.</param>
/// <param name="most">How many are held.</param>
/// <param name="forgotten">Is told of each that leaves it.</param>
internal sealed class EndedRequests(Dictionary<RequestKey, Live> requests, int most, Action<Request> forgotten)
{
    private readonly Queue<Live> _ended = [];
    private int _revived;

    /// <summary>They, in the order in which they ended.</summary>
    public IEnumerable<Request> All => _ended.Where(IsRemembered).Select(l => l.Request);

    /// <summary>One that a snapshot kept.</summary>
    public void Restore(Live live) => _ended.Enqueue(live);

    /// <summary>One lives again under its id.</summary>
    public void Revive() => _revived++;

    /// <summary>One ended; the oldest are forgotten for it.</summary>
    /// <param name="live">The one.</param>
    /// <param name="archived">Takes what memory no longer holds.</param>
    public void Remember(Live live, Action<Request> archived)
    {
        _ended.Enqueue(live);
        while (_ended.Count - _revived > most)
        {
            Live oldest = _ended.Dequeue();
            if (!IsRemembered(oldest))
            {
                _revived--;
                continue;
            }

            requests.Remove(oldest.Request.Key);
            forgotten(oldest.Request);
            archived(oldest.Request);
        }
    }

    // One that was revived lives on as another; what it was before is forgotten when its turn comes.
    private bool IsRemembered(Live ended) => requests.TryGetValue(ended.Request.Key, out Live? known) && ReferenceEquals(known, ended);
}
