namespace Nexus.Dashboard.Commands;

/// <summary>What a command's end means to a script.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>It failed, was stopped, or found a regression.</summary>
    public const int Failed = 1;

    /// <summary>The arguments or a file handed in cannot be used as they are.</summary>
    public const int BadUsage = 2;
}
