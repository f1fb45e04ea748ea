namespace Nexus.Engine.Resources.Health;

/// <summary>How a pool does by the outcomes of its grants.</summary>
public enum PoolHealthStatus
{
    /// <summary>It grants all that it has.</summary>
    Healthy = 0,

    /// <summary>Too many of its grants failed: it grants nothing until it is probed.</summary>
    Open = 1,

    /// <summary>It grants a few at a time, to learn whether they fail.</summary>
    Probing = 2,

    /// <summary>Probes succeeded: with each success it grants one more at a time.</summary>
    Recovering = 3,
}
