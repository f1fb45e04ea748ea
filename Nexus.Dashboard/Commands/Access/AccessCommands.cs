using System.CommandLine;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Commands.Access;

/// <summary>Reaches the people and keys of a data directory. Whoever may write its files is its administrator.</summary>
internal static class AccessStore
{
    private static readonly Caller Administrator = new(ActorKind.Local, Environment.UserName, OwnerPath.Root, Scope.Admin, null, "cli", null);

    /// <summary>Does something with them, the database made if it is not there yet.</summary>
    public static async Task<T> WithAsync<T>(string[] settings, ParseResult parsed, Func<AccessService, Caller, Task<T>> act, CancellationToken cancellation)
    {
        DataDirectory data = CommandConfiguration.Load(settings).Data(parsed);
        data.Create();
        ServiceCollection services = new();
        services.AddLogging();
        services.AddHttpContextAccessor();
        services.AddAuthentication();
        services.AddAccessStore(data);
        await using ServiceProvider provider = services.BuildServiceProvider();
        await provider.MigrateAccessAsync(data, cancellation);
        await using AsyncServiceScope scope = provider.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<AccessService>(), Administrator);
    }

    /// <summary>The value, or the end of the command with the sentence that says why there is none.</summary>
    public static T OrFail<T>(this Result<T> result)
        where T : class => result.Problem is { } problem ? throw Failure(problem) : result.Value!;

    public static CommandException Failure(Problem problem) =>
        problem.Status is 422 ? CommandException.BadInput(problem.Detail) : CommandException.Failed(problem.Detail);

    public static OwnerPath PathOf(string? text) => OwnerPath.TryParseOrRoot(text ?? "/", out OwnerPath? path, out string? reason)
        ? path
        : throw CommandException.BadInput($"--owner {reason}.");
}
