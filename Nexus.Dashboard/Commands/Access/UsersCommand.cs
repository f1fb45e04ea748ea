using System.CommandLine;
using System.Text.Json;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;

namespace Nexus.Dashboard.Commands.Access;

/// <summary><c>users</c>: who may sign in. Works with the server stopped or running.</summary>
internal sealed class UsersCommand(string[] settings)
{
    private readonly Argument<string> _name = new("NAME") { Description = "The name to sign in with." };
    private readonly Option<string> _role = new("--role") { Description = "viewer, operator, finance, engineer or admin.", HelpName = "ROLE", Required = true };
    private readonly Option<string?> _owner = new("--owner") { Description = "The owner path within which the role holds. Default: everywhere.", HelpName = "PATH" };
    private readonly Option<string?> _newOwner = new("--owner") { Description = "The owner path within which the role holds. Default: as it is.", HelpName = "PATH" };

    public Command Build() => new DocumentedCommand("users", "Who may sign in.")
    {
        Examples = ["users add dana --role operator", "users list"],
        Subcommands =
        {
            Documented("add", "Creates a person and prints a generated password, once.", AddAsync, [_name], [_role, _owner], "users add dana --role operator", "users add kim --role viewer --owner acme --json"),
            Documented("list", "Lists who may sign in.", ListAsync, [], [], "users list"),
            Documented("set-role", "Gives a person another role; who is signed in has to sign in again.", SetRoleAsync, [_name], [_role, _newOwner], "users set-role dana --role admin"),
            Documented("password", "Gives a person a new password and prints it, once; who is signed in has to sign in again.", PasswordAsync, [_name], [], "users password dana"),
            Documented("remove", "Removes a person; who is signed in is signed out within a minute.", RemoveAsync, [_name], [], "users remove dana"),
        },
    };

    private static DocumentedCommand Documented(
        string name, string description, Func<ParseResult, CancellationToken, Task<int>> action, Argument[] arguments, Option[] options, params string[] examples)
    {
        DocumentedCommand command = new(name, description) { Examples = examples };
        Array.ForEach(arguments, command.Arguments.Add);
        Array.ForEach(options, command.Options.Add);
        command.Options.Add(CommonOptions.Data);
        command.SetAction(action);
        return command;
    }

    private async Task<int> AddAsync(ParseResult parsed, CancellationToken cancellation)
    {
        await using IAccessAdministration access = await AccessCommands.OpenAsync(settings, parsed, cancellation, makes: true);
        UserBody body = new() { Role = parsed.GetRequiredValue(_role), Owner = parsed.GetValue(_owner) };
        UserAnswer added = (await access.AddUserAsync(parsed.GetRequiredValue(_name), body, cancellation)).OrFail();
        return await PrintAsync(parsed, added, $"{added.Name} ({added.Role} of {added.Owner}), password, shown once: {added.Password}");
    }

    private async Task<int> SetRoleAsync(ParseResult parsed, CancellationToken cancellation)
    {
        await using IAccessAdministration access = await AccessCommands.OpenAsync(settings, parsed, cancellation);
        UserAnswer known = (await access.UserAsync(parsed.GetRequiredValue(_name), cancellation)).OrFail();
        UserBody body = new() { Role = parsed.GetRequiredValue(_role), Owner = parsed.GetValue(_newOwner) ?? known.Owner };
        UserAnswer changed = (await access.SetUserAsync(known.Name, body, known.Version, cancellation)).OrFail();
        return await PrintAsync(parsed, changed, $"{changed.Name} is {changed.Role} of {changed.Owner}");
    }

    private async Task<int> PasswordAsync(ParseResult parsed, CancellationToken cancellation)
    {
        await using IAccessAdministration access = await AccessCommands.OpenAsync(settings, parsed, cancellation);
        UserAnswer known = (await access.UserAsync(parsed.GetRequiredValue(_name), cancellation)).OrFail();
        string password = AccessService.GeneratePassword();
        UserAnswer changed = (await access.SetUserAsync(known.Name, new UserBody { Role = known.Role, Owner = known.Owner, Password = password }, known.Version, cancellation)).OrFail();
        return await PrintAsync(parsed, changed with { Password = password }, $"{changed.Name}, new password, shown once: {password}");
    }

    private async Task<int> ListAsync(ParseResult parsed, CancellationToken cancellation)
    {
        await using IAccessAdministration access = await AccessCommands.OpenAsync(settings, parsed, cancellation);
        Page<UserAnswer> users = (await access.UsersAsync(cancellation)).OrFail();
        TextWriter output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(CommonOptions.Json))
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(users, AccessJson.Default.PageUserAnswer));
            return ExitCode.Done;
        }

        foreach (UserAnswer person in users.Items)
        {
            await output.WriteLineAsync($"{person.Name,-24} {person.Role,-10} {person.Owner,-24} last seen {person.LastSeenAt?.ToString("u") ?? "never"}");
        }

        return ExitCode.Done;
    }

    private async Task<int> RemoveAsync(ParseResult parsed, CancellationToken cancellation)
    {
        await using IAccessAdministration access = await AccessCommands.OpenAsync(settings, parsed, cancellation);
        string name = parsed.GetRequiredValue(_name);
        (await access.RemoveUserAsync(name, cancellation)).OrFail();
        await parsed.InvocationConfiguration.Output.WriteLineAsync(parsed.GetValue(CommonOptions.Json) ? "{}" : $"{name} is removed");
        return ExitCode.Done;
    }

    private static async Task<int> PrintAsync(ParseResult parsed, UserAnswer person, string sentence)
    {
        await parsed.InvocationConfiguration.Output.WriteLineAsync(parsed.GetValue(CommonOptions.Json) ? JsonSerializer.Serialize(person, AccessJson.Default.UserAnswer) : sentence);
        return ExitCode.Done;
    }
}
