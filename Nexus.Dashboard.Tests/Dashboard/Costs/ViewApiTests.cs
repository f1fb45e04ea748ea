using Nexus.Dashboard.Access;
using Nexus.Dashboard.Tests.Dashboard.Api;

namespace Nexus.Dashboard.Tests.Dashboard.Costs;

/// <summary>Saved views of costs through the real program's API; and idle capacity there.</summary>
public sealed class ViewApiTests(ApiServer server)
{
    [Fact]
    public async Task A_view_is_kept_under_its_name_replaced_and_forgotten()
    {
        ApiClient key = await server.ClientAsync("/", Scope.Read);

        ApiAnswer put = (await key.PutAsync("/api/v1/views/Month%20end", """{"query":"?groupBy=tenant&filter=pool:a&filter=pool:b&idle=even"}""")).Is(200);
        Assert.Equal(("Month end", "groupBy=tenant&filter=pool%3Aa&filter=pool%3Ab&idle=even"), (put["name"], put["query"]));
        (await key.PutAsync("/api/v1/views/Month%20end", """{"query":"groupBy=model"}""")).Is(200);

        Assert.Equal("groupBy=model", (await key.GetAsync("/api/v1/views/Month%20end")).Is(200)["query"]);
        Assert.Equal(["Month end"], (await key.GetAsync("/api/v1/views")).Is(200).Json["items"]!.AsArray().Select(v => (string?)v!["name"]));
        (await key.DeleteAsync("/api/v1/views/Month%20end")).Is(204);
        (await key.GetAsync("/api/v1/views/Month%20end")).IsProblem(404, "not-found");
        (await key.DeleteAsync("/api/v1/views/Month%20end")).IsProblem(404, "not-found");
    }

    [Fact]
    public async Task Views_are_their_owners_alone()
    {
        ApiClient one = await server.ClientAsync("/", Scope.Read);
        ApiClient other = await server.ClientAsync("/", Scope.Admin);
        (await one.PutAsync("/api/v1/views/mine", """{"query":"groupBy=tenant"}""")).Is(200);

        (await other.GetAsync("/api/v1/views/mine")).IsProblem(404, "not-found");
        Assert.Empty((await other.GetAsync("/api/v1/views")).Is(200).Json["items"]!.AsArray());
    }

    [Theory]
    [InlineData("groupBy=colour")]
    [InlineData("redirect=elsewhere")]
    [InlineData("idle=sometimes")]
    public async Task What_the_page_cannot_show_is_not_kept(string query) =>
        (await server.Admin.PutAsync("/api/v1/views/wrong", $$"""{"query":"{{query}}"}""")).IsProblem(422, "invalid-value", "$.query");

    [Fact]
    public async Task Idle_capacity_is_told_to_who_sees_everything_and_shared_by_a_rule()
    {
        string pool = server.Fresh("idle");
        (await server.Admin.PostAsync("/api/v1/prices:import", $$"""{"items":[{"sku":"{{pool}}-hour","resource":"storage","pool":"{{pool}}","unitPrice":"3600"}]}""")).Is(200);
        (await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"storage":1000}}""")).Is(200);

        // It costs as soon as a moment has passed: asked until one has.
        ApiAnswer apart;
        int asked = 0;
        do
        {
            apart = (await server.Admin.GetAsync($"/api/v1/costs?filter=pool:{pool}&idle=none&interval=day")).Is(200);
        }
        while (Amount(apart["idle.cost.amount"]) == 0 && ++asked < 1_000);

        ApiAnswer shared = (await server.Admin.GetAsync($"/api/v1/costs?filter=pool:{pool}&idle=even&groupBy=tenant")).Is(200);

        Assert.Equal("0", apart["total.amount"]);
        Assert.True(Amount(apart["idle.cost.amount"]) > 0);
        Assert.Equal(apart["idle.cost.amount"], apart["idle.series.0.cost.amount"]);
        // Nobody used the pool: nobody bears it, and it is in the total.
        Assert.Equal(("true", shared["total.amount"]), (shared["groups.0.unborne"], shared["groups.0.cost.amount"]));
        Assert.Null((await server.Admin.GetAsync("/api/v1/costs")).Is(200)["idle"]);
        (await (await server.ClientAsync("acme", Scope.Read)).GetAsync("/api/v1/costs?idle=even")).IsProblem(403, "missing-scope");
        (await server.Admin.GetAsync("/api/v1/costs?idle=all")).IsProblem(422, "invalid-value", "idle");
    }

    private static decimal Amount(string? text) => decimal.Parse(text!, System.Globalization.CultureInfo.InvariantCulture);
}
