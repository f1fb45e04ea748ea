using Nexus.Engine.Charges;
using Nexus.Engine.Core;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>Waiting requests that need the same of the same pools and pass the same quotas. What stops one stops all, so they are parked together.</summary>
internal sealed class Shape(ShapeKey key, Route route, Estimator? estimates = null)
{
    private readonly List<(WaitPoint Point, QueuePlace Under, long Need)> _parkedAt = [];

    /// <summary>What they have in common.</summary>
    public ShapeKey Key { get; } = key;

    /// <summary>The pools that could serve them.</summary>
    public Route Route { get; } = route;

    /// <summary>The amounts they need.</summary>
    public ResourceVector Resources => Key.Resources;

    /// <summary>Who waits, in the order of the queue, which is the same in all of the pools.</summary>
    public Waiters Waiting { get; } = new();

    /// <summary>The first of them.</summary>
    public Live First => Waiting.First;

    /// <summary>True while a quota or a budget is what stops it.</summary>
    public bool IsAtLimit { get; private set; }

    /// <summary>The pool of each group of its kinds, where every quota and a pool for each group let it start now; else null.</summary>
    /// <param name="now">The moment, in milliseconds.</param>
    /// <param name="asks">Who asks, after those whose turn it is; null: somebody who need not wait for a turn.</param>
    public RouteCandidate[]? Choose(long now, IClaimant? asks) => IsOverBudget(now) || Key.Quota?.Allowed(now) == false ? null : Route.Choose(Resources, now, asks);

    /// <summary>True where a budget has too little left for the first of them, or it is not its turn there.</summary>
    public bool IsOverBudget(long now) => Key.Budget is not null && estimates?.Ask(First.Request, Route, new Instant(now))?.Stop(now) is not null;

    /// <summary>
    /// Parks the shape at what stops it: at the budget or the quota that does, else in every pool of the first group that no pool can serve at what has too little or
    /// where others go before it. Where nothing does it stands at the doors of its home, among those who may start.
    /// </summary>
    /// <returns>True where nothing stops it. (Where it never can start it is parked nowhere.)</returns>
    public bool Park(long now, Action<WaitPoint> left, Action<WaitPoint> parked)
    {
        Unpark(left);
        foreach ((WaitPoint point, long need) in StopsOf(now))
        {
            ParkAt(point, need, parked);
        }

        IsAtLimit = _parkedAt.Exists(static p => p.Point is not ChargeNode);
        if (_parkedAt.Count > 0 || Choose(now, First) is null)
        {
            return false;
        }

        foreach (Charge door in Route.Doors(Resources, now))
        {
            ParkAt(door.Node, door.Amount, parked);
        }

        return true;
    }

    /// <summary>
    /// True while what a place has, or who goes before it there, is what stops the shape. Something else may have come to since it was parked: a pool or a quota was used up;
    /// then it has no known start any more, and holds up nobody who takes a turn here.
    /// </summary>
    public bool IsStoppedAt(WaitPoint point, long now) => (Resources.Count == 1 && Key.Quota is null && Key.Budget is null) || Has(StopsOf(now), point);

    /// <summary>Somebody joins those who wait.</summary>
    public void Join(Live live)
    {
        Waiting.Add(live);
        foreach ((WaitPoint point, _, long need) in _parkedAt)
        {
            point.Claim(live.Standing.ClassValue, need);
        }
    }

    /// <summary>Somebody does not wait with them any more.</summary>
    public void Part(Live live)
    {
        Waiting.Remove(live);
        foreach ((WaitPoint point, _, long need) in _parkedAt)
        {
            point.Claim(live.Standing.ClassValue, -need);
        }
    }

    /// <summary>Takes the shape out of wherever it is parked.</summary>
    public void Unpark(Action<WaitPoint> left)
    {
        foreach ((WaitPoint node, QueuePlace under, long need) in _parkedAt)
        {
            node.Waiting.Remove(under);
            Claim(node, -need);
        }

        foreach ((WaitPoint node, _, _) in _parkedAt)
        {
            left(node);
        }

        _parkedAt.Clear();
    }

    private List<(WaitPoint Point, long Need)> StopsOf(long now)
    {
        if (Key.Budget is not null && estimates?.Ask(First.Request, Route, new Instant(now))?.Places(now) is { Count: > 0 } budgets)
        {
            return budgets;
        }

        List<(WaitPoint, long)> quotas = Key.Quota is { } quota ? [.. QuotaParking.Places(quota, now)] : [];
        if (quotas.Count > 0)
        {
            return quotas;
        }

        IReadOnlyList<Charge> blockers = Route.Blockers(Resources, now, First);
        List<(WaitPoint, long)> stops = new(blockers.Count);
        for (int i = 0; i < blockers.Count; i++)
        {
            stops.Add((blockers[i].Node, blockers[i].Amount));
        }

        return stops;
    }

    private static bool Has(List<(WaitPoint Point, long Need)> places, WaitPoint point)
    {
        foreach ((WaitPoint at, _) in places)
        {
            if (at == point)
            {
                return true;
            }
        }

        return false;
    }

    // For all who wait together.
    private void Claim(WaitPoint point, long need)
    {
        for (int i = 0; i < Waiting.Classes; i++)
        {
            (int value, int count) = Waiting.Class(i);
            point.Claim(value, (Int128)need * count);
        }
    }

    private bool IsParkedAt(WaitPoint point)
    {
        foreach ((WaitPoint at, _, _) in _parkedAt)
        {
            if (at == point)
            {
                return true;
            }
        }

        return false;
    }

    private void ParkAt(WaitPoint point, long need, Action<WaitPoint> parked)
    {
        if (!IsParkedAt(point))
        {
            QueuePlace place = point.PlaceOf(First);
            _parkedAt.Add((point, place, need));
            point.Waiting.Add(place, need, this);
            Claim(point, need);

            parked(point);
        }
    }
}

/// <summary>What waiting requests must have in common to be parked together.</summary>
/// <param name="Route">The pools that could serve them.</param>
/// <param name="Resources">What they need.</param>
/// <param name="Quota">What they ask of their quotas; null where no rule concerns them.</param>
/// <param name="Owner">Whose they are, where one of the pools gives fair shares; else null.</param>
/// <param name="Alone">Where the pools place requests differently nobody's place is the same in all of them, so each request is parked by itself: its arrival; else 0.</param>
internal readonly record struct ShapeKey(RouteKey Route, ResourceVector Resources, QuotaAsk? Quota = null, OwnerPath? Owner = null, long Alone = 0)
{
    /// <summary>What they ask of their budgets and their allowance; null where none is concerned.</summary>
    public ISpendingAsk? Budget { get; init; }
}
