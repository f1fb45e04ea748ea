using Nexus.Engine.Resources;

namespace Nexus.Engine.Storage.Ledgers;

/// <summary>How the ledger is kept. Section <c>Nexus:Costs</c> of <c>appsettings.json</c>.</summary>
public sealed class LedgerOptions
{
    /// <summary>The section.</summary>
    public const string Section = "Nexus:Costs";

    private const int Most = 8;

    /// <summary>The labels by which sums are kept, so that grouping and filtering by them reads no lines; at most 8, with few values each. <c>costCentre</c> and <c>environment</c> by default in the program's own configuration.</summary>
    public IReadOnlyList<string> RollupLabels { get; init; } = [];

    /// <summary>What is wrong with these values, each with the key to change; empty when nothing is.</summary>
    public IEnumerable<string> Faults()
    {
        if (RollupLabels.Count > Most || RollupLabels.Any(l => l.Length is 0 or > Labels.MaxNameLength) || RollupLabels.Distinct(StringComparer.Ordinal).Count() != RollupLabels.Count)
        {
            yield return $"{Section}:RollupLabels must be at most {Most} different names of labels";
        }
    }
}
