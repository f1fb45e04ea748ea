namespace Nexus.Dashboard.Features.Alerts;

/// <summary>How urgent an alert is.</summary>
internal enum AlertSeverity
{
    /// <summary>Worth to know.</summary>
    Info = 0,

    /// <summary>Somebody should look soon.</summary>
    Warning = 1,

    /// <summary>Somebody must look now.</summary>
    Critical = 2,
}
