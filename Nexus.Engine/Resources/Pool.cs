using Nexus.Engine.Charges;
using Nexus.Engine.Core;
using Nexus.Engine.Resources.Health;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Strategies;
using Nexus.Engine.Scheduling.Strategies.Adaptive;

namespace Nexus.Engine.Resources;

/// <summary>A pool inside the engine: its configuration and a meter for each kind.</summary>
internal sealed class Pool(string name)
{
    private readonly SortedDictionary<string, ChargeNode> _nodes = new(StringComparer.Ordinal);

    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>What the operator configured, with the strategy that was chosen where it is adaptive.</summary>
    public PoolDefinition Definition { get; private set; } = null!;

    /// <summary>True while it grants nothing more.</summary>
    public bool Draining { get; private set; }

    /// <summary>The sequence number of the event that last changed its configuration.</summary>
    public long Version { get; private set; }

    /// <summary>Its meters, by kind; also of kinds that it no longer supplies while something of them is held.</summary>
    public ChargeNode[] Nodes { get; private set; } = [];

    /// <summary>How it orders who waits for it.</summary>
    public PoolOrder Order { get; private set; } = PoolOrder.Usual;

    /// <summary>How it does by the outcomes of its grants; null where those do not count.</summary>
    public PoolHealth? Health { get; private set; }

    /// <summary>The grants that hold something of it and may be ended, in the order in which they are.</summary>
    public SortedSet<Live> Preemptible { get; } = new(Live.LowestYoungest);

    /// <summary>How often it interrupts work that tolerates it; null where that decides nothing.</summary>
    public Interruptions? Interruptions { get; private set; }

    /// <summary>What it learned of strategies; null where it does not choose its own.</summary>
    public AdaptiveState? Adaptive { get; private set; }

    /// <summary>True while a grant holds something of it.</summary>
    public bool IsHeld => _nodes.Values.Any(n => n.Used > 0);

    /// <summary>Its meter of a kind, or null.</summary>
    public ChargeNode? Node(string kind) => _nodes.GetValueOrDefault(kind);

    /// <summary>Takes a new configuration. What is held stays held.</summary>
    public void Configure(PoolDefinition definition, Func<string, ResourceBehaviour> behaviourOf, long version, long now)
    {
        Interruptions = Learning(definition);
        (Definition, Version) = (definition with { Chosen = definition.IsAdaptive ? (definition with { Chosen = null }).FollowsAfter(Definition) : null }, version);
        foreach (ChargeNode gone in _nodes.Values.Where(n => definition.Of(n.Kind) is null).ToArray())
        {
            if (gone.Used > 0)
            {
                gone.Configure(new Supply(gone.Kind, Quantity.Zero), now, isNew: false);
            }
            else
            {
                _nodes.Remove(gone.Kind);
            }
        }

        foreach (Supply supply in definition.Supplies)
        {
            bool isNew = !_nodes.TryGetValue(supply.Kind, out ChargeNode? node);
            node ??= _nodes[supply.Kind] = new ChargeNode(Name, supply.Kind, behaviourOf(supply.Kind));
            node.Configure(supply, now, isNew);
        }

        Relate();
        Drain(false, version);
    }

    /// <summary>Puts back what a snapshot kept: also the meters of kinds that are no longer supplied and still held.</summary>
    public void Restore(PoolDefinition definition, IEnumerable<string> kinds, Func<string, ResourceBehaviour> behaviourOf, long version, long now)
    {
        foreach (string kind in kinds.Where(k => definition.Of(k) is null))
        {
            _nodes[kind] = new ChargeNode(Name, kind, behaviourOf(kind));
        }

        Interruptions = Learning(definition);
        (Definition, Version) = (definition, version);
        foreach (Supply supply in definition.Supplies)
        {
            ChargeNode node = _nodes[supply.Kind] = new ChargeNode(Name, supply.Kind, behaviourOf(supply.Kind));
            node.Configure(supply, now, isNew: true);
        }

        Relate();
    }

    // What was learned is of capacity that is bought so, and where nobody asks for it nothing is learned.
    private Interruptions? Learning(PoolDefinition definition) =>
        !KnownStrategies.MayPlaceByCost(definition.Strategy) ? null
        : Interruptions is not null && Definition.PurchaseOption == definition.PurchaseOption ? Interruptions : new Interruptions(definition.PurchaseOption);

    private void Relate()
    {
        // By other settings it is judged anew.
        Health = Definition.Health is not { } settings ? null : Health?.Settings == settings ? Health : new PoolHealth(Name, settings);
        Adaptive = !Definition.IsAdaptive ? null : Adaptive ?? AdaptiveState.Begin(Definition.Follows);
        Nodes = [.. _nodes.Values];
        foreach (ChargeNode node in Nodes)
        {
            (node.Siblings, node.Health) = (Nodes, Health);
        }
    }

    /// <summary>Where it is adaptive: it learned something, or follows another strategy.</summary>
    public void Learn(AdaptiveState adaptive)
    {
        Adaptive = adaptive;
        if (Definition.Chosen != adaptive.InForce)
        {
            Definition = Definition with { Chosen = adaptive.InForce };
        }
    }

    /// <summary>Orders who waits as it is configured to.</summary>
    /// <param name="tree">Who has how much of it; null where that does not count.</param>
    public void Arrange(FairTree? tree)
    {
        Order = PoolOrder.Of(Definition, tree);
        foreach (ChargeNode node in _nodes.Values)
        {
            node.Order = Order;
        }
    }

    /// <summary>Stops granting, or grants again.</summary>
    public void Drain(bool draining, long version)
    {
        (Draining, Version) = (draining, version);
        foreach (ChargeNode node in _nodes.Values)
        {
            node.Draining = draining;
        }
    }

    /// <summary>The pool as readers see it.</summary>
    public PoolState ToState() => new(
        Definition, Draining, Version,
        [.. _nodes.Values.Select(n => n.ToState(Definition.Of(n.Kind) ?? new Supply(n.Kind, Quantity.Zero)))])
    {
        Health = Health?.ToState(),
        Adaptive = Adaptive,
    };
}
