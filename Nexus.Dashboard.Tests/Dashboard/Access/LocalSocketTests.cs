using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Commands;
using Nexus.Dashboard.Tests.Dashboard.Commands;

namespace Nexus.Dashboard.Tests.Dashboard.Access;

/// <summary>How commands reach the server that runs on their data directory.</summary>
public sealed class LocalSocketTests(NexusServer server) : IClassFixture<NexusServer>
{
    private LocalSocket Socket => LocalSocket.Find(new DataDirectory(server.Folder)) ?? throw new InvalidOperationException("There is no socket.");

    [Fact]
    public void Only_its_user_may_open_it()
    {
        Assert.True(Socket.Answers());
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Socket.Path));
        }
    }

    [Fact]
    public async Task Whoever_opens_it_is_the_local_administrator_and_is_written_down_as_that()
    {
        using HttpClient local = Socket.Connect();

        HttpResponseMessage created = await local.PostAsJsonAsync("/api/v1/keys", new { owner = "acme", scopes = new[] { "read" } });
        JsonElement audit = await local.GetFromJsonAsync<JsonElement>("/api/v1/audit?action=createKey");

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Contains(audit.GetProperty("items").EnumerateArray(), e => e.GetProperty("actor").GetProperty("kind").GetString() == "local" && e.GetProperty("actor").GetProperty("source").GetString() == "cli");
    }

    [Fact]
    public async Task Nobody_becomes_that_over_the_network()
    {
        using HttpClient stranger = new() { BaseAddress = server.Address };

        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync(new Uri("/api/v1/keys", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task A_command_changes_keys_of_the_running_server_and_it_holds_at_once()
    {
        CommandRun created = await CommandRun.OfAsync("keys", "create", "--owner", "acme", "--scope", "read", "--data", server.Folder, "--json");
        JsonElement key = JsonDocument.Parse(created.Output).RootElement;
        using HttpClient client = server.Client(key.GetProperty("key").GetString()!);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("/api/v1/pools", UriKind.Relative))).StatusCode);

        CommandRun revoked = await CommandRun.OfAsync("keys", "revoke", key.GetProperty("id").GetString()!, "--data", server.Folder);

        Assert.Equal(0, revoked.ExitCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync(new Uri("/api/v1/pools", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public void A_second_server_on_the_same_directory_is_refused()
    {
        CommandException refused = Assert.Throws<CommandException>(() => LocalSocket.Prepare(new DataDirectory(server.Folder)));

        Assert.Contains("already runs", refused.Message, StringComparison.Ordinal);
        Assert.True(Socket.Answers());
    }

    [Fact]
    public void What_a_killed_server_left_behind_is_replaced()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("nexus-stale-");
        try
        {
            string left = Path.Combine(folder.FullName, "nexus.sock");
            File.WriteAllText(left, "");

            LocalSocket made = LocalSocket.Prepare(new DataDirectory(folder.FullName));

            Assert.Equal(left, made.Path);
            Assert.False(File.Exists(left));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
