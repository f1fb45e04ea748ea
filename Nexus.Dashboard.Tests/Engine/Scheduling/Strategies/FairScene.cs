using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Strategies;

namespace Nexus.Dashboard.Tests.Engine.Scheduling.Strategies;

/// <summary>Sets the scene for fair shares: one pool, its tree of owners, and one queue of those who wait, under a virtual clock.</summary>
internal sealed class FairScene
{
    public static readonly TimeSpan HalfLife = TimeSpan.FromDays(1);

    private readonly Dictionary<OwnerPath, long> _weights = [];
    private long _arrivals;

    public FairScene(Supply[] supplies, TimeSpan? halfLife = null)
    {
        Supplies = supplies;
        Tree = Fresh(halfLife ?? HalfLife);
        Queue = new FairQueue(Tree);
    }

    public Supply[] Supplies { get; private set; }

    public FairTree Tree { get; private set; }

    public FairQueue Queue { get; private set; }

    public long Now { get; private set; } = 1_767_225_600_000;

    public List<Waiter> Waiting { get; } = [];

    public static FairScene Pool(params (string Kind, double Amount)[] held) => new([.. held.Select(h => new Supply(h.Kind, Scene.Amount(h.Amount)))]);

    /// <summary>A bucket of tokens that refills in an hour.</summary>
    public static FairScene Tokens(double burst = 1_000) => new([new Supply("tokens.output", Scene.Amount(burst), Scene.Amount(burst), TimeSpan.FromHours(1))]);

    public FairScene Weighing(string owner, double weight)
    {
        _weights[OwnerPath.Parse(owner)] = (long)(weight * 1000);
        Tree.Reweigh();
        return this;
    }

    public FairScene Advance(TimeSpan span)
    {
        Now += (long)span.TotalMilliseconds;
        return this;
    }

    public void Resize(params (string Kind, double Amount)[] held)
    {
        Supplies = [.. held.Select(h => new Supply(h.Kind, Scene.Amount(h.Amount)))];
        Tree.Configure(Supplies, BehaviourOf, HalfLife, Now);
    }

    public Waiter Wait(string owner, params (string Kind, double Amount)[] needs) => Wait(OwnerPath.Parse(owner), Scene.Vector(needs), classValue: 500);

    public Waiter Wait(OwnerPath owner, ResourceVector needs, int classValue)
    {
        long arrival = ++_arrivals;
        Live live = new(new Request
        {
            Spec = new RequestSpec($"r{arrival}", owner, needs, null, null, Labels.None, null, true, null, RequestSpec.DefaultLeaseLength, Labels.None),
            Arrival = arrival,
            Version = arrival,
            SubmittedAt = new Instant(Now),
            Priority = "medium",
            Labels = Labels.None,
            Status = RequestStatus.Queued,
        })
        {
            Place = new FairShareStrategy().Place(new Standing(classValue, arrival, new Instant(Now)), TimeSpan.FromSeconds(10)),
        };
        Shape shape = new(new ShapeKey(default, needs, null, owner, 0), new Route([], false, null));
        shape.Waiting.Add(live);
        Waiter waiter = new(owner, needs, live.Place, shape);
        Tree.Arrive(owner, Now);
        Queue.Add(waiter.Place, waiter.Need, shape);
        Waiting.Add(waiter);
        return waiter;
    }

    /// <summary>Who goes first of those that need no more of their first kind than is available.</summary>
    public Waiter? First(long available = long.MaxValue) => Queue.Find(available, Now) is { } found ? Waiting.Single(w => w.Shape == found.Shape) : null;

    /// <summary>It gets what it needs.</summary>
    public void Start(Waiter waiter)
    {
        Queue.Remove(waiter.Place);
        Waiting.Remove(waiter);
        Tree.Charge(waiter.Owner, waiter.Needs, Now);
        Tree.Depart(waiter.Owner);
    }

    public void Leave(Waiter waiter)
    {
        Queue.Remove(waiter.Place);
        Waiting.Remove(waiter);
        Tree.Depart(waiter.Owner);
    }

    public void Charge(string owner, params (string Kind, double Amount)[] amounts) => Tree.Charge(OwnerPath.Parse(owner), Scene.Vector(amounts), Now);

    public void Release(string owner, params (string Kind, double Amount)[] amounts) => Tree.Release(OwnerPath.Parse(owner), Scene.Vector(amounts), Now);

    public int Compare(string a, string b, params (string Kind, double Amount)[] asked) =>
        Tree.Compare(OwnerPath.Parse(a), Scene.Vector(asked), OwnerPath.Parse(b), Scene.Vector(asked), Now);

    /// <summary>What an owner with all below it holds of a kind.</summary>
    public double Held(string owner, string kind) => (NodeState(owner)?.Uses.FirstOrDefault(u => u.Kind == kind).Held ?? 0) / 1000.0;

    /// <summary>Its decayed past share of a kind at the present epoch.</summary>
    public double Past(string owner, string kind)
    {
        FairNode? node = Tree.Node(OwnerPath.Parse(owner));
        int index = Supplies.Select(s => s.Kind).ToList().IndexOf(kind);
        return node is null ? 0 : node.PastAt(index, Tree.HalfLife, Tree.HalfLife.EpochOf(Now)) / (double)FairKind.One;
    }

    /// <summary>The same tree, come back from what a snapshot kept of it, with a queue that was filled anew.</summary>
    public void Recover()
    {
        FairTreeState kept = Tree.Keep();
        Tree = Fresh(HalfLife);
        Tree.Restore(kept);
        Queue = new FairQueue(Tree);
        foreach (Waiter waiter in Waiting)
        {
            Queue.Add(waiter.Place, waiter.Need, waiter.Shape);
        }
    }

    /// <summary>Tasks of which everybody has as many as wanted start one by one, the fair one first, as long as any fits.</summary>
    /// <returns>How many of each started.</returns>
    public Dictionary<string, int> Fill(params (string Owner, (string Kind, double Amount)[] Task, int Most)[] users)
    {
        Dictionary<string, int> started = users.ToDictionary(u => u.Owner, _ => 0);
        Dictionary<string, long> free = Supplies.ToDictionary(s => s.Kind, s => s.Amount.Thousandths);
        foreach ((string owner, (string, double)[] task, _) in users)
        {
            Wait(owner, task);
        }

        while (First() is { } next)
        {
            string owner = next.Owner.ToString();
            if (next.Needs.All(n => n.Quantity.Thousandths <= free[n.Kind]))
            {
                Start(next);
                foreach (ResourceAmount need in next.Needs)
                {
                    free[need.Kind] -= need.Quantity.Thousandths;
                }

                if (++started[owner] < users.Single(u => u.Owner == owner).Most)
                {
                    Wait(next.Owner, next.Needs, classValue: 500);
                }
            }
            else
            {
                Leave(next);
            }
        }

        return started;
    }

    private FairNodeState? NodeState(string owner) => Tree.Keep().Nodes.FirstOrDefault(n => n.Path == owner && !n.Own);

    private FairTree Fresh(TimeSpan halfLife)
    {
        FairTree tree = new(owner => _weights.GetValueOrDefault(owner, 1000), halfLife, Now);
        tree.Configure(Supplies, BehaviourOf, halfLife, Now);
        return tree;
    }

    private static ResourceBehaviour BehaviourOf(string kind) => ResourceKind.All.Single(k => k.Name == kind).Behaviour;
}

/// <summary>Somebody who waits.</summary>
internal sealed record Waiter(OwnerPath Owner, ResourceVector Needs, QueuePlace Place, Shape Shape)
{
    public long Need => Needs[0].Quantity.Thousandths;
}
