using System.CommandLine;
using System.Text.Json;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;

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

        DocumentedCommand revoke = new("revoke", "Revokes a key; a running server refuses it at once.") { Examples = ["keys revoke key-4f0c2a1b9d"] };
        revoke.Arguments.Add(_id);
        revoke.Options.Add(CommonOptions.Data);
        revoke.SetAction(RevokeAsync);

        return new DocumentedCommand("keys", "API keys of machine clients.") { Examples = ["keys create --owner acme --scope requests", "keys list"], Subcommands = { create, list, revoke } };
    }

    private async Task<int> CreateAsync(ParseResult parsed, CancellationToken cancellation)
    {
        await using IAccessAdministration access = await AccessCommands.OpenAsync(settings, parsed, cancellation, makes: true);
        KeyAnswer created = (await access.CreateKeyAsync(
            new KeyBody
            {
                Name = parsed.GetValue(_label),
                Owner = parsed.GetRequiredValue(_owner),
                Scopes = [.. parsed.GetRequiredValue(_scope)],
                MaxPriority = parsed.GetValue(_maxPriority),
                ExpiresAt = parsed.GetValue(_expires),
            },
            cancellation)).OrFail();
        await parsed.InvocationConfiguration.Output.WriteLineAsync(parsed.GetValue(CommonOptions.Json)
            ? JsonSerializer.Serialize(created, AccessJson.Default.KeyAnswer)
            : $"{created.Id} acts for {created.Owner} ({string.Join(", ", created.Scopes)}), shown once: {created.Key}");
        return ExitCode.Done;
    }

    private async Task<int> ListAsync(ParseResult parsed, CancellationToken cancellation)
    {
        await using IAccessAdministration access = await AccessCommands.OpenAsync(settings, parsed, cancellation);
        Page<KeyAnswer> keys = (await access.KeysAsync(cancellation)).OrFail();
        TextWriter output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(CommonOptions.Json))
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(keys, AccessJson.Default.PageKeyAnswer));
            return ExitCode.Done;
        }

        foreach (KeyAnswer key in keys.Items)
        {
            await output.WriteLineAsync($"{key.Id}  {key.Owner,-24} {string.Join(",", key.Scopes),-24} last used {key.LastUsedAt?.ToString("u") ?? "never",-20}  {key.Name}");
        }

        return ExitCode.Done;
    }

    private async Task<int> RevokeAsync(ParseResult parsed, CancellationToken cancellation)
    {
        await using IAccessAdministration access = await AccessCommands.OpenAsync(settings, parsed, cancellation);
        string id = parsed.GetRequiredValue(_id);
        (await access.RevokeKeyAsync(id, cancellation)).OrFail();
        await parsed.InvocationConfiguration.Output.WriteLineAsync(parsed.GetValue(CommonOptions.Json) ? "{}" : $"{id} is revoked");
        return ExitCode.Done;
    }
}
