using Nexus.Engine.Costs;

namespace Nexus.Dashboard.Features.Costs.Explorer;

/// <summary>What dimensions are called on the page.</summary>
internal static class CostNames
{
    /// <summary>By what costs are grouped and filtered, in the order in which it is offered.</summary>
    public static IReadOnlyList<string> Offered { get; } = ["tenant", "user", "workflow", "agent", "resource", "pool", "provider", "model", "lane", "sku", "kind"];

    /// <summary>The name of a dimension: of a label its own, words apart.</summary>
    public static string Of(CostDimension dimension)
    {
        ArgumentNullException.ThrowIfNull(dimension);
        return dimension.Label is { } label ? string.Concat(label.Select((c, i) => i > 0 && char.IsUpper(c) && char.IsLower(label[i - 1]) ? $" {char.ToLowerInvariant(c)}" : c.ToString()))
            : dimension.Name switch { "sku" => "SKU", "kind" => "kind of line", var name => name };
    }

    /// <summary>With a capital at the beginning.</summary>
    public static string Sentence(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}

/// <summary>The colours of groups: the six dearest have one each, and keep it in table and chart; all others share what is left.</summary>
internal static class CostColours
{
    /// <summary>How many groups have a colour of their own.</summary>
    public const int Most = 6;

    /// <summary>The colour of all others.</summary>
    public const string Others = "var(--text-3)";

    /// <summary>The colour of a row among those of its level.</summary>
    public static string Of(CostRow row, IReadOnlyList<CostRow> rows)
    {
        int place = 0;
        foreach (CostRow one in rows.Where(r => r.IsGroup).OrderByDescending(r => r.Direct).ThenBy(r => r.Name, StringComparer.Ordinal))
        {
            place++;
            if (ReferenceEquals(one, row))
            {
                return place <= Most ? $"var(--s{place})" : Others;
            }
        }

        return Others;
    }
}
