using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Engine.Cases;

/// <summary>The nodes of a case's set-up where they stand: each a segment of an owner's path.</summary>
internal sealed class CaseTree
{
    private readonly Dictionary<string, CaseNode> _nodes = new(StringComparer.Ordinal);

    /// <summary>Reads the nodes; each may state its parent.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="above">The path above those without a parent; null: none.</param>
    public CaseTree(IReadOnlyList<CaseObject> nodes, string? above = null)
    {
        (string Id, string? Parent, CaseObject Node)[] read = [.. nodes.Select(n => (n.Text("id"), n.TextOrNull("parent"), n))];
        Dictionary<string, string?> parents = read.ToDictionary(n => n.Id, n => n.Parent, StringComparer.Ordinal);
        foreach ((string id, _, CaseObject node) in read)
        {
            _nodes.Add(id, new CaseNode(id, OwnerPath.Parse(PathOf(id)), read.Where(n => n.Parent == id).Select(n => n.Id).ToArray(), node));
        }

        string PathOf(string id) => parents[id] is { } parent ? $"{PathOf(parent)}/{id}" : above is null ? id : $"{above}/{id}";
    }

    /// <summary>Those above before those below.</summary>
    public IEnumerable<CaseNode> TopDown => _nodes.Values.OrderBy(n => n.Owner.Depth);

    public CaseNode this[string id] => _nodes.TryGetValue(id, out CaseNode? node) ? node : throw new InvalidDataException($"there is no node '{id}'");

    /// <summary>The node at a path, <c>~</c> or what the engine names.</summary>
    public string IdOf(string path) => _nodes.Values.Single(n => n.Owner.ToString() == path).Id;

    /// <summary>The names of the resources that any node of the same top states something of.</summary>
    public string[] ResourcesAround(CaseNode node, params string[] fields) =>
    [
        .. _nodes.Values.Where(n => n.Owner.Tenant == node.Owner.Tenant).SelectMany(n => fields.SelectMany(f => n.Stated.Numbers(f).Keys)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];
}

/// <summary>A node of a case.</summary>
/// <param name="Id">Its name in the case.</param>
/// <param name="Owner">Where it stands.</param>
/// <param name="Children">Who stands below it.</param>
/// <param name="Stated">What the case states of it.</param>
internal sealed record CaseNode(string Id, OwnerPath Owner, IReadOnlyList<string> Children, CaseObject Stated)
{
    public bool IsLeaf => Children.Count == 0;

    public bool IsTop => Owner.Depth == 1;

    public decimal Weight => Stated.NumberOrNull("weight") ?? 1;
}

/// <summary>Quotas as additive cases state them (Kueue): an inner node has what its children lend and its own limit beyond it; what is not stated is without bound.</summary>
internal static class AdditiveQuotas
{
    public static void Set(CaseWorld world, CaseTree tree, QuotaReclaim reclaim = QuotaReclaim.Any)
    {
        foreach (CaseNode node in tree.TopDown)
        {
            IReadOnlyDictionary<string, decimal> limits = node.Stated.Numbers("limit");
            IReadOnlyDictionary<string, decimal> borrows = node.Stated.Numbers("borrowingLimit");
            IReadOnlyDictionary<string, decimal> lends = node.Stated.Numbers("lendingLimit");
            world.Quota(node.Owner, node.Weight, [.. tree.ResourcesAround(node, "limit", "borrowingLimit", "lendingLimit").Select(Rule)]);

            QuotaRule Rule(string resource)
            {
                Quantity limit = CaseWorld.Amount(limits.GetValueOrDefault(resource));
                QuotaRule rule = new(world.KindOf(resource)) { Borrow = node.IsTop && node.IsLeaf ? QuotaBound.Nothing : Bound(borrows, resource), Lend = Bound(lends, resource), Reclaim = reclaim };
                return node.IsLeaf ? rule with { Limit = limit } : rule with { Extra = limit };
            }
        }
    }

    private static QuotaBound Bound(IReadOnlyDictionary<string, decimal> stated, string resource) =>
        stated.TryGetValue(resource, out decimal units) ? QuotaBound.Of(CaseWorld.Amount(units)) : QuotaBound.Unbounded;
}
