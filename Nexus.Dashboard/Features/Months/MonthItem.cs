using Nexus.Dashboard.Features.Months.Checks;

namespace Nexus.Dashboard.Features.Months;

/// <summary>An item of the checklist.</summary>
/// <param name="Name">What was looked at.</param>
/// <param name="Finding">What was found.</param>
internal sealed record MonthItem(string Name, MonthFinding Finding)
{
    /// <summary>True where there is nothing to do.</summary>
    public bool IsDone => Finding.Count == 0;
}
