namespace Nexus.Dashboard.Commands.Policies;

/// <summary>What became of changes of a policy.</summary>
/// <param name="Done">Those that were made, in their order.</param>
/// <param name="Failed">The one that was not, of prices all of them; empty where all were made.</param>
/// <param name="Reason">Why not, and what to do.</param>
/// <param name="Left">Those that were not tried after it.</param>
internal sealed record PolicyApplied(IReadOnlyList<PolicyChange> Done, IReadOnlyList<PolicyChange> Failed, string? Reason, IReadOnlyList<PolicyChange> Left);
