using System.Diagnostics;
using System.Text.Json.Nodes;
using Nexus.Dashboard.Access;

namespace Nexus.Dashboard.Tests.Dashboard.Api;

/// <summary>What was decided, and who changed what, through HTTP.</summary>
public sealed class EventsApiTests(ApiServer server)
{
    [Fact]
    public async Task Events_come_in_order_and_go_on_where_one_stopped()
    {
        (ApiClient key, string tenant, string pool) = await TenantAsync();
        (await key.PostAsync("/api/v1/requests", Ask("a", tenant, pool))).Is(201);
        (await key.PostAsync("/api/v1/requests/a/cancel")).Is(200);

        ApiAnswer first = (await key.GetAsync("/api/v1/events?after=0&limit=1")).Is(200);
        ApiAnswer second = (await key.GetAsync($"/api/v1/events?after={first["next"]}")).Is(200);

        Assert.Equal(("requestSubmitted", "a", $"{tenant}/u", "allocated", "key"), (first["items.0.type"], first["items.0.id"], first["items.0.owner"], first["items.0.status"], first["items.0.actor.kind"]));
        Assert.Equal(("requestEnded", "cancelled"), (second["items.0.type"], second["items.0.status"]));
        Assert.Single(second.Json["items"]!.AsArray());
    }

    [Fact]
    public async Task Who_waits_for_events_is_told_at_once()
    {
        (ApiClient key, string tenant, string pool) = await TenantAsync();
        string? last = (await key.GetAsync("/api/v1/events?after=0"))["next"];
        Task<ApiAnswer> waits = key.GetAsync($"/api/v1/events?after={last}&wait=PT20S");
        await Task.Delay(100);
        long submitted = Stopwatch.GetTimestamp();

        (await key.PostAsync("/api/v1/requests", Ask("a", tenant, pool))).Is(201);

        Assert.Equal("requestSubmitted", (await waits).Is(200)["items.0.type"]);
        Assert.True(Stopwatch.GetElapsedTime(submitted) < TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_stream_of_events_is_live_and_resumes()
    {
        (ApiClient key, string tenant, string pool) = await TenantAsync();
        (await key.PostAsync("/api/v1/requests", Ask("a", tenant, pool))).Is(201);

        string resumeAt;
        using (StreamReader stream = await key.OpenAsync("/api/v1/events?after=0"))
        {
            (resumeAt, string type, JsonNode data) = await NextAsync(stream);
            Assert.Equal(("requestSubmitted", "a"), (type, (string?)data["id"]));
            (await key.PostAsync("/api/v1/requests/a/cancel")).Is(200);
            Assert.Equal("requestEnded", (await NextAsync(stream)).Type);
        }

        using StreamReader again = await key.OpenAsync("/api/v1/events", ("Last-Event-ID", resumeAt));
        Assert.Equal("requestEnded", (await NextAsync(again)).Type);
    }

    [Fact]
    public async Task A_tenant_does_not_learn_who_else_acts_on_its_requests_from_where()
    {
        (ApiClient key, string tenant, string pool) = await TenantAsync();
        (await key.PostAsync("/api/v1/requests", Ask("a", tenant, pool))).Is(201);
        (await server.Admin.PostAsync($"/api/v1/requests/a/cancel?owner={tenant}")).Is(200);

        ApiAnswer own = (await key.GetAsync("/api/v1/events?after=0")).Is(200);
        ApiAnswer all = (await server.Admin.GetAsync($"/api/v1/events?after={long.Parse(own["items.1.sequence"]!, null) - 1}&limit=1")).Is(200);

        Assert.DoesNotContain("127.0.0.1", own.Text, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1", all["items.0.actor.address"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Audit_says_who_changed_what_from_where_with_before_and_after()
    {
        string pool = server.Fresh("audited");
        (await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"gpu":1}}""")).Is(200);
        (await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"gpu":2}}""")).Is(200);

        ApiAnswer audit = (await server.Admin.GetAsync($"/api/v1/audit?object={pool}")).Is(200);

        Assert.Equal(("changePool", pool, "1", "2"), (audit["items.0.action"], audit["items.0.object"], audit["items.0.before.resources.gpu"], audit["items.0.after.resources.gpu"]));
        Assert.Equal(("key", "api"), (audit["items.0.actor.kind"], audit["items.0.actor.source"]));
        Assert.Contains("127.0.0.1", audit["items.0.actor.address"], StringComparison.Ordinal);
        Assert.Equal("createPool", audit["items.1.action"]);
        Assert.Equal("createPool", (await server.Admin.GetAsync($"/api/v1/audit?object={pool}&action=create"))["items.0.action"]);
    }

    [Fact]
    public async Task Pages_of_the_audit_go_on_where_one_stopped_whatever_is_changed_meanwhile()
    {
        string pool = server.Fresh("paged");
        for (int gpus = 1; gpus <= 5; gpus++)
        {
            (await server.Admin.PutAsync($"/api/v1/pools/{pool}", $$$"""{"resources":{"gpu":{{{gpus}}} } }""")).Is(200);
        }

        ApiAnswer first = (await server.Admin.GetAsync($"/api/v1/audit?object={pool}&limit=2")).Is(200);
        (await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"gpu":6}}""")).Is(200);
        ApiAnswer second = (await server.Admin.GetAsync($"/api/v1/audit?object={pool}&limit=2&cursor={first["next"]}")).Is(200);
        ApiAnswer last = (await server.Admin.GetAsync($"/api/v1/audit?object={pool}&limit=2&cursor={second["next"]}")).Is(200);

        Assert.Equal(["5", "4", "3", "2", "1"], new[] { first, second, last }.SelectMany(p => p.Json["items"]!.AsArray()).Select(e => e!["after"]!["resources"]!["gpu"]!.ToString()));
        Assert.Null(last["next"]);
        foreach (string cursor in (string[])["2147483647", "-1", "zz*", "", "OTk5OTk5OTk5OTk5OTk5OTk5OTkgeA"])
        {
            (await server.Admin.GetAsync($"/api/v1/audit?cursor={cursor}")).IsProblem(422, "invalid-value", "cursor");
        }
    }

    [Fact]
    public async Task Audit_holds_a_change_at_once_however_much_was_decided_just_before_it()
    {
        (string pool, string tenant) = (server.Fresh("busy"), server.Fresh("busy"));
        (await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"gpu":1}}""")).Is(200);
        for (int batch = 0; batch < 4; batch++)
        {
            string many = string.Join(',', Enumerable.Range(0, 1_000).Select(n => Ask($"{batch}-{n}", tenant, pool)));
            (await server.Admin.PostAsync("/api/v1/requests:batch", $"[{many}]")).Is(200);
        }

        (await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"gpu":2}}""")).Is(200);

        Assert.Equal("changePool", (await server.Admin.GetAsync($"/api/v1/audit?object={pool}")).Is(200)["items.0.action"]);
    }

    [Fact]
    public async Task Audit_holds_the_changes_of_access_for_administrators()
    {
        ApiAnswer key = (await server.Admin.PostAsync("/api/v1/keys", """{"owner":"acme","scopes":["read"],"name":"audited"}""")).Is(201);
        ApiClient operates = await server.ClientAsync("/", Scope.Read | Scope.Configure);

        ApiAnswer audit = (await server.Admin.GetAsync($"/api/v1/audit?object={key["id"]}")).Is(200);

        Assert.Equal("createKey", audit["items.0.action"]);
        Assert.DoesNotContain(key["key"]!, audit.Text, StringComparison.Ordinal);
        Assert.Empty((await operates.GetAsync($"/api/v1/audit?object={key["id"]}")).Is(200).Json["items"]!.AsArray());
        (await server.Admin.DeleteAsync($"/api/v1/keys/{key["id"]}")).Is(204);
    }

    private static async Task<(string Id, string Type, JsonNode Data)> NextAsync(StreamReader stream)
    {
        (string id, string type) = ("", "");
        while (await stream.ReadLineAsync(new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                id = line[4..];
            }
            else if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                type = line[7..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                return (id, type, JsonNode.Parse(line[6..])!);
            }
        }

        throw new InvalidOperationException("the stream ended");
    }

    private static string Ask(string id, string tenant, string pool) => $$"""{"id":"{{id}}","owner":"{{tenant}}/u","resources":{"gpu":1},"pools":["{{pool}}"]}""";

    private async Task<(ApiClient Key, string Tenant, string Pool)> TenantAsync()
    {
        (string tenant, string pool) = (server.Fresh("events"), server.Fresh("p"));
        (await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"gpu":2}}""")).Is(200);
        return (await server.ClientAsync(tenant, Scope.Requests | Scope.Read), tenant, pool);
    }
}
