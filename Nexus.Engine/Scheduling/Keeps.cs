using Nexus.Engine.Charges;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>
/// What is kept for those for whose sake grants end: all that they need and that the ending grants do not hold any more. Nobody else can take it.
/// </summary>
/// <remarks>Derived from the requests: made anew after recovery, never part of the state.</remarks>
internal sealed class Keeps(SortedDictionary<string, Pool> pools, Func<RequestKey, Live?> find)
{
    private readonly SortedDictionary<long, (Live Live, List<Charge> Kept)> _byArrival = [];

    /// <summary>Those for whom something is kept, the first to arrive first.</summary>
    public IEnumerable<Live> Seekers => _byArrival.Values.Select(k => k.Live);

    /// <summary>True when nothing is kept for anybody.</summary>
    public bool IsEmpty => _byArrival.Count == 0;

    /// <summary>Keeps what a request needs beyond what the grants that end for it still hold; nothing where none ends for it.</summary>
    public void Set(Live seeker)
    {
        Forget(seeker);
        if (seeker.Request is not { Status: RequestStatus.Queued, Preempting: { } preempting } request)
        {
            return;
        }

        List<Charge> kept = [];
        for (int i = 0; i < request.Needs.Count; i++)
        {
            (string kind, Quantity needed) = request.Needs[i];
            if (pools.GetValueOrDefault(preempting.Pools[i])?.Node(kind) is { Behaviour: ResourceBehaviour.Held } node)
            {
                long held = preempting.Victims.Sum(v => find(v) is { Request: { Notice: not null, Lease: { } lease } } ? Explainer.Held(lease, node.Pool, kind).Thousandths : 0);
                kept.Add(new Charge(node, Math.Max(0, needed.Thousandths - held)));
            }
        }

        _byArrival[request.Arrival] = (seeker, kept);
        kept.ForEach(k => k.Node.Kept += k.Amount);
    }

    /// <summary>Keeps nothing for a request any more.</summary>
    /// <returns>The nodes that have more for others now.</returns>
    public IReadOnlyList<Charge> Forget(Live seeker)
    {
        if (!_byArrival.Remove(seeker.Request.Arrival, out (Live Live, List<Charge> Kept) was))
        {
            return [];
        }

        was.Kept.ForEach(k => k.Node.Kept -= k.Amount);
        return was.Kept;
    }

    /// <summary>Looks at the nodes as they are for one for whom something is kept: what is kept for it is there.</summary>
    public T As<T>(Live seeker, Func<T> look)
    {
        List<Charge> own = _byArrival.GetValueOrDefault(seeker.Request.Arrival).Kept ?? [];
        own.ForEach(k => k.Node.Kept -= k.Amount);
        T seen = look();
        own.ForEach(k => k.Node.Kept += k.Amount);
        return seen;
    }

    /// <summary>Begins anew.</summary>
    public void Rebuild(IEnumerable<Live> waiting)
    {
        _byArrival.Clear();
        foreach (ChargeNode node in pools.Values.SelectMany(p => p.Nodes))
        {
            node.Kept = 0;
        }

        foreach (Live live in waiting)
        {
            Set(live);
        }
    }
}
