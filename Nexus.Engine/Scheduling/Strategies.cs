namespace Nexus.Engine.Scheduling;

/// <summary>The strategies by the names that pools give.</summary>
internal static class Strategies
{
    /// <summary>By class, then arrival.</summary>
    public const string Priority = "priority";
}
