namespace Nexus.Dashboard.Commands;

/// <summary>Whether this start was asked to run the demo workload: by <c>--demo</c>, or in Development unless <c>--no-demo</c>.</summary>
internal sealed record DemoChoice(bool Runs);
