using Nexus.Engine.Resources;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Dashboard.Features.Costs.Explorer;

/// <summary>Whose costs are everybody's. Section <c>Nexus:Costs</c> of <c>appsettings.json</c>.</summary>
internal sealed class OverheadOptions
{
    /// <summary>The section, which it shares with the ledger.</summary>
    public const string Section = LedgerOptions.Section;

    private const int Most = 100;

    /// <summary>Owner paths whose costs all others bear where idle costs are shared, by the same rule; none by default. What is nobody's alone is everybody's in any case.</summary>
    public IReadOnlyList<string> SharedOwners { get; init; } = [];

    /// <summary>What to change where it is not valid.</summary>
    public static string Fault { get; } = $"{Section}:SharedOwners must be at most {Most} owner paths such as platform or platform/monitoring";

    /// <summary>True where it can be followed.</summary>
    public bool IsValid => SharedOwners.Count <= Most && SharedOwners.All(o => OwnerPath.TryParse(o, out _, out _));

    /// <summary>The same as paths.</summary>
    public IReadOnlyList<OwnerPath> Paths => [.. SharedOwners.Select(OwnerPath.Parse)];
}
