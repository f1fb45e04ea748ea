using System.CommandLine;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;

namespace Nexus.Dashboard.Commands.Access;

/// <summary>What the commands about people and keys share.</summary>
internal static class AccessCommands
{
    /// <summary>Reaches the people and keys of a data directory: through its socket where a server runs on it, so that one writer remains.</summary>
    /// <param name="settings">The configuration given on the command line.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="makes">True for what is done to a new directory too: the first person, the first key.</param>
    public static async Task<IAccessAdministration> OpenAsync(string[] settings, ParseResult parsed, CancellationToken cancellation, bool makes = false)
    {
        DataDirectory data = CommandConfiguration.Load(settings).Data(parsed);
        if (!makes && !Directory.Exists(data.Path))
        {
            throw CommandException.BadInput($"There is no data in {data.Path}: name the folder on which a server has run, with --data.");
        }

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
