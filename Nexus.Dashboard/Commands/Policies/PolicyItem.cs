using System.Text.Json.Nodes;
using Nexus.Engine.Core;

namespace Nexus.Dashboard.Commands.Policies;

/// <summary>One thing of a policy: a pool, a price, the quotas of an owner.</summary>
/// <param name="Name">What it is called among those of its sort.</param>
/// <param name="Body">It, as the HTTP API takes it, with everything said that has a default: two that mean the same are written the same.</param>
/// <param name="Set">Makes an engine have it.</param>
/// <param name="Remove">Makes an engine no longer have it.</param>
internal sealed record PolicyItem(string Name, JsonObject Body, Command Set, Command Remove)
{
    /// <summary>Its version in the system that it was read from; 0 for one from a file.</summary>
    public long Version { get; init; }

    /// <summary>True for what every installation has, and nobody can remove.</summary>
    public bool IsBuiltIn { get; init; }

    /// <summary>True for a pool that grants nothing more.</summary>
    public bool IsDraining { get; init; }
}
