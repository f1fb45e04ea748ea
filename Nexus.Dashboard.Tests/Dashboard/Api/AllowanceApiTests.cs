using Nexus.Dashboard.Access;

namespace Nexus.Dashboard.Tests.Dashboard.Api;

/// <summary>Allowances through the real program's API. It is one for all tests: each keeps to an owner and a price of its own. A call costs 0.5.</summary>
public sealed class AllowanceApiTests(ApiServer server)
{
    [Fact]
    public async Task An_allowance_of_two_levels_stops_a_loop_of_sub_agents_and_cancelling_it_refunds()
    {
        string owner = await PricedAsync();
        (await OpenAsync($$"""{"id":"{{owner}}-run","owner":"{{owner}}","limits":{"money":{"amount":"10","currency":"USD"} },"maxDepth":1}""")).Is(201);
        (await OpenAsync($$"""{"id":"{{owner}}-loop","owner":"{{owner}}","parent":"{{owner}}-run","limits":{"money":{"amount":"3"},"external.calls":100} }""")).Is(201);
        Assert.Equal("7", (await GetAsync($"{owner}-run"))["remaining.money.amount"]);
        int rounds = 0;
        ApiAnswer refused;
        while ((refused = await DrawAsync(owner, $"{owner}-{rounds}", $"{owner}-loop"))["status"] == "allocated" && rounds++ < 50)
        {
            if (rounds % 2 == 0)
            {
                (await server.Admin.PostAsync($"/api/v1/leases/{refused["lease.id"]}/release", "{}")).Is(200);
            }
        }

        Assert.Equal(6, rounds);
        Assert.Equal(("rejected", "budget", "overAllowance", $"{owner}-loop", "0.5", "0"), (refused["status"], refused["explanation.gate"], refused["explanation.code"], refused["explanation.name"], refused["explanation.budget.needed"], refused["explanation.budget.left"]));

        ApiAnswer cancelled = (await server.Admin.PostAsync($"/api/v1/allowances/{owner}-loop/cancel", """{"reason":"a loop"}""")).Is(200);

        // Three were released; three ran, and settle at their estimate.
        Assert.Equal(("cancelled", "3", "0"), (cancelled["status"], cancelled["spent.money.amount"], cancelled["running"]));
        Assert.Equal("cancelled", (await server.Admin.GetAsync($"/api/v1/requests/{owner}-0"))["status"]);
        ApiAnswer run = await GetAsync($"{owner}-run");
        Assert.Equal(("3", "0", "7", "open"), (run["spent.money.amount"], run["reserved.money.amount"], run["remaining.money.amount"], run["status"]));
        Assert.Equal("allowanceCancelled", (await DrawAsync(owner, $"{owner}-late", $"{owner}-loop"))["explanation.code"]);
    }

    [Fact]
    public async Task What_did_not_start_is_given_back_when_it_is_cancelled()
    {
        string owner = await PricedAsync();
        (await OpenAsync($$"""{"id":"{{owner}}-run","owner":"{{owner}}","limits":{"money":"10"} }""")).Is(201);
        (await OpenAsync($$"""{"id":"{{owner}}-b","owner":"{{owner}}","parent":"{{owner}}-run","limits":{"money":4} }""")).Is(201);
        Assert.Equal("6", (await GetAsync($"{owner}-run"))["remaining.money.amount"]);

        (await server.Admin.PostAsync($"/api/v1/allowances/{owner}-b/cancel", "")).Is(200);

        Assert.Equal("10", (await GetAsync($"{owner}-run"))["remaining.money.amount"]);
    }

    [Fact]
    public async Task More_than_is_left_or_deeper_than_allowed_is_not_carved()
    {
        string owner = await PricedAsync();
        (await OpenAsync($$"""{"id":"{{owner}}-run","owner":"{{owner}}","limits":{"money":{"amount":"5"} },"maxDepth":1}""")).Is(201);
        (await OpenAsync($$"""{"id":"{{owner}}-a","owner":"{{owner}}","parent":"{{owner}}-run","limits":{"money":{"amount":"6"} } }""")).IsProblem(409, "not-enough", "$.limits.money");
        (await OpenAsync($$"""{"id":"{{owner}}-a","owner":"{{owner}}","parent":"{{owner}}-run"}""")).Is(201);
        (await OpenAsync($$"""{"id":"{{owner}}-b","owner":"{{owner}}","parent":"{{owner}}-a"}""")).IsProblem(409, "not-enough", "$.parent");
    }

    [Fact]
    public async Task The_same_body_again_is_the_same_and_another_is_an_error()
    {
        string owner = await PricedAsync();
        string body = $$"""{"id":"{{owner}}-run","owner":"{{owner}}","limits":{"external.calls":3} }""";
        string? version = (await OpenAsync(body)).Is(201)["version"];

        Assert.Equal(version, (await OpenAsync(body)).Is(200)["version"]);
        (await OpenAsync(body.Replace(":3}", ":4}", StringComparison.Ordinal))).IsProblem(409, "id-reused", "$.id");
    }

    [Theory]
    [InlineData("""{"owner":"x","limits":{"money":{"amount":"1"}}}""", "$.id")]
    [InlineData("""{"id":"a","owner":"x"}""", "$.limits")]
    [InlineData("""{"id":"a","owner":"x","limits":{"money":{"amount":"-1"}}}""", "$.limits.money")]
    [InlineData("""{"id":"a","owner":"x","limits":{"money":{"amount":"1","currency":"XYZ"}}}""", "$.limits.money.currency")]
    [InlineData("""{"id":"a","owner":"x","limits":{"gpu":0}}""", "$.limits.gpu")]
    [InlineData("""{"id":"a","owner":"x","limits":{"gpu":1},"maxDepth":33}""", "$.maxDepth")]
    [InlineData("""{"id":"a","owner":"x","limits":{"gpu":1},"expiresAt":"2020-01-01T00:00:00Z"}""", "$.expiresAt")]
    public async Task What_cannot_be_names_its_field(string body, string field) => (await OpenAsync(body)).IsProblem(422, "invalid-value", field);

    [Fact]
    public async Task Of_another_path_it_is_not_seen_nor_drawn_from_nor_stopped()
    {
        string owner = await PricedAsync();
        (await OpenAsync($$"""{"id":"{{owner}}-run","owner":"{{owner}}","limits":{"money":{"amount":"5"} } }""")).Is(201);
        ApiClient other = await server.ClientAsync($"{owner}-other", Scope.Requests);

        (await other.GetAsync($"/api/v1/allowances/{owner}-run")).IsProblem(404, "not-found");
        (await other.PostAsync($"/api/v1/allowances/{owner}-run/cancel", "")).IsProblem(404, "not-found");
        (await other.PostAsync("/api/v1/allowances", $$"""{"id":"b","owner":"{{owner}}","parent":"{{owner}}-run"}""")).IsProblem(403, "outside-path", "$.owner");
        (await other.PostAsync("/api/v1/allowances", $$"""{"id":"{{owner}}-own","owner":"{{owner}}-other","limits":{"gpu":1} }""")).Is(201);
        (await other.GetAsync($"/api/v1/allowances/{owner}-own?owner={owner}")).IsProblem(404, "not-found");
        (await other.GetAsync($"/api/v1/allowances/{owner}-own?owner={owner}-other")).Is(200);
        Assert.Single((await other.GetAsync("/api/v1/allowances")).Is(200).Json["items"]!.AsArray());
    }

    [Fact]
    public async Task They_are_listed_the_newest_first_by_state_and_parent()
    {
        string owner = await PricedAsync();
        (await OpenAsync($$"""{"id":"{{owner}}-run","owner":"{{owner}}","limits":{"money":{"amount":"5"} } }""")).Is(201);
        (await OpenAsync($$"""{"id":"{{owner}}-a","owner":"{{owner}}","parent":"{{owner}}-run"}""")).Is(201);
        (await OpenAsync($$"""{"id":"{{owner}}-b","owner":"{{owner}}","parent":"{{owner}}-run"}""")).Is(201);
        (await server.Admin.PostAsync($"/api/v1/allowances/{owner}-a/cancel", "")).Is(200);

        Assert.Equal([$"{owner}-b", $"{owner}-a", $"{owner}-run"], await ListAsync($"under={owner}"));
        Assert.Equal([$"{owner}-a"], await ListAsync($"under={owner}&status=cancelled"));
        Assert.Equal([$"{owner}-b"], await ListAsync($"under={owner}&status=open&parent={owner}-run"));
        ApiAnswer first = (await server.Admin.GetAsync($"/api/v1/allowances?under={owner}&limit=2")).Is(200);
        Assert.Equal([$"{owner}-run"], await ListAsync($"under={owner}&limit=2&cursor={first["next"]}"));
        (await server.Admin.GetAsync("/api/v1/allowances?status=closed")).IsProblem(422, "invalid-value", "status");
    }

    [Fact]
    public async Task A_request_says_which_it_draws_from_and_one_that_is_not_there_is_an_error()
    {
        string owner = await PricedAsync();
        (await OpenAsync($$"""{"id":"{{owner}}-run","owner":"{{owner}}","limits":{"money":{"amount":"5"} } }""")).Is(201);

        Assert.Equal($"{owner}-run", (await DrawAsync(owner, $"{owner}-r", $"{owner}-run"))["allowance"]);
        (await DrawAsync(owner, $"{owner}-s", "no-such")).IsProblem(422, "unknown-name", "$.allowance");
    }

    private async Task<string[]> ListAsync(string query) => [.. (await server.Admin.GetAsync($"/api/v1/allowances?{query}")).Is(200).Json["items"]!.AsArray().Select(i => (string)i!["id"]!)];

    private async Task<string> PricedAsync()
    {
        string owner = server.Fresh("owner");
        (await server.Admin.PutAsync($"/api/v1/pools/{owner}", $$"""{"resources":{"external.calls":{"rate":100000,"per":"PT1S","burst":100000} },"allow":["{{owner}}"],"labels":{"model":"{{owner}}"} }""")).Is(200);
        (await server.Admin.PostAsync("/api/v1/prices:import", $$"""{"items":[{"sku":"{{owner}}","resource":"external.calls","model":"{{owner}}","unitPrice":"0.5"}] }""")).Is(200);
        return owner;
    }

    private Task<ApiAnswer> OpenAsync(string body) => server.Admin.PostAsync("/api/v1/allowances", body);

    private async Task<ApiAnswer> GetAsync(string id) => (await server.Admin.GetAsync($"/api/v1/allowances/{id}")).Is(200);

    private Task<ApiAnswer> DrawAsync(string owner, string id, string allowance) =>
        server.Admin.PostAsync("/api/v1/requests", $$"""{"id":"{{id}}","owner":"{{owner}}/w","pools":["{{owner}}"],"resources":{"external.calls":1},"allowance":"{{allowance}}"}""");
}
