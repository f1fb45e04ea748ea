namespace Nexus.Dashboard.Features.Alerts.Rules;

/// <summary>Which values an alert is about: those from a line on, or those up to it.</summary>
/// <param name="Line">The line, in the metric's unit.</param>
/// <param name="IsFloor">True where values at or below the line are meant; false: at or above.</param>
internal readonly record struct AlertCondition(double Line, bool IsFloor)
{
    /// <summary>True for a value that is meant.</summary>
    public bool Holds(double value) => IsFloor ? value <= Line : value >= Line;

    /// <summary>From a line on.</summary>
    public static AlertCondition AtLeast(double line) => new(line, IsFloor: false);

    /// <summary>Up to a line.</summary>
    public static AlertCondition AtMost(double line) => new(line, IsFloor: true);
}
