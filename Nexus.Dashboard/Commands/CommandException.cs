namespace Nexus.Dashboard.Commands;

/// <summary>Ends a command with a sentence for whoever ran it: what is wrong and what to do about it. Never a stack trace.</summary>
internal sealed class CommandException : Exception
{
    private CommandException(string message, int exitCode, Exception? cause)
        : base(message, cause) => ExitCode = exitCode;

    public int ExitCode { get; }

    /// <summary>The command was understood and could not be done.</summary>
    public static CommandException Failed(string message, Exception? cause = null) => new(message, Commands.ExitCode.Failed, cause);

    /// <summary>The arguments, or a file they name, must be changed first.</summary>
    public static CommandException BadInput(string message, Exception? cause = null) => new(message, Commands.ExitCode.BadUsage, cause);
}
