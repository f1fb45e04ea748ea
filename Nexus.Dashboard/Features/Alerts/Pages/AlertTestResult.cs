namespace Nexus.Dashboard.Features.Alerts.Pages;

/// <summary>What a test of a channel met.</summary>
/// <param name="Taken">True where the other side took it.</param>
/// <param name="Result">What it said, or why it was not reached.</param>
public sealed record AlertTestResult(bool Taken, string Result);
