using System.Collections.Immutable;
using Nexus.Engine.Costs.Allowances;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Hosting;

/// <summary>The allowances at one moment, as trees. Never changed: each batch that touches some replaces it by another.</summary>
public sealed class AllowanceIndex
{
    private readonly ImmutableDictionary<AllowanceKey, AllowanceState> _byKey;
    private readonly ImmutableDictionary<AllowanceKey, ImmutableSortedDictionary<long, AllowanceKey>> _children;

    private AllowanceIndex(ImmutableDictionary<AllowanceKey, AllowanceState> byKey, ImmutableDictionary<AllowanceKey, ImmutableSortedDictionary<long, AllowanceKey>> children) =>
        (_byKey, _children) = (byKey, children);

    /// <summary>There is none.</summary>
    internal static AllowanceIndex Empty { get; } = new(
        ImmutableDictionary<AllowanceKey, AllowanceState>.Empty, ImmutableDictionary<AllowanceKey, ImmutableSortedDictionary<long, AllowanceKey>>.Empty);

    /// <summary>How many there are.</summary>
    public int Count => _byKey.Count;

    /// <summary>All of them, in the order in which they were opened.</summary>
    public IReadOnlyList<AllowanceState> All => [.. _byKey.Values.OrderBy(a => a.Number)];

    /// <summary>One, or null.</summary>
    public AllowanceState? Find(AllowanceKey key) => _byKey.GetValueOrDefault(key);

    /// <summary>Those of an id within a path: of more than one tenant only where the path is of none.</summary>
    public IEnumerable<AllowanceState> Find(string id, OwnerPath within)
    {
        ArgumentNullException.ThrowIfNull(within);
        return within.IsRoot ? _byKey.Values.Where(a => a.Spec.Id == id) : Find(new AllowanceKey(within.Tenant, id)) is { } one && one.Spec.Owner.IsWithin(within) ? [one] : [];
    }

    /// <summary>What was carved out of one directly, the first first.</summary>
    public IEnumerable<AllowanceState> ChildrenOf(AllowanceKey key) => _children.TryGetValue(key, out ImmutableSortedDictionary<long, AllowanceKey>? children) ? children.Values.Select(k => _byKey[k]) : [];

    /// <summary>One and all that was carved out of it, each after its parent.</summary>
    public IEnumerable<AllowanceState> Branch(AllowanceState allowance)
    {
        ArgumentNullException.ThrowIfNull(allowance);
        return ChildrenOf(allowance.Key).SelectMany(Branch).Prepend(allowance);
    }

    /// <summary>Those of an engine.</summary>
    internal static AllowanceIndex Of(IEnumerable<AllowanceState> states) => Empty.With(states.Select(s => (s.Key, (AllowanceState?)s)));

    /// <summary>These as they are after some of them were touched; one that is there no more was forgotten.</summary>
    internal AllowanceIndex With(IReadOnlyCollection<AllowanceKey> touched, Func<AllowanceKey, AllowanceState?> present) => With(touched.Select(k => (k, present(k))));

    private AllowanceIndex With(IEnumerable<(AllowanceKey Key, AllowanceState? State)> touched)
    {
        ImmutableDictionary<AllowanceKey, AllowanceState>.Builder byKey = _byKey.ToBuilder();
        ImmutableDictionary<AllowanceKey, ImmutableSortedDictionary<long, AllowanceKey>>.Builder children = _children.ToBuilder();
        foreach ((AllowanceKey key, AllowanceState? state) in touched)
        {
            if (byKey.TryGetValue(key, out AllowanceState? before) && before.Number != state?.Number)
            {
                byKey.Remove(key);
                children.Remove(key);
                if (ParentOf(before) is { } parent && children.TryGetValue(parent, out ImmutableSortedDictionary<long, AllowanceKey>? others))
                {
                    children[parent] = others.Remove(before.Number);
                }
            }

            if (state is null)
            {
                continue;
            }

            byKey[key] = state;
            if (before?.Number != state.Number && ParentOf(state) is { } above)
            {
                children[above] = children.GetValueOrDefault(above, ImmutableSortedDictionary<long, AllowanceKey>.Empty).Add(state.Number, key);
            }
        }

        return new(byKey.ToImmutable(), children.ToImmutable());
    }

    private static AllowanceKey? ParentOf(AllowanceState state) => state.Spec.Parent is { } parent ? new AllowanceKey(state.Spec.Owner.Tenant, parent) : null;
}
