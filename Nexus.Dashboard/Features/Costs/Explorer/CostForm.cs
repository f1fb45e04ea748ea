namespace Nexus.Dashboard.Features.Costs.Explorer;

/// <summary>How costs over time are drawn.</summary>
internal enum CostForm
{
    /// <summary>Columns, one group on top of the other.</summary>
    Stacked,

    /// <summary>A line for each group.</summary>
    Lines,

    /// <summary>Columns of equal height: what share each group has.</summary>
    Share,
}
