using Nexus.Dashboard.Access;

namespace Nexus.Dashboard.Tests.Dashboard.Api;

/// <summary>A key sees and does nothing outside its path and scopes.</summary>
public sealed class PathTests(ApiServer server)
{
    [Fact]
    public async Task A_key_neither_sees_nor_touches_what_others_have()
    {
        string pool = server.Fresh("p");
        (string mine, string theirs) = (server.Fresh("mine"), server.Fresh("theirs"));
        (await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"gpu":2}}""")).Is(200);
        string id = server.Fresh("r");
        string? lease = (await server.Admin.PostAsync("/api/v1/requests", Ask(id, theirs, pool))).Is(201)["lease.id"];
        (await server.Admin.PutAsync($"/api/v1/owners/{theirs}", """{"labels":{"secret":"1"}}""")).Is(200);
        ApiClient key = await server.ClientAsync(mine, Scope.Requests | Scope.Read);

        (await key.GetAsync($"/api/v1/requests/{id}")).IsProblem(404, "not-found");
        (await key.GetAsync($"/api/v1/requests/{id}?owner={theirs}")).IsProblem(404, "not-found");
        (await key.PostAsync($"/api/v1/requests/{id}/cancel")).IsProblem(404, "not-found");
        (await key.PostAsync($"/api/v1/requests/{id}/priority", """{"priority":"low"}""")).IsProblem(404, "not-found");
        (await key.PostAsync($"/api/v1/leases/{lease}/renew")).IsProblem(404, "not-found");
        (await key.PostAsync($"/api/v1/leases/{lease}/release")).IsProblem(404, "not-found");
        (await key.PostAsync("/api/v1/requests", Ask("x", theirs, pool))).IsProblem(403, "outside-path", "$.owner");
        (await key.PutAsync("/api/v1/pools/evil", """{"resources":{"gpu":1}}""")).IsProblem(403, "missing-scope");
        (await key.GetAsync($"/api/v1/owners/{theirs}")).Is(404);
        foreach (string list in (string[])["/api/v1/requests", "/api/v1/leases", "/api/v1/events?after=0&limit=1000", "/api/v1/audit", "/api/v1/owners", "/api/v1/times?groupBy=tenant"])
        {
            Assert.DoesNotContain(theirs, (await key.GetAsync(list)).Is(200).Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_explanation_sums_others_and_names_ones_own()
    {
        string pool = server.Fresh("p");
        (string mine, string theirs) = (server.Fresh("mine"), server.Fresh("theirs"));
        (await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"gpu":2}}""")).Is(200);
        ApiClient key = await server.ClientAsync(mine, Scope.Requests | Scope.Read);
        (await server.Admin.PostAsync("/api/v1/requests", Ask("a", theirs, pool))).Is(201);
        (await key.PostAsync("/api/v1/requests", Ask("b", mine, pool))).Is(201);
        (await key.PostAsync("/api/v1/requests", Ask("c", mine, pool, "\"queue\":true"))).Is(201);

        ApiAnswer why = (await key.GetAsync("/api/v1/requests/c")).Is(200);

        Assert.Equal(("b", "1", "1"), (why["explanation.holders.0.id"], why["explanation.others.grants"], why["explanation.others.amount"]));
        Assert.DoesNotContain(theirs, why.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pool_that_is_closed_to_a_tenant_is_not_shown_to_it()
    {
        string pool = server.Fresh("p");
        (string mine, string theirs) = (server.Fresh("mine"), server.Fresh("theirs"));
        (await server.Admin.PutAsync($"/api/v1/pools/{pool}", $$"""{"resources":{"storage":2},"allow":["{{theirs}}","{{theirs}}x"]}""")).Is(200);
        ApiClient outside = await server.ClientAsync(mine, Scope.Read);
        ApiClient inside = await server.ClientAsync($"{theirs}/u", Scope.Read);

        (await outside.GetAsync($"/api/v1/pools/{pool}")).IsProblem(404, "not-found");
        Assert.DoesNotContain(pool, (await outside.GetAsync("/api/v1/pools?limit=1000")).Is(200).Text, StringComparison.Ordinal);
        ApiAnswer seen = (await inside.GetAsync($"/api/v1/pools/{pool}")).Is(200);
        Assert.Equal((theirs, null), (seen["allow.0"], seen["allow.1"]));
    }

    [Fact]
    public async Task Priority_above_the_key_is_refused_by_the_access_gate()
    {
        string tenant = server.Fresh("t");
        ApiClient key = await server.ClientAsync(tenant, Scope.Requests, maxPriority: "medium");

        ApiAnswer refused = (await key.PostAsync("/api/v1/requests", $$"""{"id":"r","owner":"{{tenant}}/u","resources":{"gpu":1},"priority":"high"}""")).Is(200);

        Assert.Equal(("rejected", "access", "priorityAboveKey"), (refused["status"], refused["explanation.gate"], refused["explanation.code"]));
    }

    [Theory]
    [InlineData((int)Scope.Read, "POST", "/api/v1/requests", """{"id":"r","owner":"scoped/u","resources":{"gpu":1}}""")]
    [InlineData((int)Scope.Read, "POST", "/api/v1/requests/r/cancel", null)]
    [InlineData((int)Scope.Read, "POST", "/api/v1/leases/lease-1/release", null)]
    [InlineData((int)Scope.Requests, "GET", "/api/v1/events", null)]
    [InlineData((int)Scope.Requests, "GET", "/api/v1/audit", null)]
    [InlineData((int)Scope.Requests, "GET", "/api/v1/times", null)]
    [InlineData((int)Scope.Configure, "GET", "/api/v1/requests", null)]
    [InlineData((int)Scope.Configure, "GET", "/api/v1/pools", null)]
    [InlineData((int)(Scope.Read | Scope.Requests), "PUT", "/api/v1/owners/scoped/u", "{}")]
    [InlineData((int)(Scope.Read | Scope.Requests | Scope.Configure), "PUT", "/api/v1/kinds/mine", """{"unit":"x","behaviour":"held"}""")]
    [InlineData((int)(Scope.Read | Scope.Requests | Scope.Configure), "DELETE", "/api/v1/priorities/low", null)]
    [InlineData((int)(Scope.Read | Scope.Requests | Scope.Configure), "GET", "/api/v1/users", null)]
    [InlineData((int)(Scope.Read | Scope.Requests | Scope.Configure), "GET", "/metrics", null)]
    public async Task A_call_without_its_scope_is_refused(int scopes, string method, string path, string? body)
    {
        ApiClient key = await server.ClientAsync("scoped", (Scope)scopes);

        (await key.SendAsync(new HttpMethod(method), path, body)).IsProblem(403, "missing-scope");
    }

    [Fact]
    public async Task Nobody_lifts_the_ceiling_that_was_set_for_them()
    {
        string tenant = server.Fresh("t");
        (await server.Admin.PutAsync($"/api/v1/owners/{tenant}", """{"priority":{"max":"medium"}}""")).Is(200);
        ApiClient key = await server.ClientAsync(tenant, Scope.Configure | Scope.Read);

        (await key.PutAsync($"/api/v1/owners/{tenant}", "{}")).IsProblem(403, "outside-path");
        (await key.PutAsync($"/api/v1/owners/{tenant}/u", """{"priority":{"max":"low"}}""")).Is(200);
    }

    private static string Ask(string id, string tenant, string pool, string more = "\"queue\":false") =>
        $$"""{"id":"{{id}}","owner":"{{tenant}}/u","resources":{"gpu":1},"pools":["{{pool}}"],{{more}}}""";
}
