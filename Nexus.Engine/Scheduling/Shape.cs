using Nexus.Engine.Charges;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>Waiting requests that need the same of the same pools and pass the same quotas. What stops one stops all, so they are parked together.</summary>
internal sealed class Shape(ShapeKey key, Route route)
{
    private readonly List<WaitPoint> _parkedAt = [];
    private QueuePlace _parkedUnder;

    /// <summary>What they have in common.</summary>
    public ShapeKey Key { get; } = key;

    /// <summary>The place of its first request when it was found that nothing stops it; null while something does.</summary>
    public QueuePlace? ReadyUnder { get; set; }

    /// <summary>The pools that could serve them.</summary>
    public Route Route { get; } = route;

    /// <summary>The amounts they need.</summary>
    public ResourceVector Resources => Key.Resources;

    /// <summary>Who waits, in the order of the queue.</summary>
    public SortedSet<Live> Waiting { get; } = new(Comparer<Live>.Create(static (a, b) => QueuePlace.Compare(a.Place, b.Place)));

    /// <summary>The first of them.</summary>
    public Live First => Waiting.Min!;

    /// <summary>The pool of each group of its kinds, where every quota and a pool for each group let it start now; else null.</summary>
    public RouteCandidate[]? Choose(long now) => Key.Quota?.Allowed(now) == false ? null : Route.Choose(Resources, now);

    /// <summary>Parks the shape at what stops it: at the quota that does, else in every pool of the first group that no pool can serve at the first node that has too little.</summary>
    public void Park(long now, Action<WaitPoint> parked)
    {
        Unpark();
        _parkedUnder = First.Place;
        foreach ((WaitPoint point, long need) in Key.Quota is { } quota ? QuotaParking.Places(quota, now) : [])
        {
            ParkAt(point, need, parked);
        }

        IsAtQuota = IsParked;
        foreach (Charge blocker in IsParked ? [] : Route.Blockers(Resources, now))
        {
            ParkAt(blocker.Node, blocker.Amount, parked);
        }
    }

    private void ParkAt(WaitPoint point, long need, Action<WaitPoint> parked)
    {
        if (!_parkedAt.Contains(point))
        {
            _parkedAt.Add(point);
            point.Waiting.Add(_parkedUnder, need, this);
            parked(point);
        }
    }

    /// <summary>True while a quota is what stops it.</summary>
    public bool IsAtQuota { get; private set; }

    /// <summary>True while something is known that stops it.</summary>
    public bool IsParked => _parkedAt.Count > 0;

    /// <summary>Takes the shape out of wherever it is parked.</summary>
    public void Unpark()
    {
        foreach (WaitPoint node in _parkedAt)
        {
            node.Waiting.Remove(_parkedUnder);
        }

        _parkedAt.Clear();
        ReadyUnder = null;
    }
}

/// <summary>What waiting requests must have in common to be parked together.</summary>
internal readonly record struct ShapeKey(RouteKey Route, ResourceVector Resources, QuotaAsk? Quota = null);
