using System.Globalization;
using Nexus.Dashboard.Access;

namespace Nexus.Dashboard.Tests.Dashboard.Api;

/// <summary>Use, costs and their export through the real program's API; each test keeps to a tenant and a model of its own.</summary>
public sealed class CostApiTests(ApiServer server)
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    private static readonly string Span = $"from={Now.AddDays(-1):yyyy-MM-dd'T'HH:00:00'Z'}&to={Now.AddDays(1):yyyy-MM-dd'T'HH:00:00'Z'}";

    [Fact]
    public async Task Use_is_priced_counted_once_and_the_same_in_costs_records_and_file()
    {
        (string tenant, string model) = await SceneAsync();
        string batch = $"[{Record("u1", tenant, model, "tokens.input", 1000)},{Record("u2", tenant, model, "tokens.output", 500)},{Record("u1", tenant, model, "tokens.input", 1000)}]";

        Assert.Equal(["accepted", "accepted", "duplicate"], Statuses(await server.Admin.PostAsync("/api/v1/usage", batch)));
        Assert.Equal(["duplicate", "duplicate", "duplicate"], Statuses(await server.Admin.PostAsync("/api/v1/usage", batch)));

        ApiAnswer costs = (await server.Admin.GetAsync($"/api/v1/costs?{Span}&groupBy=tenant,resource&filter=tenant:{tenant}&interval=day")).Is(200);
        Assert.Equal(("0.0075", "USD", "2", "0"), (costs["total.amount"], costs["total.currency"], costs["lines"], costs["unpriced"]));
        Assert.Equal([("tokens.output", "0.005", "500"), ("tokens.input", "0.0025", "1000")], costs.Json["groups"]!.AsArray().Select(g => ((string)g!["key"]!["resource"]!, (string)g["cost"]!["amount"]!, (string)g["quantity"]!)));
        Assert.Equal(0.0075m, costs.Json["series"]!.AsArray().Sum(p => decimal.Parse((string)p!["cost"]!["amount"]!, CultureInfo.InvariantCulture)));

        ApiAnswer first = (await server.Admin.GetAsync($"/api/v1/costs/records?{Span}&filter=tenant:{tenant}&limit=1")).Is(200);
        ApiAnswer second = (await server.Admin.GetAsync($"/api/v1/costs/records?{Span}&filter=tenant:{tenant}&limit=1&cursor={first["next"]}")).Is(200);
        Assert.Equal(("u1", "u2", null), (first["items.0.record"], second["items.0.record"], second["next"]));
        Assert.Equal(("usage", "1000", "0.0025", "1", "0.0025", model), (first["items.0.kind"], first["items.0.pricingUnit"], first["items.0.unitPrice"], first["items.0.pricingQuantity"], first["items.0.cost.amount"], first["items.0.model"]));

        string[][] csv = await CsvAsync($"/api/v1/costs/export?format=csv&{Span}&filter=tenant:{tenant}");
        int cost = Array.IndexOf(csv[0], "cost");
        Assert.Equal(0.0075m, csv[1..].Sum(row => decimal.Parse(row[cost], CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task A_release_says_what_it_cost_and_the_request_too()
    {
        (string tenant, string model) = await SceneAsync();
        (await server.Admin.PutAsync($"/api/v1/pools/{tenant}", """{"resources":{"tokens.input":{"rate":1000000,"per":"PT1S","burst":1000000}}}""")).Is(200);
        ApiAnswer granted = (await server.Admin.PostAsync("/api/v1/requests", $$"""{"id":"r-{{tenant}}","owner":"{{tenant}}/ada","resources":{"tokens.input":1000},"pools":["{{tenant}}"],"labels":{"model":"{{model}}"} }""")).Is(201);

        ApiAnswer released = (await server.Admin.PostAsync($"/api/v1/leases/{granted["lease.id"]}/release", """{"usage":{"tokens.input":400}}""")).Is(200);

        Assert.Equal(("0.001", "USD"), (released["cost.amount"], released["cost.currency"]));
        Assert.Equal("0.001", (await server.Admin.GetAsync($"/api/v1/requests/r-{tenant}"))["cost.amount"]);
        ApiAnswer record = await server.Admin.GetAsync($"/api/v1/costs/records?{Span}&filter=tenant:{tenant}");
        Assert.Equal(($"r-{tenant}", granted["lease.id"], tenant), (record["items.0.request"], record["items.0.leaseId"], record["items.0.pool"]));
    }

    [Fact]
    public async Task With_a_lease_use_is_its_progress()
    {
        (string tenant, string model) = await SceneAsync();
        (await server.Admin.PutAsync($"/api/v1/pools/{tenant}", """{"resources":{"tokens.input":{"rate":1000000,"per":"PT1S","burst":1000000}}}""")).Is(200);
        string lease = (await server.Admin.PostAsync("/api/v1/requests", $$"""{"id":"r-{{tenant}}","owner":"{{tenant}}/ada","resources":{"tokens.input":1000},"pools":["{{tenant}}"]}""")).Is(201)["lease.id"]!;

        Assert.Equal(["accepted"], Statuses(await server.Admin.PostAsync("/api/v1/usage", $"[{Record("p1", $"{tenant}/ada", model, "tokens.input", 300, $", \"leaseId\":\"{lease}\"")}]")));

        Assert.Equal("300", (await server.Admin.GetAsync($"/api/v1/requests/r-{tenant}")).Json["lease"]!["usage"]!["tokens.input"]!.ToJsonString());
        Assert.Equal("0", (await server.Admin.GetAsync($"/api/v1/costs?{Span}&filter=tenant:{tenant}"))["lines"]);
    }

    [Fact]
    public async Task What_is_wrong_with_a_record_is_said_of_it_alone()
    {
        (string tenant, string model) = await SceneAsync();
        ApiAnswer answer = (await server.Admin.PostAsync(
            "/api/v1/usage",
            $$"""
            [{{Record("ok", tenant, model, "tokens.input", 1)}},{{Record("bad id", tenant, model, "tokens.input", 1)}},{{Record("kind", tenant, model, "tokens.inputs", 1)}},{{Record("none", tenant, model, "tokens.input", 0)}},
            {{Record("lane", tenant, model, "tokens.input", 1, ", \"lane\":\"fast\"")}},{{Record("lease", tenant, model, "tokens.input", 1, ", \"leaseId\":\"lease-999999\"")}},
            {"id":"old","time":"2020-01-01T00:00:00Z","owner":"{{tenant}}","resource":"tokens.input","quantity":1}]
            """)).Is(200);

        Assert.Equal(["accepted", .. Enumerable.Repeat("error", 6)], Statuses(answer));
        Assert.Equal([null, "id", "resource", "quantity", "lane", "leaseId", "time"], answer.Json["items"]!.AsArray().Select(i => ((string?)i!["error"])?.Split(':')[0]));
        (await server.Admin.PostAsync("/api/v1/usage", "[]")).IsProblem(422, "invalid-value", "$");
        (await server.Admin.PostAsync("/api/v1/usage", """[{"id":"a"}]""")).IsProblem(400, "missing-field");
    }

    [Fact]
    public async Task A_key_reports_and_sees_within_its_path_alone()
    {
        (string tenant, string model) = await SceneAsync();
        string other = server.Fresh("other");
        ApiClient below = await server.ClientAsync(tenant, Scope.Usage | Scope.Read);

        ApiAnswer answer = (await below.PostAsync("/api/v1/usage", $"[{Record("mine", $"{tenant}/ada", model, "tokens.input", 1000)},{Record("theirs", other, model, "tokens.input", 1000)}]")).Is(200);
        await server.Admin.PostAsync("/api/v1/usage", $"[{Record("theirs", other, model, "tokens.input", 1000)}]");

        Assert.Equal(["accepted", "error"], Statuses(answer));
        Assert.StartsWith("owner: ", (string?)answer.Json["items"]![1]!["error"], StringComparison.Ordinal);
        ApiAnswer costs = (await below.GetAsync($"/api/v1/costs?{Span}&groupBy=tenant")).Is(200);
        Assert.Equal([tenant], costs.Json["groups"]!.AsArray().Select(g => (string?)g!["key"]!["tenant"]));
        Assert.Equal("0.0025", costs["total.amount"]);
        Assert.Equal(2, (await CsvAsync($"/api/v1/costs/export?{Span}", below)).Length);
    }

    [Fact]
    public async Task Costs_are_grouped_by_labels_and_say_where_they_read_every_line()
    {
        (string tenant, string model) = await SceneAsync();
        await server.Admin.PostAsync("/api/v1/usage", $"[{Record("a", tenant, model, "tokens.input", 1000, ", \"labels\":{\"run\":\"7\",\"environment\":\"test\"}")},{Record("b", tenant, model, "tokens.input", 2000)}]");

        ApiAnswer kept = (await server.Admin.GetAsync($"/api/v1/costs?{Span}&filter=tenant:{tenant}&groupBy=label:environment")).Is(200);
        ApiAnswer read = (await server.Admin.GetAsync($"/api/v1/costs?{Span}&filter=tenant:{tenant}&groupBy=label:run")).Is(200);

        Assert.Equal((null, "true"), (kept["scanned"], read["scanned"]));
        Assert.Equal([(null, "0.005"), ("7", "0.0025")], read.Json["groups"]!.AsArray().Select(g => ((string?)g!["key"]!["label:run"], (string)g["cost"]!["amount"]!)));
        Assert.Equal([(null, "0.005"), ("test", "0.0025")], kept.Json["groups"]!.AsArray().Select(g => ((string?)g!["key"]!["label:environment"], (string)g["cost"]!["amount"]!)));
        Assert.Equal("0.0025", (await server.Admin.GetAsync($"/api/v1/costs?{Span}&filter=tenant:{tenant}&filter=label:run:7"))["total.amount"]);
    }

    [Theory]
    [InlineData("from=yesterday", "from")]
    [InlineData("from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "from")]
    [InlineData("groupBy=colour", "groupBy")]
    [InlineData("groupBy=tenant,tenant", "groupBy")]
    [InlineData("filter=tenant", "filter")]
    [InlineData("filter=colour:red", "filter")]
    [InlineData("interval=minute", "interval")]
    [InlineData("interval=1", "interval")]
    public async Task What_cannot_be_asked_is_refused_by_name(string query, string field) => (await server.Admin.GetAsync($"/api/v1/costs?{query}")).IsProblem(422, "invalid-value", field);

    [Fact]
    public async Task Names_that_look_like_formulas_are_no_formulas_in_the_file()
    {
        (string tenant, string model) = await SceneAsync();
        await server.Admin.PostAsync("/api/v1/usage", $"[{Record("a", $"{tenant}/=cmd()", model, "tokens.input", 1, ", \"provider\":\"=1+1\", \"labels\":{\"a,b\":\"x\"}")}]");

        string[][] csv = await CsvAsync($"/api/v1/costs/export?{Span}&filter=tenant:{tenant}");

        Assert.Equal(("'=cmd()", "'=1+1", """{"a,b":"x"}"""), (csv[1][Array.IndexOf(csv[0], "user")], csv[1][Array.IndexOf(csv[0], "provider")], csv[1][Array.IndexOf(csv[0], "labels")]));
    }

    private async Task<(string Tenant, string Model)> SceneAsync()
    {
        (string tenant, string model) = (server.Fresh("tenant"), server.Fresh("model"));
        (await server.Admin.PostAsync("/api/v1/prices:import", $$"""{"{{model}}":{"litellm_provider":"maker","input_cost_per_token":2.5e-06,"output_cost_per_token":1e-05} }""")).Is(200);
        return (tenant, model);
    }

    private static string Record(string id, string owner, string model, string resource, int quantity, string more = "") =>
        $$"""{"id":"{{id}}","time":"{{Now:yyyy-MM-dd'T'HH:mm:ss'Z'}}","owner":"{{owner}}","resource":"{{resource}}","quantity":{{quantity}},"model":"{{model}}"{{more}}}""";

    private static IEnumerable<string?> Statuses(ApiAnswer answer) => answer.Is(200).Json["items"]!.AsArray().Select(i => (string?)i!["status"]);

    // As RFC 4180 has it: a quoted cell may hold commas and doubled quotes.
    private async Task<string[][]> CsvAsync(string path, ApiClient? client = null)
    {
        string text = (await (client ?? server.Admin).GetAsync(path)).Is(200).Text;
        return [.. text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(line => Cells(line).ToArray())];
    }

    private static IEnumerable<string> Cells(string line)
    {
        for (int at = 0; at <= line.Length;)
        {
            if (at < line.Length && line[at] == '"')
            {
                int end = at + 1;
                while (line[end] != '"' || (end + 1 < line.Length && line[end + 1] == '"'))
                {
                    end += line[end] == '"' ? 2 : 1;
                }

                yield return line[(at + 1)..end].Replace("\"\"", "\"", StringComparison.Ordinal);
                at = end + 2;
            }
            else
            {
                int end = line.IndexOf(',', at) is var comma and >= 0 ? comma : line.Length;
                yield return line[at..end];
                at = end + 1;
            }
        }
    }
}
