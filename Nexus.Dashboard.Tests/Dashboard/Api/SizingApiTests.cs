using System.Globalization;
using System.Text.Json.Nodes;

namespace Nexus.Dashboard.Tests.Dashboard.Api;

/// <summary>Sizes that are learned, and the most that something may cost, through the real program's API. Each test keeps to an owner, a pool and a price of its own.</summary>
public sealed class SizingApiTests(ApiServer server)
{
    [Fact]
    public async Task Of_a_maximum_a_learned_part_is_reserved_and_the_answer_says_which_and_the_next_step()
    {
        string pool = await TaughtAsync(50, 10);

        ApiAnswer granted = (await AskAsync(pool, "r", 400)).Is(201);

        Assert.Equal(("learned", "10", "10", "400"), (granted["sizing"], Tokens(granted, "resources"), Tokens(granted, "lease.resources"), Tokens(granted, "maximum")));
        Assert.Equal(("10", null), (Tokens(granted, "lease.next"), granted["lease.stop"]));
        Assert.Equal($"Learned from 50 ended ones of {pool}/y: 10 of at most 400 tokens.output reserved at first.", granted["choice"]);
        ApiAnswer read = (await server.Admin.GetAsync($"/api/v1/requests/{pool}-r")).Is(200);
        Assert.Equal((granted["choice"], "400", "10", null), (read["choice"], Tokens(read, "maximum"), Tokens(read, "lease.resources"), Tokens(read, "lease.next")));
    }

    [Fact]
    public async Task The_rest_is_taken_by_renewals_and_never_beyond_the_maximum()
    {
        string pool = await TaughtAsync(50, 10);
        ApiAnswer granted = (await AskAsync(pool, "r", 25)).Is(201);

        ApiAnswer more = (await RenewAsync(granted, """{"extend":{"tokens.output":10}}""")).Is(200);

        Assert.Equal(("20", "5"), (Tokens(more, "lease.resources"), Tokens(more, "lease.next")));
        ApiAnswer beyond = (await RenewAsync(granted, """{"extend":{"tokens.output":6}}""")).Is(422);
        Assert.Contains("more than its maximum of 25: take at most 5", beyond.Text, StringComparison.Ordinal);
        Assert.Contains("$.extend['tokens.output']", beyond.Text, StringComparison.Ordinal);
        Assert.Null(Tokens((await RenewAsync(granted, """{"extend":{"tokens.output":5}}""")).Is(200), "lease.next"));
    }

    [Fact]
    public async Task A_refused_extension_answers_why_and_that_the_work_must_stop()
    {
        string pool = await TaughtAsync(50, 10);
        (await server.Admin.PutAsync($"/api/v1/budgets/{pool}", $$"""{"scope":{"owner":"{{pool}}"},"amount":{"amount":"515"},"period":"year","thresholds":[{"at":1,"action":"halt"}]}""")).Is(200);
        ApiAnswer granted = (await AskAsync(pool, "r", 400)).Is(201);

        ApiAnswer refused = (await RenewAsync(granted, """{"extend":{"tokens.output":10}}""")).Is(200);

        Assert.Equal(("overBudget", pool, "true", "10"), (refused["explanation.code"], refused["explanation.name"], refused["lease.stop"], Tokens(refused, "lease.resources")));
        Assert.Equal("true", (await server.Admin.GetAsync($"/api/v1/requests/{pool}-r"))["lease.stop"]);
        Assert.Null((await RenewAsync(granted, """{"extend":{"tokens.output":5}}""")).Is(200)["lease.stop"]);
    }

    [Fact]
    public async Task The_same_body_again_is_the_same_request()
    {
        string pool = await TaughtAsync(50, 10);
        ApiAnswer first = (await AskAsync(pool, "r", 400)).Is(201);
        for (int i = 0; i < 30; i++)
        {
            await UseAsync(pool, $"m{i}", 100);
        }

        ApiAnswer again = (await AskAsync(pool, "r", 400)).Is(200);

        Assert.Equal((first["lease.id"], "10"), (again["lease.id"], Tokens(again, "resources")));
        Assert.NotNull(Tokens(again, "lease.next"));
        (await AskAsync(pool, "r", 401)).Is(409);
    }

    [Fact]
    public async Task Stated_is_as_if_nothing_were_said()
    {
        string pool = await TaughtAsync(50, 10);
        (await server.Admin.PostAsync("/api/v1/requests", $$"""{"id":"{{pool}}-r","owner":"{{pool}}/y","resources":{"tokens.output":400},"pools":["{{pool}}"],"sizing":"stated"}""")).Is(201);

        ApiAnswer again = (await server.Admin.PostAsync("/api/v1/requests", $$"""{"id":"{{pool}}-r","owner":"{{pool}}/y","resources":{"tokens.output":400},"pools":["{{pool}}"]}""")).Is(200);

        Assert.Equal(("400", null), (Tokens(again, "resources"), again["sizing"]));
    }

    [Fact]
    public async Task What_would_cost_more_than_it_may_is_refused_and_so_are_its_extensions()
    {
        string pool = await TaughtAsync(0, 0);
        ApiAnswer refused = (await SubmitAsync(pool, "dear", 11, ""","maxCost":{"amount":"10.5","currency":"USD"}""")).Is(200);
        Assert.Equal(("rejected", "budget", "exceedsMaxCost", "11", "10.5"), (refused["status"], refused["explanation.gate"], refused["explanation.code"], refused["explanation.budget.needed"], refused["explanation.budget.left"]));
        Assert.Equal(("10.5", "USD"), (refused["maxCost.amount"], refused["maxCost.currency"]));

        ApiAnswer granted = (await SubmitAsync(pool, "r", 10, ""","maxCost":{"amount":"10.5"}""")).Is(201);
        ApiAnswer extended = (await RenewAsync(granted, """{"extend":{"tokens.output":1}}""")).Is(200);

        Assert.Equal(("exceedsMaxCost", "It is expected to cost 11; its maxCost leaves 10.5.", "10"), (extended["explanation.code"], extended["explanation.message"], Tokens(extended, "lease.resources")));
    }

    [Theory]
    [InlineData(""" "resources":{"gpu":1},"maxCost":{"amount":"0"} """, "$.maxCost.amount")]
    [InlineData(""" "resources":{"gpu":1},"maxCost":{"amount":"-1"} """, "$.maxCost.amount")]
    [InlineData(""" "resources":{"gpu":1},"maxCost":{"amount":"1e3"} """, "$.maxCost.amount")]
    [InlineData(""" "resources":{"gpu":1},"maxCost":{"amount":"1","currency":"EUR"} """, "$.maxCost.currency")]
    [InlineData(""" "resources":{"gpu":1},"maxCost":{} """, "$.maxCost")]
    [InlineData(""" "resources":{"gpu":1},"maxCost":5 """, "$.maxCost")]
    [InlineData(""" "resources":{"gpu":1},"sizing":"learned" """, "$.sizing")]
    [InlineData(""" "resources":{"tokens.output":1},"sizing":"learned","members":2 """, "$.sizing")]
    [InlineData(""" "resources":{"tokens.output":1},"sizing":"guessed" """, "$.sizing")]
    public async Task What_is_wrong_is_named_by_its_field(string fields, string field) => Assert.Contains(
        $"\"{field}\"", (await server.Admin.PostAsync("/api/v1/requests", $$"""{"id":"wrong","owner":"wrong/y",{{fields}} }""")).Text, StringComparison.Ordinal);

    private static string? Tokens(ApiAnswer answer, string path) => path.Split('.').Aggregate((JsonNode?)answer.Json, (node, name) => node?[name])?["tokens.output"]?.ToString();

    private Task<ApiAnswer> AskAsync(string pool, string id, long most) => SubmitAsync(pool, id, most, ""","sizing":"learned" """);

    private Task<ApiAnswer> SubmitAsync(string pool, string id, long tokens, string more) =>
        server.Admin.PostAsync("/api/v1/requests", $$"""{"id":"{{pool}}-{{id}}","owner":"{{pool}}/y","pools":["{{pool}}"],"resources":{"tokens.output":{{tokens.ToString(CultureInfo.InvariantCulture)}}}{{more}}}""");

    private Task<ApiAnswer> RenewAsync(ApiAnswer granted, string body) => server.Admin.PostAsync($"/api/v1/leases/{granted["lease.id"]}/renew", body);

    private async Task UseAsync(string pool, string id, int used)
    {
        ApiAnswer granted = (await AskAsync(pool, id, 400)).Is(201);
        (await server.Admin.PostAsync($"/api/v1/leases/{granted["lease.id"]}/release", $$$"""{"usage":{"tokens.output":{{{used}}}}}""")).Is(200);
    }

    // A pool of its own whose tokens cost 1 each, and so many pieces of work that ended with so many of them.
    private async Task<string> TaughtAsync(int pieces, int used)
    {
        string pool = server.Fresh("sized");
        (await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"tokens.output":{"rate":1000000,"per":"PT1S","burst":1000000}}}""")).Is(200);
        (await server.Admin.PostAsync("/api/v1/prices:import", $$"""{"items":[{"sku":"{{pool}}","resource":"tokens.output","pool":"{{pool}}","unitPrice":"1"}]}""")).Is(200);
        for (int i = 0; i < pieces; i++)
        {
            await UseAsync(pool, $"t{i}", used);
        }

        return pool;
    }
}
