using Nexus.Dashboard.Access;

namespace Nexus.Dashboard.Tests.Dashboard.Api;

/// <summary>Pools, kinds, classes and owners through HTTP.</summary>
public sealed class ConfigurationApiTests(ApiServer server)
{
    [Fact]
    public async Task A_pool_is_created_read_replaced_drained_and_deleted()
    {
        string path = $"/api/v1/pools/{server.Fresh("p")}";

        ApiAnswer created = (await server.Admin.PutAsync(path, """{"resources":{"gpu":8,"memory":64.5},"labels":{"model":"H100"},"purchaseOption":"spot","allow":["acme"]}""")).Is(200);
        ApiAnswer replaced = (await server.Admin.PutAsync(path, """{"resources":{"gpu":4}}""", ("If-Match", created.Headers["ETag"]))).Is(200);

        Assert.Equal(("8", "64.5", "H100", "spot", "acme", "priority"), (created["resources.gpu"], created["resources.memory"], created["labels.model"], created["purchaseOption"], created["allow.0"], created["strategy"]));
        Assert.Equal(("8", "0", "0", "0", "8"), (created["state.gpu.capacity"], created["state.gpu.used"], created["state.gpu.pending"], created["state.gpu.booked"], created["state.gpu.free"]));
        Assert.Equal(("4", null, "onDemand", null), (replaced["resources.gpu"], replaced["resources.memory"], replaced["purchaseOption"], replaced["allow"]));
        (await server.Admin.PutAsync(path, """{"resources":{"gpu":5}}""", ("If-Match", created.Headers["ETag"]))).IsProblem(412, "version-mismatch");
        (await server.Admin.PutAsync(path, """{"resources":{"gpu":5}}""", ("If-None-Match", "*"))).IsProblem(412, "version-mismatch");
        Assert.Equal("true", (await server.Admin.PostAsync($"{path}/drain")).Is(200)["draining"]);
        Assert.Equal("0", (await server.Admin.GetAsync(path)).Is(200)["state.gpu.free"]);
        (await server.Admin.DeleteAsync(path, ("If-Match", "\"1\""))).IsProblem(412, "version-mismatch");
        (await server.Admin.DeleteAsync(path)).Is(204);
        (await server.Admin.GetAsync(path)).IsProblem(404, "not-found");
        (await server.Admin.DeleteAsync(path)).IsProblem(404, "not-found");
        (await server.Admin.PostAsync($"{path}/drain")).IsProblem(404, "not-found");
    }

    [Theory]
    [InlineData("pools", """{"resources":{"gpu":1}}""", 200)]
    [InlineData("kinds", """{"unit":"board","behaviour":"held"}""", 200)]
    [InlineData("priorities", """{"value":5}""", 200)]
    [InlineData("owners", """{"labels":{"a":"b"}}""", 200)]
    [InlineData("users", """{"role":"viewer"}""", 201)]
    public async Task What_is_expected_of_a_thing_before_it_is_changed_holds_or_nothing_changes(string things, string body, int created)
    {
        string path = $"/api/v1/{things}/{server.Fresh("x")}";

        (await server.Admin.PutAsync(path, body, ("If-Match", "*"))).IsProblem(412, "version-mismatch");
        (await server.Admin.PutAsync(path, body, ("If-Match", "\"77\""))).IsProblem(412, "version-mismatch");
        ApiAnswer made = (await server.Admin.PutAsync(path, body, ("If-None-Match", "*"))).Is(created);
        Assert.Contains((int)(await server.Admin.PutAsync(path, body, ("If-None-Match", "*"))).Status, new[] { 409, 412 });
        (await server.Admin.PutAsync(path, body, ("If-Match", "*"))).Is(200);
        (await server.Admin.PutAsync(path, body, ("If-Match", "W/\"1\""))).IsProblem(400, "invalid-value", "If-Match");
        (await server.Admin.PutAsync(path, body, ("If-Match", "99999999"))).IsProblem(412, "version-mismatch");
        Assert.NotNull(made["version"]);
    }

    [Fact]
    public async Task What_every_installation_has_exists_although_nobody_made_it()
    {
        (await server.Admin.PutAsync("/api/v1/priorities/low", """{"value":250}""", ("If-None-Match", "*"))).IsProblem(412, "version-mismatch");
        (await server.Admin.PutAsync("/api/v1/priorities/low", """{"value":250}""", ("If-Match", "0"))).Is(200);
    }

    [Theory]
    [InlineData("{0}%2Fada", "{0}/ada")]
    [InlineData("{0}/%C3%A9t%C3%A9", "{0}/été")]
    [InlineData("{0}/50%25", "{0}/50%")]
    [InlineData("{0}/a%252Fb", "{0}/a%2Fb")]
    [InlineData("{0}/a+b", "{0}/a+b")]
    [InlineData("{0}/a%3Fb", "{0}/a?b")]
    public async Task An_owner_in_an_address_is_read_as_it_was_written_and_decoded_once(string address, string path)
    {
        string tenant = server.Fresh("t");

        ApiAnswer answer = (await server.Admin.PutAsync($"/api/v1/owners/{string.Format(null, address, tenant)}", """{"labels":{"a":"b"}}""")).Is(200);

        Assert.Equal(string.Format(null, path, tenant), answer["path"]);
    }

    [Theory]
    [InlineData("acme//ada")]
    [InlineData("acme%2F")]
    [InlineData("e%CC%81")]
    [InlineData("a/b/c/d/e/f/g/h/i")]
    [InlineData("acme/~")]
    public async Task An_owner_that_is_none_is_refused_and_not_made_another(string address) =>
        (await server.Admin.GetAsync($"/api/v1/owners/{address}")).IsProblem(422, "invalid-value", "path");

    [Fact]
    public async Task Dots_in_the_address_of_an_owner_lead_to_no_other()
    {
        using HttpClient http = new() { DefaultRequestHeaders = { Authorization = new("Bearer", server.Admin.Key) } };
        Uri dots = new($"{server.Url}api/v1/owners/acme/%2e%2e/globex", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

        Assert.Equal(System.Net.HttpStatusCode.UnprocessableEntity, (await http.GetAsync(dots)).StatusCode);
    }

    [Fact]
    public async Task A_key_names_a_highest_class_that_exists() =>
        (await server.Admin.PostAsync("/api/v1/keys", """{"owner":"acme","scopes":["read"],"maxPriority":"urgent"}""")).IsProblem(422, "unknown-name", "$.maxPriority");

    [Fact]
    public async Task A_key_that_is_asked_for_twice_with_one_idempotency_key_is_made_once()
    {
        (string, string) once = ("Idempotency-Key", server.Fresh("once"));

        ApiAnswer first = (await server.Admin.PostAsync("/api/v1/keys", """{"owner":"acme","scopes":["read"]}""", once)).Is(201);
        ApiAnswer again = (await server.Admin.PostAsync("/api/v1/keys", """{ "scopes": ["read"], "owner": "acme" }""", once)).Is(201);

        Assert.Equal(first["key"], again["key"]);
        Assert.Equal((first.Headers["ETag"], "no-store"), (again.Headers["ETag"], again.Headers["Cache-Control"]));
        (await server.Admin.PostAsync("/api/v1/keys", """{"owner":"globex","scopes":["read"]}""", once)).IsProblem(409, "idempotency-key-reused");
    }

    [Fact]
    public async Task A_pool_that_somebody_holds_is_not_deleted()
    {
        string pool = server.Fresh("p");
        (await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"gpu":1}}""")).Is(200);
        (await server.Admin.PostAsync("/api/v1/requests", $$"""{"id":"r","owner":"{{server.Fresh("t")}}/u","resources":{"gpu":1},"pools":["{{pool}}"]}""")).Is(201);

        (await server.Admin.DeleteAsync($"/api/v1/pools/{pool}")).IsProblem(409, "in-use");
    }

    [Fact]
    public async Task A_bucket_is_written_and_read_as_rate_period_and_burst()
    {
        string path = $"/api/v1/pools/{server.Fresh("p")}";

        ApiAnswer answer = (await server.Admin.PutAsync(path, """{"resources":{"llm.calls":{"rate":60,"per":"PT1M","burst":10},"tokens.context":128000}}""")).Is(200);

        Assert.Equal(("60", "PT1M", "10"), (Of("rate"), Of("per"), Of("burst")));
        Assert.Equal("128000", answer.Json["resources"]!["tokens.context"]!.ToString());
        Assert.Equal("10", answer.Json["state"]!["llm.calls"]!["free"]!.ToString());

        string? Of(string name) => answer.Json["resources"]!["llm.calls"]![name]!.ToString();
    }

    [Theory]
    [InlineData("""{}""", 422, "invalid-value", "$.resources")]
    [InlineData("""{"resources":{"gpu":-1}}""", 422, "invalid-value", "$.resources.gpu")]
    [InlineData("""{"resources":{"gpu":"many"}}""", 400, "malformed-json", "$.resources.gpu")]
    [InlineData("""{"resources":{"gpu":{"rate":1,"per":"PT1S","burst":1}}}""", 422, "invalid-value", "$.resources.gpu")]
    [InlineData("""{"resources":{"llm.calls":5}}""", 422, "invalid-value", "$.resources['llm.calls']")]
    [InlineData("""{"resources":{"llm.calls":{"rate":1}}}""", 422, "invalid-value", "$.resources['llm.calls'].per")]
    [InlineData("""{"resources":{"llm.calls":{"rate":1,"per":"PT1S","speed":1}}}""", 400, "unknown-field", "$.resources['llm.calls'].speed")]
    [InlineData("""{"resources":{"tokens.input.cached":{"rate":1,"per":"PT1S"}}}""", 422, "invalid-value", "$.resources['tokens.input.cached']")]
    [InlineData("""{"resources":{"unobtainium":1}}""", 422, "unknown-name", "$.resources.unobtainium")]
    [InlineData("""{"resources":{"gpu":1},"strategy":"lottery"}""", 422, "invalid-value", "$.strategy")]
    [InlineData("""{"resources":{"gpu":1},"agingInterval":"PT0S"}""", 422, "invalid-value", "$.agingInterval")]
    [InlineData("""{"resources":{"gpu":1},"preemption":{"grace":"P2D"}}""", 422, "invalid-value", "$.preemption.grace")]
    [InlineData("""{"resources":{"gpu":1},"preemption":{"minimumRuntime":"P400D"}}""", 422, "invalid-value", "$.preemption.minimumRuntime")]
    [InlineData("""{"resources":{"gpu":1},"preemption":{"betweenBorrowers":"always"}}""", 400, "malformed-json", "$.preemption.betweenBorrowers")]
    [InlineData("""{"resources":{"gpu":1},"halfLife":"PT1S"}""", 422, "invalid-value", "$.halfLife")]
    [InlineData("""{"resources":{"gpu":1},"health":{"window":"PT0.5S"}}""", 422, "invalid-value", "$.health.window")]
    [InlineData("""{"resources":{"gpu":1},"health":{"window":"P2D"}}""", 422, "invalid-value", "$.health.window")]
    [InlineData("""{"resources":{"gpu":1},"health":{"minimumSamples":0}}""", 422, "invalid-value", "$.health.minimumSamples")]
    [InlineData("""{"resources":{"gpu":1},"health":{"minimumSamples":1.5}}""", 400, "malformed-json", "$.health.minimumSamples")]
    [InlineData("""{"resources":{"gpu":1},"health":{"failureRate":0}}""", 422, "invalid-value", "$.health.failureRate")]
    [InlineData("""{"resources":{"gpu":1},"health":{"failureRate":1.01}}""", 422, "invalid-value", "$.health.failureRate")]
    [InlineData("""{"resources":{"gpu":1},"health":{"failureRate":0.1234567}}""", 422, "invalid-value", "$.health.failureRate")]
    [InlineData("""{"resources":{"gpu":1},"health":{"probeAfter":"PT0S"}}""", 422, "invalid-value", "$.health.probeAfter")]
    [InlineData("""{"resources":{"gpu":1},"health":{"probes":1001}}""", 422, "invalid-value", "$.health.probes")]
    [InlineData("""{"resources":{"gpu":1},"health":{"state":"healthy"}}""", 400, "unknown-field", "$.health.state")]
    [InlineData("""{"resources":{"gpu":1},"purchaseOption":"stolen"}""", 400, "malformed-json", "$.purchaseOption")]
    [InlineData("""{"resources":{"gpu":1},"allow":["a//b"]}""", 422, "invalid-value", "$.allow[0]")]
    [InlineData("""{"resources":{"gpu":1},"price":{"gpu":"-1"}}""", 422, "invalid-value", "$.price.gpu")]
    [InlineData("""{"resources":{"gpu":1},"price":{"gpu":"a lot"}}""", 422, "invalid-value", "$.price.gpu")]
    [InlineData("""{"resources":{"gpu":1},"price":{"gpu":null}}""", 422, "invalid-value", "$.price.gpu")]
    [InlineData("""{"resources":{"gpu":1},"price":{"cpu":"1"}}""", 422, "invalid-value", "$.price.cpu")]
    [InlineData("""{"resources":{"gpu":1},"price":{"gpu":"0.0000001"}}""", 422, "invalid-value", "$.price.gpu")]
    [InlineData("""{"resources":{"gpu":1},"keepAfter":"P400D"}""", 422, "invalid-value", "$.keepAfter")]
    [InlineData("""{"resources":{"gpu":1},"objective":{}}""", 422, "invalid-value", "$.objective")]
    [InlineData("""{"resources":{"gpu":1},"objective":{"wait":-1}}""", 422, "invalid-value", "$.objective.wait")]
    [InlineData("""{"resources":{"gpu":1},"objective":{"cost":0.0001}}""", 422, "invalid-value", "$.objective.cost")]
    [InlineData("""{"resources":{"gpu":1},"adaptive":{"margin":1}}""", 422, "invalid-value", "$.adaptive.margin")]
    [InlineData("""{"resources":{"gpu":1},"adaptive":{"wins":0}}""", 422, "invalid-value", "$.adaptive.wins")]
    [InlineData("""{"resources":{"gpu":1},"adaptive":{"dwell":"P999D"}}""", 422, "invalid-value", "$.adaptive.dwell")]
    [InlineData("""{"resources":{"gpu":1},"adaptive":{"switchesPerDay":145}}""", 422, "invalid-value", "$.adaptive.switchesPerDay")]
    [InlineData("""{"resources":{"gpu":1},"adaptive":{"rules":[{"figure":"waiting","above":1,"below":2,"strategy":"deadline"}]}}""", 422, "invalid-value", "$.adaptive.rules[0]")]
    [InlineData("""{"resources":{"gpu":1},"adaptive":{"rules":[{"figure":"waiting","above":-1,"strategy":"deadline"}]}}""", 422, "invalid-value", "$.adaptive.rules[0].above")]
    [InlineData("""{"resources":{"gpu":1},"adaptive":{"rules":[{"figure":"waiting","above":1,"strategy":"adaptive"}]}}""", 422, "invalid-value", "$.adaptive.rules[0].strategy")]
    [InlineData("""{"resources":{"gpu":1},"adaptive":{"rules":[{"above":1,"strategy":"deadline"}]}}""", 422, "invalid-value", "$.adaptive.rules[0].figure")]
    public async Task A_pool_that_is_wrong_is_refused_by_name(string body, int status, string type, string field)
    {
        string path = $"/api/v1/pools/{server.Fresh("bad")}";

        (await server.Admin.PutAsync(path, body)).IsProblem(status, type, field);
        (await server.Admin.GetAsync(path)).IsProblem(404, "not-found");
    }

    [Fact]
    public async Task Lists_of_pools_page_by_name()
    {
        string name = server.Fresh("zz-page");
        foreach (string pool in (string[])[$"{name}-a", $"{name}-b", $"{name}-c"])
        {
            (await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"gpu":1}}""")).Is(200);
        }

        List<string> names = [];
        string? next = null;
        do
        {
            ApiAnswer page = (await server.Admin.GetAsync($"/api/v1/pools?limit=2{(next is null ? "" : $"&cursor={next}")}")).Is(200);
            names.AddRange(page.Json["items"]!.AsArray().Select(p => (string)p!["name"]!));
            next = page["next"];
        }
        while (next is not null);

        Assert.Equal(names.Order(StringComparer.Ordinal).Distinct(), names);
        Assert.Equal([$"{name}-a", $"{name}-b", $"{name}-c"], names.Where(n => n.StartsWith(name, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_own_kind_is_created_supplied_and_removed()
    {
        string kind = server.Fresh("fpga");
        string pool = server.Fresh("p");

        Assert.Equal(("board", "held", "other", "false"), await CreatedAsync());
        (await server.Admin.PutAsync($"/api/v1/pools/{pool}", $$$"""{"resources":{"{{{kind}}}":3}}""")).Is(200);
        (await server.Admin.DeleteAsync($"/api/v1/kinds/{kind}")).IsProblem(409, "in-use");
        (await server.Admin.PutAsync($"/api/v1/kinds/{kind}", """{"unit":"board","behaviour":"metered"}""")).IsProblem(409, "in-use", "$.behaviour");
        (await server.Admin.DeleteAsync($"/api/v1/pools/{pool}")).Is(204);
        (await server.Admin.DeleteAsync($"/api/v1/kinds/{kind}")).Is(204);
        (await server.Admin.GetAsync($"/api/v1/kinds/{kind}")).IsProblem(404, "not-found");
        (await server.Admin.PutAsync("/api/v1/kinds/gpu", """{"unit":"card","behaviour":"held"}""")).IsProblem(422, "invalid-value");
        (await server.Admin.PutAsync("/api/v1/kinds/x", """{"behaviour":"held"}""")).IsProblem(400, "missing-field", "$.unit");
        (await server.Admin.PutAsync("/api/v1/kinds/x", """{"unit":"s","behaviour":"measured"}""")).IsProblem(422, "invalid-value", "$.behaviour");
        Assert.Contains("tokens.input", (await server.Admin.GetAsync("/api/v1/kinds")).Is(200).Text, StringComparison.Ordinal);

        async Task<(string?, string?, string?, string?)> CreatedAsync()
        {
            ApiAnswer answer = (await server.Admin.PutAsync($"/api/v1/kinds/{kind}", """{"unit":"board","behaviour":"held"}""")).Is(200);
            return (answer["unit"], answer["behaviour"], answer["family"], answer["builtIn"]);
        }
    }

    [Fact]
    public async Task An_own_class_is_created_changed_and_removed()
    {
        string name = server.Fresh("rush");

        ApiAnswer created = (await server.Admin.PutAsync($"/api/v1/priorities/{name}", """{"value":900}""")).Is(200);
        Assert.Equal("900", created["value"]);
        Assert.Equal("910", (await server.Admin.PutAsync($"/api/v1/priorities/{name}", """{"value":910}""", ("If-Match", created["version"]!))).Is(200)["value"]);
        (await server.Admin.PutAsync($"/api/v1/priorities/{name}", """{"value":2000000}""")).IsProblem(422, "invalid-value", "$.value");
        ApiAnswer list = (await server.Admin.GetAsync("/api/v1/priorities")).Is(200);
        string[] order = [.. list.Json["items"]!.AsArray().Select(c => (string)c!["name"]!)];
        Assert.True(Array.IndexOf(order, "critical") < Array.IndexOf(order, name) && Array.IndexOf(order, name) < Array.IndexOf(order, "high"));
        (await server.Admin.DeleteAsync($"/api/v1/priorities/{name}")).Is(204);
        (await server.Admin.DeleteAsync("/api/v1/priorities/high")).IsProblem(422, "invalid-value");
    }

    [Fact]
    public async Task A_pool_that_is_closed_to_who_reads_is_no_part_of_what_holds_for_its_requests()
    {
        (string tenant, string closed, string open) = (server.Fresh("bends"), server.Fresh("closed"), server.Fresh("open"));
        (await server.Admin.PutAsync($"/api/v1/pools/{closed}", $$"""{"resources":{"gpu":4},"allow":["{{tenant}}/above"]}""")).Is(200);
        (await server.Admin.PutAsync($"/api/v1/pools/{open}", """{"resources":{"gpu":4}}""")).Is(200);
        (await server.Admin.PutAsync($"/api/v1/owners/{tenant}", $$"""{"degrade":[{"kind":"pool","pools":["{{closed}}"]},{"kind":"pool","pools":["{{closed}}","{{open}}"]}]}""")).Is(200);
        ApiClient below = await server.ClientAsync($"{tenant}/u", Scope.Read);

        ApiAnswer seen = await below.GetAsync($"/api/v1/owners/{tenant}/u");

        Assert.Equal((open, null), (seen["effective.degrade.0.pools.0"], seen["effective.degrade.1.kind"]));
        Assert.Equal(closed, (await server.Admin.GetAsync($"/api/v1/owners/{tenant}/u"))["effective.degrade.0.pools.0"]);
    }

    [Fact]
    public async Task How_requests_give_way_is_set_inherited_ended_below_and_taken_back()
    {
        (string tenant, string pool) = (server.Fresh("bends"), server.Fresh("spare"));
        (await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"gpu":4}}""")).Is(200);
        string rules = $$"""{"degrade":[{"kind":"amount","least":0.25,"resources":["gpu"]},{"kind":"amount","least":0.125},{"kind":"pool","pools":["{{pool}}"]},{"kind":"start","within":"PT1H"}]}""";

        ApiAnswer set = (await server.Admin.PutAsync($"/api/v1/owners/{tenant}", rules)).Is(200);
        (await server.Admin.PutAsync($"/api/v1/owners/{tenant}/never", """{"degrade":[]}""")).Is(200);
        ApiAnswer below = await server.Admin.GetAsync($"/api/v1/owners/{tenant}/u");
        ApiAnswer never = await server.Admin.GetAsync($"/api/v1/owners/{tenant}/never/w");

        Assert.Equal(("amount", "0.25", "gpu", "0.125", pool, "PT1H"), (set["degrade.0.kind"], set["degrade.0.least"], set["degrade.0.resources.0"], set["degrade.1.least"], set["degrade.2.pools.0"], set["degrade.3.within"]));
        Assert.Equal((null, "start"), (below["degrade.0.kind"], below["effective.degrade.3.kind"]));
        Assert.DoesNotContain("degrade", never.Text, StringComparison.Ordinal);
        Assert.Contains("\"degrade\":[]", (await server.Admin.GetAsync($"/api/v1/owners/{tenant}/never")).Text.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("degrade", (await server.Admin.PutAsync($"/api/v1/owners/{tenant}", "{}")).Is(200).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[{"kind":"model"}]""", 400, "malformed-json", "$.degrade[0].kind")]
    [InlineData("""[{"least":0.5}]""", 400, "missing-field", "$.degrade[0].kind")]
    [InlineData("""[{"kind":"amount"}]""", 422, "invalid-value", "$.degrade[0].least")]
    [InlineData("""[{"kind":"amount","least":1}]""", 422, "invalid-value", "$.degrade[0].least")]
    [InlineData("""[{"kind":"amount","least":0}]""", 422, "invalid-value", "$.degrade[0].least")]
    [InlineData("""[{"kind":"amount","least":0.0005}]""", 422, "invalid-value", "$.degrade[0].least")]
    [InlineData("""[{"kind":"amount","least":0.5,"resources":[]}]""", 422, "invalid-value", "$.degrade[0].resources")]
    [InlineData("""[{"kind":"amount","least":0.5,"resources":["gpu","gpu"]}]""", 422, "invalid-value", "$.degrade[0].resources")]
    [InlineData("""[{"kind":"amount","least":0.5,"resources":["unobtainium"]}]""", 422, "unknown-name", "$.degrade[0].resources[0]")]
    [InlineData("""[{"kind":"amount","least":0.5,"resources":["tokens.context"]}]""", 422, "invalid-value", "$.degrade[0].resources[0]")]
    [InlineData("""[{"kind":"amount","least":0.5,"within":"PT1H"}]""", 422, "invalid-value", "$.degrade[0].within")]
    [InlineData("""[{"kind":"pool"}]""", 422, "invalid-value", "$.degrade[0].pools")]
    [InlineData("""[{"kind":"pool","pools":[]}]""", 422, "invalid-value", "$.degrade[0].pools")]
    [InlineData("""[{"kind":"pool","pools":["nowhere"]}]""", 422, "unknown-name", "$.degrade[0].pools[0]")]
    [InlineData("""[{"kind":"start","within":"PT1H","least":0.5}]""", 422, "invalid-value", "$.degrade[0].least")]
    [InlineData("""[{"kind":"start"}]""", 422, "invalid-value", "$.degrade[0].within")]
    [InlineData("""[{"kind":"start","within":"PT0.5S"}]""", 422, "invalid-value", "$.degrade[0].within")]
    [InlineData("""[{"kind":"start","within":"P31D"}]""", 422, "invalid-value", "$.degrade[0].within")]
    [InlineData("""[null]""", 422, "invalid-value", "$.degrade[0]")]
    public async Task A_way_of_giving_way_that_cannot_be_meant_is_refused_by_name(string steps, int status, string type, string field)
    {
        string owner = server.Fresh("wrong");

        (await server.Admin.PutAsync($"/api/v1/owners/{owner}", $$"""{"degrade":{{steps}} }""")).IsProblem(status, type, field);

        Assert.Equal("0", (await server.Admin.GetAsync($"/api/v1/owners/{owner}"))["version"]);
    }

    [Fact]
    public async Task The_kinds_of_giving_way_are_named_where_another_is_asked_for_and_there_are_eight_ways_at_most()
    {
        ApiAnswer model = await server.Admin.PutAsync("/api/v1/owners/wrong", """{"degrade":[{"kind":"model"}]}""");
        ApiAnswer many = await server.Admin.PutAsync("/api/v1/owners/wrong", $$"""{"degrade":[{{string.Join(',', Enumerable.Repeat("""{"kind":"start","within":60}""", 9))}}]}""");

        Assert.Contains("must be \\u0022amount\\u0022 or \\u0022pool\\u0022 or \\u0022start\\u0022".Replace("\\u0022", "\"", StringComparison.Ordinal), System.Text.RegularExpressions.Regex.Unescape(model.Text), StringComparison.Ordinal);
        many.IsProblem(422, "invalid-value", "$.degrade");
    }

    [Fact]
    public async Task What_is_set_for_an_owner_is_inherited_and_holds()
    {
        string tenant = server.Fresh("modest");
        (await server.Admin.PutAsync($"/api/v1/owners/{tenant}", """{"labels":{"costCentre":"4711"},"priority":{"default":"low","max":"medium"}}""")).Is(200);

        ApiAnswer below = (await server.Admin.GetAsync($"/api/v1/owners/{tenant}/u/w")).Is(200);
        ApiAnswer refused = (await server.Admin.PostAsync("/api/v1/requests", $$"""{"id":"loud","owner":"{{tenant}}/u","resources":{"gpu":1},"priority":"critical"}""")).Is(200);

        Assert.Equal(("low", "medium", "4711"), (below["effective.priority.default"], below["effective.priority.max"], below["effective.labels.costCentre"]));
        Assert.Null(below["priority"]);
        Assert.Equal(("rejected", "access", "priorityAboveOwner"), (refused["status"], refused["explanation.gate"], refused["explanation.code"]));
        (await server.Admin.PutAsync($"/api/v1/owners/{tenant}", """{"priority":{"max":"urgent"}}""")).IsProblem(422, "unknown-name", "$.priority.max");
        Assert.Null((await server.Admin.PutAsync($"/api/v1/owners/{tenant}", "{}")).Is(200)["labels"]);
        Assert.Equal("~", (await server.Admin.GetAsync("/api/v1/owners/~")).Is(200)["path"]);
    }
}
