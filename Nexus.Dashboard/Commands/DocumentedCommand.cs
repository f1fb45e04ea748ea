using System.CommandLine;

namespace Nexus.Dashboard.Commands;

/// <summary>A command whose <c>--help</c> ends with examples.</summary>
internal sealed class DocumentedCommand(string name, string description) : Command(name, description)
{
    /// <summary>Arguments as one would type them after the program's name.</summary>
    public IReadOnlyList<string> Examples { get; init; } = [];
}
