using System.Text.Json.Nodes;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Tests.Dashboard.Api;

namespace Nexus.Dashboard.Tests.Dashboard.Simulator;

public sealed class SimulationApiTests(ApiServer server)
{
    private const string Trace = """time,owner,duration,gpu\n0,acme/a,10,2\n0,globex/b,10,2\n""";

    private ApiClient Admin => server.Admin;

    [Fact]
    public async Task The_recorded_past_comes_out_as_it_was_and_otherwise_under_other_rules()
    {
        string pool = server.Fresh("what-if");
        string tenant = server.Fresh("tenant");
        DateTimeOffset from = DateTimeOffset.UtcNow;
        (await Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources": {"gpu": 2}}""")).Is(200);
        string first = (await SubmitAsync(tenant, "r1", pool))["lease.id"]!;
        Assert.Equal("queued", (await SubmitAsync(tenant, "r2", pool))["status"]);
        (await Admin.PostAsync($"/api/v1/leases/{first}/release", """{"outcome": "succeeded"}""")).Is(200);
        string second = (await Admin.GetAsync($"/api/v1/requests/r2?owner={tenant}"))["lease.id"]!;
        (await Admin.PostAsync($"/api/v1/leases/{second}/release")).Is(200);

        ApiAnswer done = await SimulatedAsync($$"""
            {"window": {"from": "{{from.AddMinutes(-5):O}}", "to": "{{DateTimeOffset.UtcNow.AddHours(1):O}}"},
             "variants": [{"name": "as it was"}, {"name": "roomier", "pools": {"{{pool}}": {"resources": {"gpu": 4} } } }]}
            """);

        Assert.Equal("finished", done["status"]);
        Assert.True(DateTimeOffset.Parse(done["window.to"]!, System.Globalization.CultureInfo.InvariantCulture) <= DateTimeOffset.UtcNow);
        Assert.Equal(("as it was", "true", null), (done["variants.0.name"], done["variants.0.asRecorded"], done["variants.1.asRecorded"]));
        JsonNode same = OwnerOf(done, 0, tenant);
        JsonNode roomier = OwnerOf(done, 1, tenant);
        Assert.Equal((2, 2), ((int)same["finished"]!, (int)roomier["finished"]!));
        Assert.Equal(0, (double)roomier["p95WaitSeconds"]!);
    }

    [Fact]
    public async Task A_trace_is_simulated_on_the_pools_of_today_with_what_a_variant_changes()
    {
        string pool = server.Fresh("traced");
        (await Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources": {"gpu": 2}, "labels": {"model": "T4"}}""")).Is(200);
        JsonObject others = [];
        foreach (JsonNode? other in (await Admin.GetAsync("/api/v1/pools?limit=1000")).Json["items"]!.AsArray())
        {
            if ((string)other!["name"]! != pool)
            {
                others[(string)other["name"]!] = null;
            }
        }

        JsonObject Patch(params (string Pool, string? Body)[] patches)
        {
            JsonObject all = others.DeepClone().AsObject();
            foreach ((string name, string? body) in patches)
            {
                all[name] = body is null ? null : JsonNode.Parse(body);
            }

            return all;
        }

        ApiAnswer done = await SimulatedAsync($$"""
            {"trace": "{{Trace}}", "variants": [
              {"name": "one after the other", "strategy": "priority", "pools": {{Patch().ToJsonString()}} },
              {"name": "both", "pools": {{Patch((pool, """{"resources": {"gpu": 4, "cpu": 1}}""")).ToJsonString()}} },
              {"name": "elsewhere", "pools": {{Patch((pool, null), ("new", """{"resources": {"gpu": 2}}""")).ToJsonString()}} }]}
            """);

        Assert.Equal(("finished", "1"), (done["status"], done["progress"]));
        Assert.Equal(("20", "10", "20"), (done["variants.0.makespanSeconds"], done["variants.1.makespanSeconds"], done["variants.2.makespanSeconds"]));
        Assert.Equal($$$"""{"{{{pool}}}":{"cpu":0,"gpu":1}}""", done.Json["variants"]![1]!["utilization"]!.ToJsonString());
        Assert.Equal("""{"new":{"gpu":1}}""", done.Json["variants"]![2]!["utilization"]!.ToJsonString());
    }

    [Theory]
    [InlineData("""{"variants": [{"name": "x"}]}""", 422, "invalid-value", "$")]
    [InlineData("""{"trace": "time,gpu\n0,1", "window": {"from": "2026-01-01T00:00:00Z", "to": "2026-01-02T00:00:00Z"}, "variants": [{"name": "x"}]}""", 422, "invalid-value", "$")]
    [InlineData("""{"window": {"from": "2026-01-02T00:00:00Z", "to": "2026-01-01T00:00:00Z"}, "variants": [{"name": "x"}]}""", 422, "invalid-value", "$.window.to")]
    [InlineData("""{"trace": "time,gpu\n0,many", "variants": [{"name": "x"}]}""", 422, "invalid-value", "$.trace")]
    [InlineData("""{"trace": "time,gpu\n0,1", "variants": []}""", 422, "invalid-value", "$.variants")]
    [InlineData("""{"trace": "time,gpu\n0,1", "variants": [{"name": "x"}, {"name": "x"}]}""", 422, "invalid-value", "$.variants[1].name")]
    [InlineData("""{"trace": "time,gpu\n0,1", "variants": [{"name": "x", "strategy": "lottery"}]}""", 422, "invalid-value", "$.variants[0].strategy")]
    [InlineData("""{"trace": "time,gpu\n0,1", "variants": [{"name": "x", "pools": {"p": {"resources": {"gpu": -1}}}}]}""", 422, "invalid-value", "$.variants[0].pools.p.resources.gpu")]
    [InlineData("""{"trace": "time,gpu\n0,1", "variants": [{"name": "x", "pools": {"p": 7}}]}""", 422, "invalid-value", "$.variants[0].pools.p")]
    [InlineData("""{"trace": "time,gpu\n0,1", "variants": [{"name": "x", "quotas": {"acme": {"rules": [{"resource": "gpu", "limit": -1}]}}}]}""", 422, "invalid-value", "$.variants[0].quotas.acme.rules[0].limit")]
    [InlineData("""{"trace": "time,gpu\n0,1", "variants": [{"name": "x", "budgets": {"b": {"period": "fortnight"}}}]}""", 422, "invalid-value", "$.variants[0].budgets.b.amount")]
    [InlineData("""{"trace": "time,gpu\n0,1", "variants": [{"name": "x", "prices": [{"sku": "a", "resource": "gpu", "unitPrice": "much"}]}]}""", 422, "invalid-value", "$.variants[0].prices[0].unitPrice")]
    [InlineData("""{"trace": "time,gpu\n0,1", "variants": [{"name": "x", "owners": {"acme": {"degrade": [{"kind": "start"}]}}}]}""", 422, "invalid-value", "$.variants[0].owners.acme.degrade[0].within")]
    [InlineData("""{"trace": "time,gpu\n0,1", "variants": [{"name": "x", "owners": {"acme": {"priority": {"max": "no name"}}}}]}""", 422, "invalid-value", "$.variants[0].owners.acme.priority.max")]
    [InlineData("""{"trace": "time,gpu\n0,1", "variants": [{"name": "x", "kinds": {"seat": {"unit": "seat"}}}]}""", 422, "invalid-value", "$.variants[0].kinds.seat.behaviour")]
    [InlineData("""{"trace": "time,gpu\n0,1", "variants": [{"name": "x", "quota": {}}]}""", 400, "unknown-field", "$.variants[0].quota")]
    public async Task What_cannot_be_simulated_is_refused_by_its_field(string body, int status, string type, string field) =>
        (await Admin.PostAsync("/api/v1/simulations", body)).IsProblem(status, type, field);

    [Fact]
    public async Task Prices_budgets_kinds_classes_and_owners_of_a_variant_hold_in_it()
    {
        string pool = server.Fresh("rules");
        string kind = server.Fresh("seat");
        JsonObject pools = new() { [pool] = JsonNode.Parse($$"""{"resources": {"{{kind}}": 1} }""") };
        foreach (JsonNode? other in (await Admin.GetAsync("/api/v1/pools?limit=1000")).Json["items"]!.AsArray())
        {
            pools[(string)other!["name"]!] = null;
        }

        string rules = $$"""
            "kinds": {"{{kind}}": {"unit": "seat", "behaviour": "held"} }, "priorities": {"first": {"value": 5000} }, "owners": {"globex": {"priority": {"default": "first"}, "degrade": [{"kind": "pool", "pools": ["{{pool}}"]}, {"kind": "amount", "least": 0.5}] } },
            "pools": {{pools.ToJsonString()}}, "prices": [{"sku": "hour", "resource": "{{kind}}", "unitPrice": "3.6"}]
            """;
        ApiAnswer done = await SimulatedAsync($$"""
            {"trace": "time,owner,duration,{{kind}}\n0,acme/a,36,1\n1,acme/a,36,1\n2,globex/b,36,1\n", "variants": [{"name": "open", {{rules}} },
              {"name": "bounded", {{rules}}, "budgets": {"cap": {"scope": {"owner": "globex"}, "amount": {"amount": "0.001"}, "period": "month", "thresholds": [{"at": 1, "action": "halt"}]} } }]}
            """);

        Assert.True(done["status"] == "finished", done.Text);
        Assert.Equal(("0.108", "0.072"), (done["variants.0.cost.amount"], done["variants.1.cost.amount"]));
        Assert.Equal(("34", "1"), (OwnerOf(done, 0, "globex")["p95WaitSeconds"]!.ToString(), OwnerOf(done, 1, "globex")["rejected"]!.ToString()));
    }

    [Fact]
    public async Task A_request_that_is_wrong_ends_the_simulation_with_its_place()
    {
        ApiAnswer failed = await SimulatedAsync("""{"trace": "time,priority,gpu\n0,,1\n1,urgent-no-class,1", "variants": [{"name": "x"}]}""");

        Assert.Equal("failed", failed["status"]);
        Assert.Contains("request 2 of the trace: priority 'urgent-no-class' is not a class", failed["error"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_has_ended_is_listed_and_cannot_be_stopped_any_more()
    {
        ApiAnswer done = await SimulatedAsync($$"""{"trace": "{{Trace}}", "variants": [{"name": "x"}]}""");

        Assert.Equal("finished", (await Admin.PostAsync($"/api/v1/simulations/{done["id"]}/cancel")).Is(200)["status"]);
        Assert.Contains((await Admin.GetAsync("/api/v1/simulations")).Is(200).Json["items"]!.AsArray(), s => (string)s!["id"]! == done["id"]);
        (await Admin.GetAsync("/api/v1/simulations/sim-none")).IsProblem(404, "not-found");
    }

    [Fact]
    public async Task It_takes_a_caller_for_the_whole_installation()
    {
        ApiClient below = await server.ClientAsync("acme", Scope.Admin);

        (await below.PostAsync("/api/v1/simulations", $$"""{"trace": "{{Trace}}", "variants": [{"name": "x"}]}""")).IsProblem(403, "missing-scope");
    }

    private async Task<ApiAnswer> SimulatedAsync(string body)
    {
        string id = (await Admin.PostAsync("/api/v1/simulations", body)).Is(201)["id"]!;
        while (true)
        {
            ApiAnswer now = (await Admin.GetAsync($"/api/v1/simulations/{id}?wait=PT30S")).Is(200);
            if (now["status"] is not ("queued" or "running"))
            {
                return now;
            }
        }
    }

    private async Task<ApiAnswer> SubmitAsync(string tenant, string id, string pool) =>
        (await Admin.PostAsync("/api/v1/requests", $$"""{"id": "{{id}}", "owner": "{{tenant}}/x", "resources": {"gpu": 2}, "pools": ["{{pool}}"], "queue": true}""")).Is(201);

    private static JsonNode OwnerOf(ApiAnswer done, int variant, string tenant) =>
        done.Json["variants"]![variant]!["owners"]!.AsArray().Single(o => (string)o!["owner"]! == tenant)!;
}
