namespace Nexus.E2E.Running;

/// <summary>What the system does by itself.</summary>
public enum Workload
{
    /// <summary>Nothing: the system starts empty.</summary>
    None,

    /// <summary>The demo workload runs, as in Development.</summary>
    Demo,
}
