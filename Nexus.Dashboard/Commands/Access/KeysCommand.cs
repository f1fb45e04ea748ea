using System.CommandLine;
using System.Text.Json;
using Nexus.Dashboard.Access;

namespace Nexus.Dashboard.Commands.Access;

/// <summary><c>keys</c>: API keys of machine clients. Works with the server stopped or running.</summary>
internal sealed class KeysCommand(string[] settings)
{
    private readonly Option<string> _owner = new("--owner") { Description = "The owner path within which the key acts; / is everywhere.", HelpName = "PATH", Required = true };
    private readonly Option<string[]> _scope = new("--scope") { Description = "requests, usage, read, configure, benchmarks or admin; repeatable.", HelpName = "SCOPE", Required = true, AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> _maxPriority = new("--max-priority") { Description = "The highest class the key may ask for.", HelpName = "CLASS" };
    private readonly Option<DateTimeOffset?> _expires = new("--expires") { Description = "When it stops working, RFC 3339.", HelpName = "TIME" };
    private readonly Option<string?> _label = new("--name") { Description = "What it is for.", HelpName = "TEXT" };
    private readonly Argument<string> _id = new("ID") { Description = "The key's id, as 'keys list' shows it." };

    public Command Build()
    {
        DocumentedCommand create = new("create", "Creates a key and prints it, once.")
        {
            Examples = ["keys create --owner acme --scope requests --scope read", "keys create --owner / --scope read --name prometheus --json"],
        };
        create.Options.Add(_owner);
        create.Options.Add(_scope);
        create.Options.Add(_maxPriority);
        create.Options.Add(_expires);
        create.Options.Add(_label);
        create.Options.Add(CommonOptions.Data);
        create.SetAction(CreateAsync);

        DocumentedCommand list = new("list", "Lists the keys, without the keys themselves.") { Examples = ["keys list"] };
        list.Options.Add(CommonOptions.Data);
        list.SetAction(ListAsync);

        DocumentedCommand revoke = new("revoke", "Revokes a key; a running server refuses it within seconds.") { Examples = ["keys revoke key-4f0c2a1b9d"] };
        revoke.Arguments.Add(_id);
        revoke.Options.Add(CommonOptions.Data);
        revoke.SetAction(RevokeAsync);

        return new DocumentedCommand("keys", "API keys of machine clients.") { Examples = ["keys create --owner acme --scope requests", "keys list"], Subcommands = { create, list, revoke } };
    }

    private async Task<int> CreateAsync(ParseResult parsed, CancellationToken cancellation)
    {
        if (!Roles.TryParse(parsed.GetRequiredValue(_scope), out Scope scopes, out string? unknown))
        {
            throw CommandException.BadInput($"--scope '{unknown}' is none of requests, usage, read, configure, benchmarks, admin.");
        }

        NewKey created = (await AccessStore.WithAsync(settings, parsed, (access, caller) => access.CreateKeyAsync(
            caller, parsed.GetValue(_label), AccessStore.PathOf(parsed.GetValue(_owner)), scopes, parsed.GetValue(_maxPriority), parsed.GetValue(_expires), cancellation), cancellation)).OrFail();
        KeyAnswer answer = KeyAnswer.Of(created.Stored, created.Key);
        await parsed.InvocationConfiguration.Output.WriteLineAsync(parsed.GetValue(CommonOptions.Json)
            ? JsonSerializer.Serialize(answer, AccessJson.Default.KeyAnswer)
            : $"{answer.Id} acts for {answer.Owner} ({string.Join(", ", answer.Scopes)}), shown once: {answer.Key}");
        return ExitCode.Done;
    }

    private async Task<int> ListAsync(ParseResult parsed, CancellationToken cancellation)
    {
        IReadOnlyList<ApiKey> keys = (await AccessStore.WithAsync(settings, parsed, (access, caller) => access.KeysAsync(caller, cancellation), cancellation)).OrFail();
        KeyAnswer[] answers = [.. keys.Select(k => KeyAnswer.Of(k, null))];
        TextWriter output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(CommonOptions.Json))
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(new Api.Page<KeyAnswer>(answers, null), AccessJson.Default.PageKeyAnswer));
            return ExitCode.Done;
        }

        foreach (KeyAnswer key in answers)
        {
            await output.WriteLineAsync($"{key.Id}  {key.Owner,-24} {string.Join(",", key.Scopes),-24} {key.Name}");
        }

        return ExitCode.Done;
    }

    private async Task<int> RevokeAsync(ParseResult parsed, CancellationToken cancellation)
    {
        string id = parsed.GetRequiredValue(_id);
        Api.Problem? problem = await AccessStore.WithAsync(settings, parsed, (access, caller) => access.RevokeKeyAsync(caller, id, cancellation), cancellation);
        return problem is null ? ExitCode.Done : throw AccessStore.Failure(problem);
    }
}
