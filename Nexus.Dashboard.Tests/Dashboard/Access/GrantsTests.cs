using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Dashboard.Access;

namespace Nexus.Dashboard.Tests.Dashboard.Access;

/// <summary>Keys and people: what they are given, by whom, and what is written down of it.</summary>
public sealed class GrantsTests(NexusServer server) : IClassFixture<NexusServer>
{
    [Fact]
    public async Task A_key_is_shown_once_and_stored_as_its_hash_alone()
    {
        (string id, string key) = await server.KeyAsync("acme", ["read"]);
        using Browser administrator = await server.AdministratorAsync();

        Assert.StartsWith("nxs_", key, StringComparison.Ordinal);
        Assert.DoesNotContain(key, await (await administrator.GetAsync("/api/v1/keys")).Content.ReadAsStringAsync());
        Assert.DoesNotContain(Directory.EnumerateFiles(server.Folder, "*", SearchOption.AllDirectories).Where(f => Path.GetExtension(f) is not (".sock" or ".lock")), file => Holds(file, key));
        await using AsyncServiceScope scope = server.Services.CreateAsyncScope();
        ApiKey stored = scope.ServiceProvider.GetRequiredService<AccessDb>().Keys.Single(k => k.Id == id);
        Assert.Equal(SHA256.HashData(Encoding.UTF8.GetBytes(key)), stored.Hash);
    }

    [Fact]
    public void What_access_is_kept_in_is_its_users_alone_even_where_the_directory_is_not()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // The database itself, and what it has beside it at the moment.
        FileInfo[] files = [.. new DirectoryInfo(server.Folder).EnumerateFiles("access.db*")];

        Assert.NotEmpty(files);
        foreach (FileInfo file in files.Where(f => f.Exists))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, file.UnixFileMode);
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(server.Folder, "keys")));
    }

    [Fact]
    public async Task A_key_that_has_expired_is_refused()
    {
        (_, string key) = await server.KeyAsync("acme", ["read"], server.Clock.GetUtcNow().AddHours(1));
        using HttpClient client = server.Client(key);

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "/api/v1/pools"));
        server.Clock.Ahead += TimeSpan.FromMinutes(61);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(client, "/api/v1/pools"));
    }

    [Fact]
    public async Task A_key_that_is_revoked_is_refused_at_once()
    {
        (string id, string key) = await server.KeyAsync("acme", ["read"]);
        using HttpClient client = server.Client(key);
        using Browser administrator = await server.AdministratorAsync();

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "/api/v1/pools"));
        Assert.Equal(HttpStatusCode.NoContent, (await administrator.SendAsync(HttpMethod.Delete, $"/api/v1/keys/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(client, "/api/v1/pools"));
    }

    [Theory]
    [InlineData("nxs_")]
    [InlineData("nxs_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("something-else")]
    public async Task A_key_that_was_never_given_is_refused(string key)
    {
        using HttpClient client = server.Client(key);

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(client, "/api/v1/pools"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(client, "/"));
    }

    [Fact]
    public async Task A_key_acts_within_its_path_and_scopes()
    {
        (_, string acme) = await server.KeyAsync("acme", ["requests"]);
        (_, string globex) = await server.KeyAsync("globex", ["requests"]);
        using HttpClient ours = server.Client(acme);
        using HttpClient theirs = server.Client(globex);

        Assert.Equal(HttpStatusCode.Created, await SubmitAsync(ours, "path-1", "acme/ada"));
        await AssertRefusedAsync("outside-path", ours.PostAsJsonAsync("/api/v1/requests", Request("path-2", "globex/ada")));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(theirs, "/api/v1/requests/path-1"));
        Assert.Equal(HttpStatusCode.NotFound, (await theirs.PostAsJsonAsync("/api/v1/requests/path-1/cancel", new { })).StatusCode);
        await AssertRefusedAsync("missing-scope", ours.PutAsJsonAsync("/api/v1/pools/theirs", new { resources = new { gpu = 1 } }));
        await AssertRefusedAsync("missing-scope", ours.GetAsync(new Uri("/api/v1/keys", UriKind.Relative)));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(ours, "/api/v1/requests/path-1"));
    }

    [Fact]
    public async Task The_last_administrator_of_the_installation_stays_one()
    {
        using Browser administrator = await server.AdministratorAsync();
        (await server.PersonAsync("local-admin", "admin", "acme")).Dispose();

        await AssertRefusedAsync("last-administrator", administrator.SendAsync(HttpMethod.Delete, $"/api/v1/users/{NexusServer.Administrator}"), HttpStatusCode.Conflict);
        await AssertRefusedAsync("last-administrator", administrator.SendAsync(HttpMethod.Put, $"/api/v1/users/{NexusServer.Administrator}", new { role = "viewer" }), HttpStatusCode.Conflict);
        await AssertRefusedAsync("last-administrator", administrator.SendAsync(HttpMethod.Put, $"/api/v1/users/{NexusServer.Administrator}", new { role = "admin", owner = "acme" }), HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Nobody_gives_more_than_they_have()
    {
        using Browser dora = await server.PersonAsync("dora", "admin", "acme");
        (string foreign, _) = await server.KeyAsync("globex", ["read"]);

        await AssertRefusedAsync("outside-path", dora.SendAsync(HttpMethod.Post, "/api/v1/keys", new { owner = "/", scopes = new[] { "read" } }));
        await AssertRefusedAsync("outside-path", dora.SendAsync(HttpMethod.Post, "/api/v1/keys", new { owner = "globex", scopes = new[] { "read" } }));
        await AssertRefusedAsync("outside-path", dora.SendAsync(HttpMethod.Put, "/api/v1/users/eve", new { role = "viewer" }));
        await AssertRefusedAsync("outside-path", dora.SendAsync(HttpMethod.Put, "/api/v1/users/dora", new { role = "admin", owner = "/" }));
        Assert.Equal(HttpStatusCode.NotFound, (await dora.SendAsync(HttpMethod.Delete, $"/api/v1/users/{NexusServer.Administrator}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await dora.SendAsync(HttpMethod.Delete, $"/api/v1/keys/{foreign}")).StatusCode);
        await AssertRefusedAsync("missing-scope", dora.SendAsync(HttpMethod.Put, "/api/v1/pools/hers", new { resources = new { gpu = 1 } }));
        Assert.Equal(HttpStatusCode.Created, (await dora.SendAsync(HttpMethod.Post, "/api/v1/keys", new { owner = "acme/research", scopes = new[] { "requests" } })).StatusCode);

        string seen = await (await dora.GetAsync("/api/v1/users")).Content.ReadAsStringAsync() + await (await dora.GetAsync("/api/v1/keys")).Content.ReadAsStringAsync();
        Assert.DoesNotContain("\"name\":\"root\"", seen);
        Assert.DoesNotContain("globex", seen);
    }

    [Fact]
    public async Task Whoever_is_removed_is_out_within_a_minute()
    {
        using Browser finn = await server.PersonAsync("finn", "operator");
        using Browser administrator = await server.AdministratorAsync();
        Assert.Equal(HttpStatusCode.OK, (await finn.GetAsync("/api/v1/pools")).StatusCode);

        await administrator.SendAsync(HttpMethod.Delete, "/api/v1/users/finn");
        server.Clock.Ahead += TimeSpan.FromSeconds(61);

        Assert.Equal(HttpStatusCode.Unauthorized, (await finn.GetAsync("/api/v1/pools")).StatusCode);
    }

    [Fact]
    public async Task Changes_of_access_are_written_down_without_secrets()
    {
        using Browser gil = await server.PersonAsync("gil", "viewer", "acme");
        (string id, string key) = await server.KeyAsync("acme/gil", ["usage"]);
        using Browser administrator = await server.AdministratorAsync();
        await administrator.SendAsync(HttpMethod.Put, "/api/v1/users/gil", new { role = "engineer", owner = "acme", password = "another password" });
        await administrator.SendAsync(HttpMethod.Delete, $"/api/v1/keys/{id}");
        await administrator.SendAsync(HttpMethod.Delete, "/api/v1/users/gil");

        string text = await (await administrator.GetAsync("/api/v1/audit?limit=1000")).Content.ReadAsStringAsync();
        string[] done = [.. JsonDocument.Parse(text).RootElement.GetProperty("items").EnumerateArray()
            .Where(e => e.GetRawText().Contains("\"gil\"", StringComparison.Ordinal) || e.GetRawText().Contains(id, StringComparison.Ordinal))
            .Select(e => e.GetProperty("action").GetString()!)];

        Assert.Equal(["removeUser", "revokeKey", "changeUserAndPassword", "createKey", "signIn", "createUser"], done);
        Assert.DoesNotContain(key, text);
        Assert.DoesNotContain(NexusServer.Password, text);
        Assert.DoesNotContain("another password", text);
        Assert.DoesNotContain("hash", text, StringComparison.OrdinalIgnoreCase);
    }

    private static object Request(string id, string owner) => new { id, owner, resources = new { gpu = 1 }, queue = true };

    private async Task<HttpStatusCode> SubmitAsync(HttpClient client, string id, string owner)
    {
        using Browser administrator = await server.AdministratorAsync();
        await administrator.SendAsync(HttpMethod.Put, "/api/v1/pools/all", new { resources = new { gpu = 8 } });
        return (await client.PostAsJsonAsync("/api/v1/requests", Request(id, owner))).StatusCode;
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path) => (await client.GetAsync(new Uri(path, UriKind.Relative))).StatusCode;

    private static async Task AssertRefusedAsync(string type, Task<HttpResponseMessage> answering, HttpStatusCode status = HttpStatusCode.Forbidden)
    {
        HttpResponseMessage answer = await answering;
        JsonElement problem = await answer.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal((status, type), (answer.StatusCode, problem.GetProperty("type").GetString()));
    }

    // The server goes on meanwhile: a database's journal may be gone by now, and what is gone holds nothing.
    private static bool Holds(string file, string text)
    {
        try
        {
            using FileStream open = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using MemoryStream bytes = new();
            open.CopyTo(bytes);
            return bytes.GetBuffer().AsSpan(0, (int)bytes.Length).IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }
}
