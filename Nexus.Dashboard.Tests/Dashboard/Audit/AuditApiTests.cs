using System.Text.Json.Nodes;
using Nexus.Dashboard.Tests.Dashboard.Api;

namespace Nexus.Dashboard.Tests.Dashboard.Audit;

public sealed class AuditApiTests(ApiServer server)
{
    [Fact]
    public async Task What_a_change_let_start_stands_with_it()
    {
        string pool = server.Fresh("effect");
        await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"gpu":1}}""");
        for (int i = 0; i < 3; i++)
        {
            await server.Admin.PostAsync("/api/v1/requests", $$"""{"id":"{{pool}}-{{i}}","owner":"{{pool}}/a","pools":["{{pool}}"],"resources":{"gpu":1},"queue":true}""");
        }

        await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"gpu":3}}""");

        ApiAnswer changes = await server.Admin.GetAsync($"/api/v1/audit?object={pool}");
        Assert.Equal(("changePool", "2"), (changes["items.0.action"], changes["items.0.effect.started"]));
        Assert.Equal(("createPool", (string?)null), (changes["items.1.action"], changes["items.1.effect"]));
    }

    [Fact]
    public async Task What_a_change_left_without_hope_stands_with_it()
    {
        string pool = server.Fresh("hope");
        await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"gpu":2}}""");
        await server.Admin.PostAsync("/api/v1/requests", $$"""{"id":"{{pool}}-0","owner":"{{pool}}/a","pools":["{{pool}}"],"resources":{"gpu":1},"queue":true}""");
        await server.Admin.PostAsync("/api/v1/requests", $$"""{"id":"{{pool}}-1","owner":"{{pool}}/a","pools":["{{pool}}"],"resources":{"gpu":2},"queue":true}""");

        await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"gpu":1}}""");

        Assert.Equal("1", (await server.Admin.GetAsync($"/api/v1/audit?object={pool}"))["items.0.effect.refused"]);
    }

    [Fact]
    public async Task Changes_are_filtered_by_the_door_they_came_through()
    {
        string pool = server.Fresh("door");
        await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"gpu":2}}""");

        Assert.Single((await server.Admin.GetAsync($"/api/v1/audit?object={pool}&source=api")).Json["items"]!.AsArray());
        Assert.Empty((await server.Admin.GetAsync($"/api/v1/audit?object={pool}&source=page")).Json["items"]!.AsArray());
    }

    [Fact]
    public async Task The_export_has_every_change_one_a_line_as_the_list_has_them()
    {
        string pool = server.Fresh("lines");
        for (int gpu = 1; gpu <= 5; gpu++)
        {
            await server.Admin.PutAsync($"/api/v1/pools/{pool}", $$$"""{"resources":{"gpu":{{{gpu}}}}}""");
        }

        ApiAnswer export = await server.Admin.GetAsync($"/api/v1/audit?format=jsonl&object={pool}");

        Assert.Equal("application/jsonl", export.Is(200).MediaType);
        string[] lines = export.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        JsonArray list = (await server.Admin.GetAsync($"/api/v1/audit?object={pool}")).Json["items"]!.AsArray();
        Assert.Equal(5, lines.Length);
        Assert.All(lines.Zip(list), pair => Assert.True(JsonNode.DeepEquals(JsonNode.Parse(pair.First), pair.Second)));
        (await server.Admin.GetAsync("/api/v1/audit?format=xml")).IsProblem(422, "invalid-value", "format");
    }
}
