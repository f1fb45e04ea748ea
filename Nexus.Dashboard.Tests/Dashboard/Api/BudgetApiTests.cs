using Nexus.Dashboard.Access;

namespace Nexus.Dashboard.Tests.Dashboard.Api;

/// <summary>Budgets through the real program's API. It is one for all tests: each keeps to an owner and a price of its own.</summary>
public sealed class BudgetApiTests(ApiServer server)
{
    [Fact]
    public async Task A_budget_holds_however_many_ask_at_once()
    {
        string owner = await PricedAsync("0.333333333");
        (await PutAsync(owner, owner, "10")).Is(200);

        ApiAnswer[] answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => AskAsync(owner, $"{owner}-{i}")));

        Assert.Equal(30, answers.Count(a => a["status"] == "allocated"));
        ApiAnswer refused = answers.First(a => a["status"] == "rejected");
        Assert.Equal(("budget", "overBudget", owner, "0.333333333", "0.00000001"), (refused["explanation.gate"], refused["explanation.code"], refused["explanation.name"], refused["explanation.budget.needed"], refused["explanation.budget.left"]));
        Assert.NotNull(refused["explanation.budget.resets"]);
        Assert.Equal("0.333333333", answers.First(a => a["status"] == "allocated")["estimatedCost.amount"]);

        foreach (ApiAnswer granted in answers.Where(a => a["status"] == "allocated").Take(15))
        {
            (await server.Admin.PostAsync($"/api/v1/leases/{granted["lease.id"]}/release", "{}")).Is(200);
        }

        ApiAnswer half = (await server.Admin.GetAsync($"/api/v1/budgets/{owner}")).Is(200);
        Assert.Equal(("4.999999995", "4.999999995", "0.00000001", "open"), (half["spent.amount"], half["reserved.amount"], half["remaining.amount"], half["state"]));
    }

    [Fact]
    public async Task A_new_budget_starts_with_what_the_ledger_has_of_its_scope()
    {
        string owner = await PricedAsync("2");
        await UseAsync(owner, "before");

        ApiAnswer made = (await PutAsync(owner, owner, "10", """,{"at":0.1,"action":"alert"}""")).Is(200);

        Assert.Equal(("2", "alerting"), (made["spent.amount"], made["state"]));
        await UseAsync(owner, "after");
        Assert.Equal("4", (await server.Admin.GetAsync($"/api/v1/budgets/{owner}"))["spent.amount"]);
        Assert.Equal("4", (await server.Admin.GetAsync($"/api/v1/budgets/{owner}/periods"))["items.0.spent.amount"]);
    }

    [Fact]
    public async Task One_by_a_label_starts_with_what_carried_it()
    {
        string owner = await PricedAsync("3");
        await UseAsync(owner, "other");
        (await server.Admin.PostAsync("/api/v1/usage", $$"""[{"id":"{{owner}}-u","time":"{{DateTimeOffset.UtcNow:O}}","owner":"{{owner}}/w","resource":"external.calls","quantity":2,"model":"{{owner}}","labels":{"environment":"production"} }]""")).Is(200);

        ApiAnswer made = (await server.Admin.PutAsync($"/api/v1/budgets/{owner}", $$"""{"scope":{"owner":"{{owner}}","labels":{"environment":"production"} },"amount":{"amount":"100"},"period":"rolling:P1D"}""")).Is(200);

        Assert.Equal("6", made["spent.amount"]);
    }

    [Fact]
    public async Task A_raise_and_a_pause_say_why_and_stand_in_the_audit()
    {
        string owner = await PricedAsync("5");
        (await PutAsync(owner, owner, "5")).Is(200);
        (await AskAsync(owner, $"{owner}-1")).Is(201);

        (await server.Admin.PostAsync($"/api/v1/budgets/{owner}/raise", """{"amount":{"amount":"5"}}""")).IsProblem(422, "invalid-value", "$.reason");
        ApiAnswer raised = (await server.Admin.PostAsync($"/api/v1/budgets/{owner}/raise", """{"amount":{"amount":"5"},"reason":"launch"}""")).Is(200);
        Assert.Equal(("10", "5", "launch"), (raised["available.amount"], raised["amount.amount"], raised["raises.0.reason"]));
        Assert.Equal("allocated", (await AskAsync(owner, $"{owner}-2"))["status"]);
        Assert.Equal("rejected", (await AskAsync(owner, $"{owner}-3"))["status"]);

        Assert.Equal("paused", (await server.Admin.PostAsync($"/api/v1/budgets/{owner}/pause", $$"""{"until":"{{DateTimeOffset.UtcNow.AddHours(1):O}}","reason":"incident"}"""))["state"]);
        Assert.Equal("allocated", (await AskAsync(owner, $"{owner}-4"))["status"]);
        Assert.Equal("halted", (await server.Admin.PostAsync($"/api/v1/budgets/{owner}/pause", """{"reason":"over"}"""))["state"]);

        ApiAnswer audit = (await server.Admin.GetAsync($"/api/v1/audit?object={owner}")).Is(200);
        Assert.Equal(["resumeBudget", "pauseBudget", "raiseBudget", "createBudget"], audit.Json["items"]!.AsArray().Select(i => (string?)i!["action"]).Where(a => a!.EndsWith("Budget", StringComparison.Ordinal)));
        Assert.Equal("launch", audit["items.2.reason"]);
    }

    [Fact]
    public async Task A_change_must_have_seen_the_present_version_and_a_removal_lets_everybody_pass()
    {
        string owner = await PricedAsync("5");
        ApiAnswer made = (await PutAsync(owner, owner, "1")).Is(200);
        Assert.Equal($"\"{made["version"]}\"", made.Headers["ETag"]);
        Assert.Equal("exceedsBudget", (await AskAsync(owner, $"{owner}-1"))["explanation.code"]);

        (await server.Admin.PutAsync($"/api/v1/budgets/{owner}", """{"amount":{"amount":"2"},"period":"month"}""", ("If-Match", "\"1\""))).IsProblem(412, "version-mismatch");
        (await server.Admin.DeleteAsync($"/api/v1/budgets/{owner}")).Is(204);

        (await server.Admin.GetAsync($"/api/v1/budgets/{owner}")).IsProblem(404, "not-found");
        Assert.Equal("allocated", (await AskAsync(owner, $"{owner}-2"))["status"]);
    }

    [Theory]
    [InlineData("""{"period":"month"}""", "$.amount")]
    [InlineData("""{"amount":{"amount":"1.0000000000001"},"period":"month"}""", "$.amount.amount")]
    [InlineData("""{"amount":{"amount":"1","currency":"EUR"},"period":"month"}""", "$.amount.currency")]
    [InlineData("""{"amount":{"amount":"1"},"period":"fortnight"}""", "$.period")]
    [InlineData("""{"amount":{"amount":"1"},"period":"month","timeZone":"Middle/Earth"}""", "$.timeZone")]
    [InlineData("""{"amount":{"amount":"1"},"period":"month","thresholds":[{"at":0}]}""", "$.thresholds[0].at")]
    [InlineData("""{"amount":{"amount":"1"},"period":"month","scope":{"resources":["unheard.of"]}}""", "$.scope.resources[0]")]
    [InlineData("""{"amount":{"amount":"1"},"period":"rolling:P1D","carryOver":true}""", "$.carryOver")]
    public async Task What_makes_no_sense_is_refused_by_name(string body, string field) =>
        (await server.Admin.PutAsync($"/api/v1/budgets/{server.Fresh("wrong")}", body)).IsProblem(422, "invalid-value", field);

    [Fact]
    public async Task Nobody_changes_or_sees_budgets_outside_the_own_path_nor_that_of_the_path_itself()
    {
        string owner = server.Fresh("owner");
        (await PutAsync(owner, owner, "5")).Is(200);
        ApiClient inside = await server.ClientAsync(owner, Scope.Configure | Scope.Read);
        ApiClient outside = await server.ClientAsync(server.Fresh("other"), Scope.Configure | Scope.Read);

        (await inside.GetAsync($"/api/v1/budgets/{owner}")).Is(200);
        (await inside.PutAsync($"/api/v1/budgets/{owner}", $$"""{"scope":{"owner":"{{owner}}"},"amount":{"amount":"50"},"period":"month"}""")).IsProblem(403, "outside-path");
        (await inside.PostAsync($"/api/v1/budgets/{owner}/raise", """{"amount":{"amount":"5"},"reason":"more"}""")).IsProblem(403, "outside-path");
        (await inside.PutAsync($"/api/v1/budgets/{owner}-ada", $$"""{"scope":{"owner":"{{owner}}/ada"},"amount":{"amount":"1"},"period":"month"}""")).Is(200);
        (await outside.GetAsync($"/api/v1/budgets/{owner}")).IsProblem(404, "not-found");
        Assert.Equal([$"{owner}", $"{owner}-ada"], (await inside.GetAsync("/api/v1/budgets")).Json["items"]!.AsArray().Select(i => (string?)i!["id"]));
    }

    private async Task<string> PricedAsync(string price)
    {
        string owner = server.Fresh("owner");
        (await server.Admin.PutAsync($"/api/v1/pools/{owner}", $$"""{"resources":{"external.calls":{"rate":100000,"per":"PT1S","burst":100000} },"allow":["{{owner}}"],"labels":{"model":"{{owner}}"} }""")).Is(200);
        (await server.Admin.PostAsync("/api/v1/prices:import", $$"""{"items":[{"sku":"{{owner}}","resource":"external.calls","model":"{{owner}}","unitPrice":"{{price}}"}] }""")).Is(200);
        return owner;
    }

    private Task<ApiAnswer> PutAsync(string id, string owner, string amount, string more = "") =>
        server.Admin.PutAsync($"/api/v1/budgets/{id}", $$"""{"scope":{"owner":"{{owner}}"},"amount":{"amount":"{{amount}}","currency":"USD"},"period":"year","thresholds":[{"at":1,"action":"halt"}{{more}}] }""");

    private Task<ApiAnswer> AskAsync(string owner, string id) =>
        server.Admin.PostAsync("/api/v1/requests", $$"""{"id":"{{id}}","owner":"{{owner}}/w","pools":["{{owner}}"],"resources":{"external.calls":1} }""");

    private async Task UseAsync(string owner, string id)
    {
        ApiAnswer granted = (await AskAsync(owner, $"{owner}-{id}")).Is(201);
        (await server.Admin.PostAsync($"/api/v1/leases/{granted["lease.id"]}/release", "{}")).Is(200);
    }
}
