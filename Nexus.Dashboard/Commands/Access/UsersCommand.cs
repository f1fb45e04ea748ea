using System.CommandLine;
using System.Text.Json;
using Nexus.Dashboard.Access;

namespace Nexus.Dashboard.Commands.Access;

/// <summary><c>users</c>: who may sign in. Works with the server stopped or running.</summary>
internal sealed class UsersCommand(string[] settings)
{
    private readonly Argument<string> _name = new("NAME") { Description = "The name to sign in with." };
    private readonly Option<string> _role = new("--role") { Description = "viewer, operator, finance, engineer or admin.", HelpName = "ROLE", Required = true };
    private readonly Option<string?> _owner = new("--owner") { Description = "The owner path within which the role holds. Default: everywhere.", HelpName = "PATH" };

    public Command Build()
    {
        DocumentedCommand add = new("add", "Creates a person and prints a generated password, once.") { Examples = ["users add dana --role operator", "users add kim --role viewer --owner acme --json"] };
        add.Arguments.Add(_name);
        add.Options.Add(_role);
        add.Options.Add(_owner);
        add.Options.Add(CommonOptions.Data);
        add.SetAction(AddAsync);

        DocumentedCommand list = new("list", "Lists who may sign in.") { Examples = ["users list"] };
        list.Options.Add(CommonOptions.Data);
        list.SetAction(ListAsync);

        DocumentedCommand remove = new("remove", "Removes a person; who is signed in is signed out within a minute.") { Examples = ["users remove dana"] };
        remove.Arguments.Add(_name);
        remove.Options.Add(CommonOptions.Data);
        remove.SetAction(RemoveAsync);

        return new DocumentedCommand("users", "Who may sign in.") { Examples = ["users add dana --role operator", "users list"], Subcommands = { add, list, remove } };
    }

    private async Task<int> AddAsync(ParseResult parsed, CancellationToken cancellation)
    {
        if (!Roles.TryParse(parsed.GetRequiredValue(_role), out Role role))
        {
            throw CommandException.BadInput("--role must be viewer, operator, finance, engineer or admin.");
        }

        NewPerson added = (await AccessStore.WithAsync(settings, parsed, (access, caller) =>
            access.AddPersonAsync(caller, parsed.GetRequiredValue(_name), role, AccessStore.PathOf(parsed.GetValue(_owner)), null, cancellation), cancellation)).OrFail();
        UserAnswer answer = UserAnswer.Of(added.Person, added.Password);
        await parsed.InvocationConfiguration.Output.WriteLineAsync(parsed.GetValue(CommonOptions.Json)
            ? JsonSerializer.Serialize(answer, AccessJson.Default.UserAnswer)
            : $"{answer.Name} ({answer.Role} of {answer.Owner}), password, shown once: {answer.Password}");
        return ExitCode.Done;
    }

    private async Task<int> ListAsync(ParseResult parsed, CancellationToken cancellation)
    {
        IReadOnlyList<Person> people = (await AccessStore.WithAsync(settings, parsed, (access, caller) => access.PeopleAsync(caller, cancellation), cancellation)).OrFail();
        UserAnswer[] answers = [.. people.Select(p => UserAnswer.Of(p, null))];
        TextWriter output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(CommonOptions.Json))
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(new Api.Page<UserAnswer>(answers, null), AccessJson.Default.PageUserAnswer));
            return ExitCode.Done;
        }

        foreach (UserAnswer person in answers)
        {
            await output.WriteLineAsync($"{person.Name,-24} {person.Role,-10} {person.Owner}");
        }

        return ExitCode.Done;
    }

    private async Task<int> RemoveAsync(ParseResult parsed, CancellationToken cancellation)
    {
        string name = parsed.GetRequiredValue(_name);
        Api.Problem? problem = await AccessStore.WithAsync(settings, parsed, (access, caller) => access.RemovePersonAsync(caller, name, cancellation), cancellation);
        return problem is null ? ExitCode.Done : throw AccessStore.Failure(problem);
    }
}
