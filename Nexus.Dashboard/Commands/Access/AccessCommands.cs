using System.CommandLine;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;

namespace Nexus.Dashboard.Commands.Access;

/// <summary>What the commands about people and keys share.</summary>
internal static class AccessCommands
{
    /// <summary>Reaches the people and keys of a data directory: through its socket where a server runs on it, so that one writer remains.</summary>
    public static async Task<IAccessAdministration> OpenAsync(string[] settings, ParseResult parsed, CancellationToken cancellation)
    {
        DataDirectory data = CommandConfiguration.Load(settings).Data(parsed);
        return LocalSocket.Find(data) is { } socket && socket.Answers() ? new AccessOverSocket(socket.Connect()) : await AccessOnDisk.OpenAsync(data, cancellation);
    }

    /// <summary>The value, or the end of the command with the sentence that says why there is none.</summary>
    public static T OrFail<T>(this Result<T> result)
        where T : class => result.Problem is { } problem ? throw Failure(problem) : result.Value!;

    /// <summary>The end of the command where something went wrong.</summary>
    public static void OrFail(this Problem? problem)
    {
        if (problem is not null)
        {
            throw Failure(problem);
        }
    }

    private static CommandException Failure(Problem problem) =>
        problem.Status is 400 or 422 ? CommandException.BadInput(problem.Detail) : CommandException.Failed(problem.Detail);
}
