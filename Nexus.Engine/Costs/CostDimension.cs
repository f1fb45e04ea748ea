using System.Diagnostics.CodeAnalysis;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Costs;

/// <summary>Something by which costs are grouped or filtered: a level of the owner path, the kind, where it came from, a label.</summary>
/// <param name="Name">As it is written: <c>tenant</c>, <c>user</c>, <c>workflow</c>, <c>agent</c>, <c>owner</c>, <c>resource</c>, <c>pool</c>, <c>provider</c>, <c>model</c>, <c>lane</c>, <c>sku</c>, <c>kind</c> (of the line: <c>usage</c>, <c>adjustment</c> …), <c>label:NAME</c>.</param>
public sealed record CostDimension(string Name)
{
    private const string LabelPrefix = "label:";

    private static readonly string[] Levels = ["tenant", "user", "workflow", "agent"];
    private static readonly string[] Others = ["owner", "resource", "pool", "provider", "model", "lane", "sku", "kind"];

    private static readonly string[] Kinds = [.. Enum.GetNames<LineKind>().Select(n => char.ToLowerInvariant(n[0]) + n[1..])];

    /// <summary>What can be written, for people.</summary>
    public static string Known { get; } = string.Join(", ", [.. Levels, .. Others, "label:NAME"]);

    /// <summary>The name of the label; null where it is none.</summary>
    public string? Label { get; } = Name.StartsWith(LabelPrefix, StringComparison.Ordinal) ? Name[LabelPrefix.Length..] : null;

    /// <summary>Reads a name.</summary>
    /// <returns>False when there is no such dimension.</returns>
    public static bool TryParse(string name, [NotNullWhen(true)] out CostDimension? dimension)
    {
        ArgumentNullException.ThrowIfNull(name);
        dimension = Levels.Contains(name) || Others.Contains(name) || (name.StartsWith(LabelPrefix, StringComparison.Ordinal) && name.Length > LabelPrefix.Length) ? new CostDimension(name) : null;
        return dimension is not null;
    }

    /// <summary>What a line has of it; null where it has nothing.</summary>
    public string? Of(LedgerKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Label is { } label ? key.Labels[label] : Name switch
        {
            "owner" => key.Owner.ToString(),
            "resource" => key.Resource.Length == 0 ? null : key.Resource,
            "pool" => key.Pool,
            "provider" => key.Provider,
            "model" => key.Model,
            "lane" => key.Lane ?? "standard",
            "sku" => key.Sku,
            "kind" => Kinds[(int)key.Kind],
            _ => LevelOf(key.Owner, Array.IndexOf(Levels, Name)),
        };
    }

    private static string? LevelOf(OwnerPath owner, int level) => owner.Segments is { } segments && level < segments.Count ? segments[level] : null;
}

/// <summary>Only what has a value of a dimension.</summary>
/// <param name="Dimension">The dimension.</param>
/// <param name="Value">The value; empty: what has none.</param>
public sealed record CostFilter(CostDimension Dimension, string Value)
{
    /// <summary>True for a line that passes.</summary>
    public bool Passes(LedgerKey key) => (Dimension.Of(key) ?? "") == Value;
}
