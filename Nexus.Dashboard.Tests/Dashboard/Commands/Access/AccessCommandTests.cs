using System.Text.Json;

namespace Nexus.Dashboard.Tests.Dashboard.Commands.Access;

/// <summary>People and keys on the command line, with no server running: straight on the data directory.</summary>
public sealed class AccessCommandTests : IDisposable
{
    private readonly string _data = Path.Combine(Directory.CreateTempSubdirectory("nexus-access-").FullName, "data");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_data)!, recursive: true);

    [Fact]
    public async Task A_person_is_added_to_a_new_directory_listed_changed_and_removed()
    {
        JsonElement added = await DoneAsync("users", "add", "ada", "--role", "operator", "--owner", "acme");
        JsonElement changed = await DoneAsync("users", "set-role", "ada", "--role", "viewer");
        string? listed = (await DoneAsync("users", "list")).GetProperty("items")[0].GetProperty("role").GetString();
        await DoneAsync("users", "remove", "ada");

        Assert.Equal(("ada", "operator", 21), (added.GetProperty("name").GetString(), added.GetProperty("role").GetString(), added.GetProperty("password").GetString()!.Length));
        Assert.Equal("viewer", changed.GetProperty("role").GetString());
        Assert.Equal("viewer", listed);
        Assert.Empty((await DoneAsync("users", "list")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_key_is_created_listed_without_itself_and_revoked()
    {
        JsonElement created = await DoneAsync("keys", "create", "--owner", "acme", "--scope", "requests", "--scope", "read", "--max-priority", "high");
        JsonElement listed = (await DoneAsync("keys", "list")).GetProperty("items")[0];
        await DoneAsync("keys", "revoke", created.GetProperty("id").GetString()!);

        Assert.StartsWith("nxs_", created.GetProperty("key").GetString(), StringComparison.Ordinal);
        Assert.Equal((created.GetProperty("id").GetString(), "acme", false), (listed.GetProperty("id").GetString(), listed.GetProperty("owner").GetString(), listed.TryGetProperty("key", out _)));
        Assert.Equal(1, (await CommandRun.OfAsync("keys", "revoke", created.GetProperty("id").GetString()!, "--data", _data)).ExitCode);
    }

    [Theory]
    [InlineData(2, "users", "add", "ada", "--role", "boss")]
    [InlineData(2, "users", "add", "a b", "--role", "viewer")]
    [InlineData(2, "users", "add", "ada", "--role", "viewer", "--owner", "a//b")]
    [InlineData(2, "keys", "create", "--owner", "acme", "--scope", "all")]
    [InlineData(2, "keys", "create", "--owner", "a//b", "--scope", "read")]
    [InlineData(1, "users", "add", "known", "--role", "viewer")]
    [InlineData(1, "users", "remove", "nobody")]
    [InlineData(1, "keys", "revoke", "none")]
    public async Task What_cannot_be_done_ends_with_its_code_and_a_sentence(int exitCode, params string[] args)
    {
        await DoneAsync("users", "add", "known", "--role", "admin");

        CommandRun run = await CommandRun.OfAsync([.. args, "--data", _data, "--json"]);

        Assert.Equal((exitCode, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("error: ", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("users", "list")]
    [InlineData("users", "remove", "ada")]
    [InlineData("keys", "list")]
    [InlineData("keys", "revoke", "key-1")]
    public async Task Asking_about_a_directory_that_does_not_exist_does_not_make_it(params string[] args)
    {
        CommandRun run = await CommandRun.OfAsync([.. args, "--data", _data]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(_data, run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_data));
    }

    private async Task<JsonElement> DoneAsync(params string[] args)
    {
        CommandRun run = await CommandRun.OfAsync([.. args, "--data", _data, "--json"]);
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Output.Length == 0 ? default : run.Json;
    }
}
