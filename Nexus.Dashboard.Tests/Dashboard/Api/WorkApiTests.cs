namespace Nexus.Dashboard.Tests.Dashboard.Api;

/// <summary>Work whose amounts the engine chooses, through the real program's API.</summary>
public sealed class WorkApiTests(ApiServer server)
{
    private static readonly DateTimeOffset Later = DateTimeOffset.UtcNow + TimeSpan.FromMinutes(41);

    [Fact]
    public async Task The_least_amount_that_meets_the_deadline_is_granted_and_the_answer_says_which_of_what()
    {
        string pool = await PoolAsync();

        ApiAnswer granted = (await AskAsync(pool, "w1", $$""" "work":{"gpu":7200},"amounts":{"gpu":{"min":1,"max":8} },"deadline":"{{Later:O}}" """)).Is(201);

        Assert.Equal(("allocated", "3", "PT40M", "3"), (granted["status"], granted["resources.gpu"], granted["duration"], granted["lease.resources.gpu"]));
        Assert.Equal(("7200", "1", "8"), (granted["work.gpu"], granted["amounts.gpu.min"], granted["amounts.gpu.max"]));
        Assert.Equal("3 gpu of 1–8: with less it was not certain to end by its deadline.", granted["choice"]);
        Assert.Equal("3", (await server.Admin.GetAsync($"/api/v1/requests/{pool}-w1")).Is(200)["resources.gpu"]);
    }

    [Fact]
    public async Task The_same_body_again_is_the_same_request_and_another_range_is_an_error()
    {
        string pool = await PoolAsync();
        string body = """ "work":{"gpu":7200},"amounts":{"gpu":{"min":2,"max":8}} """;
        ApiAnswer first = (await AskAsync(pool, "w1", body)).Is(201);

        Assert.Equal(first["lease.id"], (await AskAsync(pool, "w1", body))["lease.id"]);
        (await AskAsync(pool, "w1", """ "work":{"gpu":7200},"amounts":{"gpu":{"min":2,"max":7}} """)).Is(409);
    }

    [Fact]
    public async Task A_dry_run_says_what_would_be_chosen()
    {
        string pool = await PoolAsync();

        ApiAnswer imagined = (await AskAsync(pool, "w1", $$""" "work":{"gpu":7200},"amounts":{"gpu":{"min":1,"max":8} },"resources":{"memory":16},"deadline":"{{Later:O}}" """, "?dryRun=true")).Is(200);

        Assert.Equal(("allocated", "3", "16"), (imagined["status"], imagined["resources.gpu"], imagined["resources.memory"]));
        (await server.Admin.GetAsync($"/api/v1/requests/{pool}-w1")).Is(404);
    }

    [Fact]
    public async Task Where_not_even_the_most_ends_in_time_the_answer_says_so_with_the_earliest_start()
    {
        string pool = await PoolAsync();
        await AskAsync(pool, "busy", """ "resources":{"gpu":8},"duration":"PT30M" """);

        ApiAnswer refused = (await AskAsync(pool, "w1", $$""" "work":{"gpu":7200},"amounts":{"gpu":{"min":1,"max":8} },"deadline":"{{Later:O}}" """)).Is(200);

        Assert.Equal(("rejected", "deadlineOutOfReach", "8"), (refused["status"], refused["explanation.code"], refused["resources.gpu"]));
        Assert.NotNull(refused["explanation.earliest"]);
        Assert.StartsWith("Even with 8 gpu of 1–8", refused["choice"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(""" "work":{"gpu":7200} """, "$.amounts")]
    [InlineData(""" "amounts":{"gpu":{"min":1,"max":8}} """, "$.work")]
    [InlineData(""" "work":{},"amounts":{"gpu":{"min":1,"max":8}} """, "$.work")]
    [InlineData(""" "work":{"cpu":10},"amounts":{"gpu":{"min":1,"max":8}} """, "$.work.cpu")]
    [InlineData(""" "work":{"gpu":0},"amounts":{"gpu":{"min":1,"max":8}} """, "$.work.gpu")]
    [InlineData(""" "work":{"gpu":0.0001},"amounts":{"gpu":{"min":1,"max":8}} """, "$.work.gpu")]
    [InlineData(""" "work":{"gpu":10},"amounts":{"gpu":{"min":4,"max":3}} """, "$.amounts.gpu.max")]
    [InlineData(""" "work":{"gpu":10},"amounts":{"gpu":{"min":0,"max":3}} """, "$.amounts.gpu.min")]
    [InlineData(""" "work":{"gpu":10},"amounts":{"gpu":{"min":1.0005,"max":3}} """, "$.amounts.gpu.min")]
    [InlineData(""" "work":{"gpu":10},"amounts":{"gpu":{"min":1}} """, "$.amounts.gpu.max")]
    [InlineData(""" "work":{"gpu":10},"amounts":{"gpu":{"min":1,"max":2}},"resources":{"gpu":1} """, "$.amounts.gpu")]
    [InlineData(""" "work":{"gpu":10},"amounts":{"gpu":{"min":1,"max":2}},"duration":"PT1M" """, "$.duration")]
    [InlineData(""" "work":{"gpu":100000000},"amounts":{"gpu":{"min":1,"max":2}} """, "$.work.gpu")]
    [InlineData(""" "work":{"tokens.input":10},"amounts":{"tokens.input":{"min":1,"max":2}} """, "$.amounts['tokens.input']")]
    [InlineData(""" "work":{"nothing":10},"amounts":{"nothing":{"min":1,"max":2}} """, "$.amounts.nothing")]
    [InlineData(""" "queue":true """, "$.resources")]
    public async Task What_is_wrong_is_named_by_its_field(string fields, string field) => Assert.Contains(
        $"\"{field}\"", (await server.Admin.PostAsync("/api/v1/requests", $$"""{"id":"wrong","owner":"wrong/y",{{fields}} }""")).Is(422).Text, StringComparison.Ordinal);

    private Task<ApiAnswer> AskAsync(string pool, string id, string fields, string query = "") =>
        server.Admin.PostAsync($"/api/v1/requests{query}", $$"""{"id":"{{pool}}-{{id}}","owner":"{{pool}}/y","pools":["{{pool}}"],{{fields}} }""");

    private async Task<string> PoolAsync()
    {
        string pool = server.Fresh("work");
        (await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"gpu":8,"memory":64}}""")).Is(200);
        return pool;
    }
}
