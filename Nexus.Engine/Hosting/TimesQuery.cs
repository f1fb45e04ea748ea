using System.Diagnostics.CodeAnalysis;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Hosting;

/// <summary>Which times are wanted, and by what.</summary>
/// <param name="Within">What the reader may see.</param>
/// <param name="GroupBy">By what they are grouped.</param>
/// <param name="Owner">Only this owner and those below it; null: all that may be seen.</param>
/// <param name="From">Only what ended at or after this moment.</param>
/// <param name="Before">Only what ended before this moment.</param>
public sealed record TimesQuery(OwnerPath Within, TimesDimension GroupBy, OwnerPath? Owner = null, Instant? From = null, Instant? Before = null);

/// <summary>What times are grouped by: <c>all</c>, <c>tenant</c>, <c>user</c>, <c>workflow</c>, <c>agent</c>, <c>pool</c>, <c>resource</c>, <c>priority</c> or <c>label:NAME</c>.</summary>
public sealed record TimesDimension
{
    private static readonly string[] Levels = ["tenant", "user", "workflow", "agent"];

    private readonly int _level;

    private TimesDimension(string name) => (Name, _level) = (name, Array.IndexOf(Levels, name) + 1);

    /// <summary>As it is written.</summary>
    public string Name { get; }

    /// <summary>Everything together.</summary>
    public static TimesDimension All { get; } = new("all");

    /// <summary>The names that are always there, for people.</summary>
    public static IReadOnlyList<string> Names { get; } = ["all", .. Levels, "pool", "resource", "priority", "label:NAME"];

    /// <summary>Reads a dimension.</summary>
    /// <returns>False, with the reason a person can act on.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out TimesDimension? dimension, [NotNullWhen(false)] out string? reason)
    {
        bool known = text is "all" or "pool" or "resource" or "priority" || Array.IndexOf(Levels, text) >= 0
            || (text is not null && text.StartsWith("label:", StringComparison.Ordinal) && text.Length is > 6 and <= 6 + Labels.MaxNameLength);
        dimension = known ? new TimesDimension(text!) : null;
        reason = known ? null : $"must be one of {string.Join(", ", Names)}";
        return known;
    }

    /// <summary>The groups that a grant belongs to: of the resources that of each kind it holds, else one.</summary>
    internal IEnumerable<string> GroupsOf(Request request, Configuration configuration) =>
        Name == "resource" ? request.Lease!.Amounts.Select(a => a.Kind) : [GroupOf(request, configuration)];

    /// <summary>The group that a request belongs to; empty when it has none of that. Owners below a level are named by their path, as names repeat between tenants.</summary>
    private string GroupOf(Request request, Configuration configuration)
    {
        if (_level > 0)
        {
            IReadOnlyList<string> segments = request.Owner.Segments;
            return segments.Count < _level ? "" : string.Join('/', segments.Take(_level));
        }

        return Name switch
        {
            "all" => "",
            "pool" => request.Lease is { } lease ? Suppliers.HomeOf(lease, configuration.Kind) : "",
            "priority" => request.Priority,
            _ => request.Labels[Name["label:".Length..]] ?? "",
        };
    }
}
