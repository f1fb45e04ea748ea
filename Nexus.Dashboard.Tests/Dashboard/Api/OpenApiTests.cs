using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;

namespace Nexus.Dashboard.Tests.Dashboard.Api;

/// <summary>The OpenAPI document says all there is to say of a call, and what it shows is true.</summary>
public sealed class OpenApiTests(ApiServer server)
{
    [Fact]
    public async Task Every_call_of_the_table_of_access_is_described()
    {
        IEnumerable<string> known = Access.WhoMay.Table.Select(r => r.Entrance).Where(e => e.Address.StartsWith("/api/", StringComparison.Ordinal))
            .Select(e => $"{e.Method} {e.Address.Replace("**", "", StringComparison.Ordinal)}");

        Assert.Equal(known.Order(StringComparer.Ordinal), (await CallsAsync()).Select(c => c.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_call_has_a_summary_a_group_and_examples_of_what_is_sent_and_answered()
    {
        List<string> lacking = [];
        foreach ((string name, JsonObject call) in await CallsAsync())
        {
            lacking.AddRange(new[] { "summary", "operationId", "tags" }.Where(field => call[field] is null).Select(field => $"{name}: {field}"));
            IEnumerable<(string Where, JsonNode? Content)> contents = call["responses"]!.AsObject().Select(r => (r.Key, r.Value!["content"])).Append(("body", call["requestBody"]?["content"]));
            lacking.AddRange(contents.SelectMany(c => c.Content?.AsObject().Where(m => m.Value!["example"] is null).Select(_ => $"{name}: example of {c.Where}") ?? []));
            lacking.AddRange((call["parameters"]?.AsArray() ?? []).Where(p => (string?)p!["in"] != "path" && p["example"] is null).Select(p => $"{name}: example of {p!["name"]}"));
        }

        Assert.Empty(lacking);
    }

    [Theory]
    [InlineData("POST /api/v1/requests", "dryRun wait")]
    [InlineData("GET /api/v1/requests", "cursor limit owner pool priority q status")]
    [InlineData("GET /api/v1/requests/{id}", "id owner wait")]
    [InlineData("PUT /api/v1/pools/{name}", "If-Match If-None-Match name")]
    [InlineData("DELETE /api/v1/keys/{id}", "If-Match id")]
    [InlineData("POST /api/v1/keys", "Idempotency-Key")]
    [InlineData("POST /api/v1/leases/{id}/renew", "Idempotency-Key id")]
    [InlineData("GET /api/v1/events", "after limit wait")]
    [InlineData("GET /api/v1/times", "from groupBy owner to")]
    [InlineData("GET /api/v1/owners", "cursor limit")]
    public async Task Parameters_of_query_and_header_are_named(string name, string parameters)
    {
        JsonObject call = (await CallsAsync()).Single(c => c.Name == name).Call;

        Assert.Equal(parameters.Split(' '), call["parameters"]!.AsArray().Select(p => (string)p!["name"]!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_example_of_a_body_is_understood()
    {
        (await server.Admin.PutAsync("/api/v1/pools/example", """{"resources":{"gpu":1,"memory":200}}""")).Is(200);
        string? lease = (await server.Admin.PostAsync("/api/v1/requests", $$"""{"id":"{{server.Fresh("r")}}","owner":"examples/u","resources":{"gpu":1,"memory":40},"pools":["example"]}""")).Is(201)["lease.id"];
        foreach ((string name, JsonObject call) in await CallsAsync())
        {
            if (call["requestBody"]?["content"]?["application/json"]?["example"] is not { } body)
            {
                continue;
            }

            string path = name.Split(' ')[1].Replace("leases/{id}", $"leases/{lease}", StringComparison.Ordinal).Replace("{path}", "examples/u", StringComparison.Ordinal).Replace("{name}", "example-of-ours", StringComparison.Ordinal).Replace("{id}", "none", StringComparison.Ordinal);
            ApiAnswer answer = await server.Admin.SendAsync(new HttpMethod(name.Split(' ')[0]), path + (path.Contains("requests", StringComparison.Ordinal) ? "?dryRun=true" : ""), body.ToJsonString());

            Assert.True((int)answer.Status < 400 || (path.Contains("/none", StringComparison.Ordinal) && (int)answer.Status == 404), $"{name}: {answer.Text}");
        }
    }

    [Fact]
    public void Every_example_of_an_answer_is_one()
    {
        foreach (RouteEndpoint endpoint in server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            string? call = endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName;
            Type? type = endpoint.Metadata.OfType<IProducesResponseTypeMetadata>().FirstOrDefault(p => p.StatusCode < 300 && p.Type is not null && p.Type != typeof(void))?.Type;
            if (call is not null && type is not null && Examples.Answer(call) is { } example)
            {
                System.Text.Json.Serialization.JsonSerializerContext context = type.Assembly == typeof(UserAnswer).Assembly && ApiJson.Default.GetTypeInfo(type) is not null ? ApiJson.Default : AccessJson.Default;

                Assert.NotNull(JsonSerializer.Deserialize(example.ToJsonString(), type, context));
            }
        }
    }

    [Fact]
    public async Task Numbers_are_numbers_and_what_may_be_absent_is_not_required()
    {
        JsonObject schemas = (await server.Admin.GetAsync("/openapi/v1.json")).Is(200).Json["components"]!["schemas"]!.AsObject();

        Assert.Equal("integer", (string?)schemas["RequestBody"]!["properties"]!["leaseSeconds"]!["type"]);
        Assert.Equal("number", (string?)schemas["RequestBody"]!["properties"]!["resources"]!["additionalProperties"]!["type"]);
        Assert.Equal(["id", "owner", "resources"], schemas["RequestBody"]!["required"]!.AsArray().Select(n => (string)n!).Order(StringComparer.Ordinal));
        Assert.Equal(["booked", "capacity", "free", "pending", "used"], schemas["MeterAnswer"]!["required"]!.AsArray().Select(n => (string)n!).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("\"integer\",\"string\"", schemas.ToJsonString(), StringComparison.Ordinal);
    }

    private async Task<IReadOnlyList<(string Name, JsonObject Call)>> CallsAsync() =>
        [.. (await server.Admin.GetAsync("/openapi/v1.json")).Is(200).Json["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(call => ($"{call.Key.ToUpperInvariant()} {path.Key}", call.Value!.AsObject())))];
}
