using System.Text.Json.Nodes;
using Nexus.Dashboard.Access;

namespace Nexus.Dashboard.Tests.Dashboard.Api;

/// <summary>Preemption, gangs, holding back, putting back and cancelling by filter, through the real program's API.</summary>
public sealed class SchedulingApiTests(ApiServer server)
{
    [Fact]
    public async Task A_victim_is_told_on_the_call_that_waits_for_news_and_on_its_renewal()
    {
        string pool = await PoolAsync(2);
        ApiAnswer victim = await server.Admin.PostAsync("/api/v1/requests", Body(pool, "v", 2, "low", """, "preemptible": true"""));
        Task<ApiAnswer> news = server.Admin.GetAsync($"/api/v1/requests/{pool}-v?wait=PT30S&seen={victim["version"]}");

        await server.Admin.PostAsync("/api/v1/requests", Body(pool, "boss", 2, "critical", """, "queue": true"""));

        Assert.NotNull((await news)["lease.preemptAt"]);
        Assert.NotNull((await server.Admin.PostAsync($"/api/v1/leases/{victim["lease.id"]}/renew", "{}"))["lease.preemptAt"]);
        Assert.Equal("preemptionUnderWay", (await server.Admin.GetAsync($"/api/v1/requests/{pool}-boss"))["explanation.code"]);
    }

    [Fact]
    public async Task Whoever_saw_it_run_is_told_at_once_that_it_waits_again()
    {
        string pool = await PoolAsync(1);
        ApiAnswer ran = await server.Admin.PostAsync("/api/v1/requests", Body(pool, "again", 1, "low", """, "queue": true"""));
        await server.Admin.PostAsync("/api/v1/requests", Body(pool, "next", 1, "high", """, "queue": true"""));
        await server.Admin.PostAsync($"/api/v1/requests/{pool}-again/requeue", "{}");

        // Nothing happens any more: a call that waited would wait its half minute.
        ApiAnswer news = await server.Admin.GetAsync($"/api/v1/requests/{pool}-again?wait=PT30S&seen={ran["version"]}").WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal(("allocated", "queued"), (ran["status"], news["status"]));
    }

    [Fact]
    public async Task A_pool_says_how_gently_its_grants_are_taken_back()
    {
        string pool = server.Fresh("gentle");
        await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"gpu":1},"preemption":{"grace":"PT1S","minimumRuntime":"PT2M"}}""");

        Assert.Equal(("PT1S", "PT2M"), ((await server.Admin.GetAsync($"/api/v1/pools/{pool}"))["preemption.grace"], (await server.Admin.GetAsync($"/api/v1/pools/{pool}"))["preemption.minimumRuntime"]));
        Assert.Contains("$.preemption.grace", (await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"gpu":1},"preemption":{"grace":"P2D"}}""")).Is(422).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gang_lists_its_members()
    {
        string pool = await PoolAsync(4);

        ApiAnswer gang = await server.Admin.PostAsync("/api/v1/requests", Body(pool, "gang", 1, "medium", """, "members": 3"""));

        Assert.Equal(("allocated", "3", "3"), (gang["status"], gang["members"], gang["lease.resources.gpu"]));
        Assert.Equal(3, JsonNode.Parse(gang.Text)!["lease"]!["members"]!.AsArray().Count);
    }

    [Fact]
    public async Task The_answer_says_which_of_its_configurations_a_request_got_and_what_stops_the_others()
    {
        (string fast, string slow) = (await PoolAsync(2), await PoolAsync(4));
        await server.Admin.PostAsync("/api/v1/requests", Body(fast, "busy", 2, "high"));
        string others = $$""", "alternatives": [{"resources": {"gpu": 9}, "pools": ["{{slow}}"]}, {"resources": {"gpu": 3}, "pools": ["{{slow}}"], "duration": "PT2H"}]""";

        ApiAnswer granted = await server.Admin.PostAsync("/api/v1/requests", Body(fast, "one", 2, "high", others));
        ApiAnswer waits = await server.Admin.PostAsync("/api/v1/requests", Body(fast, "two", 2, "high", others + """, "queue": true"""));
        ApiAnswer why = await server.Admin.GetAsync($"/api/v1/requests/{fast}-two");

        Assert.Equal(("allocated", "2", "3", slow, "PT2H", "Alternative 2 of 2: 3 gpu."), (granted["status"], granted["alternative"], granted["lease.resources.gpu"], granted["lease.pools.gpu"], granted["duration"], granted["choice"]));
        Assert.Equal(("2", fast, "3"), (granted["main.resources.gpu"], granted["main.pools.0"], granted["alternatives.1.resources.gpu"]));
        Assert.Equal(("queued", null, "It stands in line for its main configuration, and starts in whichever of its 3 configurations can first."), (waits["status"], waits["alternative"], waits["choice"]));
        Assert.Equal(("notEnoughFree", $"Alternative 1: 9 gpu is more than any accepted pool can ever give: at most 4 (pool {slow}). Alternative 2: Pool {slow} has 1 gpu free; 3 needed."), (why["explanation.code"], why["explanation.alternatives"]));
        Assert.Equal(granted["lease.id"], (await server.Admin.PostAsync("/api/v1/requests", Body(fast, "one", 2, "high", others)))["lease.id"]);
    }

    [Fact]
    public async Task The_answer_says_what_was_asked_what_was_got_by_whose_rules_and_why()
    {
        (string pool, string spare) = (await PoolAsync(4), await PoolAsync(1));
        await server.Admin.PutAsync($"/api/v1/owners/{pool}", $$"""{"degrade":[{"kind":"amount","least":0.5},{"kind":"pool","pools":["{{spare}}"]},{"kind":"start","within":"PT30M"}]}""");
        await server.Admin.PostAsync("/api/v1/requests", Body(pool, "busy", 1, "medium"));

        ApiAnswer imagined = (await server.Admin.PostAsync("/api/v1/requests?dryRun=true", Body(pool, "less", 4, "medium"))).Is(200);
        ApiAnswer less = (await server.Admin.PostAsync("/api/v1/requests", Body(pool, "less", 4, "medium"))).Is(201);
        ApiAnswer elsewhere = (await server.Admin.PostAsync("/api/v1/requests", Body(pool, "elsewhere", 1, "medium"))).Is(201);
        ApiAnswer later = (await server.Admin.PostAsync("/api/v1/requests", Body(pool, "later", 1, "medium"))).Is(201);
        ApiAnswer unbending = (await server.Admin.PostAsync("/api/v1/requests", Body(pool, "unbending", 1, "medium", """, "degrade": false"""))).Is(200);

        Assert.Equal(("allocated", "3", "3", "4"), (less["status"], less["resources.gpu"], less["lease.resources.gpu"], less["degraded.asked.resources.gpu"]));
        Assert.Equal((pool, "amount", "notEnoughFree", "allocated"), (less["degraded.by"], less["degraded.steps.0"], less["degraded.because.code"], imagined["status"]));
        Assert.Equal(
            $"Asked for 4 gpu, gets 3 gpu: {pool} gives way before a refusal. As it was asked it would have been refused: Pool {pool} has 3 gpu free; 4 needed.",
            (await server.Admin.GetAsync($"/api/v1/requests/{pool}-less"))["degraded.message"]!.Replace('\u00A0', ' '));
        Assert.Equal(("allocated", spare, "pool", pool, spare), (elsewhere["status"], elsewhere["lease.pools.gpu"], elsewhere["degraded.steps.0"], elsewhere["degraded.asked.pools.0"], elsewhere["pools.1"]));
        Assert.Equal(("queued", "PT30M", "true", null, "start"), (later["status"], later["maxWait"], later["queue"], later["degraded.asked.queue"], later["degraded.steps.0"]));
        Assert.Equal(("rejected", "false", null), (unbending["status"], unbending["degrade"], unbending["degraded.by"]));
        Assert.Equal(less["lease.id"], (await server.Admin.PostAsync("/api/v1/requests", Body(pool, "less", 4, "medium"))).Is(200)["lease.id"]);
        (await server.Admin.PostAsync("/api/v1/requests", Body(pool, "less", 3, "medium"))).IsProblem(409, "id-reused", "$.id");
    }

    [Fact]
    public async Task The_lease_that_began_a_shared_grant_is_named_to_whoever_may_see_it_and_to_others_it_is_shared()
    {
        string pool = await PoolAsync(4);
        ApiAnswer first = await server.Admin.PostAsync("/api/v1/requests", Body(pool, "a", 1, "medium", """, "mergeable": true"""));
        string other = Body(pool, "b", 1, "medium", """, "mergeable": true""").Replace($"{pool}/w", $"{pool}/v", StringComparison.Ordinal);

        await AnswersAsync($"{pool}/v", null);
        await AnswersAsync(pool, first["lease.id"]);

        async Task AnswersAsync(string path, string? named)
        {
            ApiClient reader = await server.ClientAsync(path, Scope.Read | Scope.Requests);
            ApiAnswer submitted = await reader.PostAsync("/api/v1/requests", other);
            Assert.Equal(("true", named), (submitted["lease.shared"], submitted["lease.mergedWith"]));
            Assert.Equal(("true", named), ((await reader.GetAsync($"/api/v1/requests/{pool}-b")) is var one ? (one["lease.shared"], one["lease.mergedWith"]) : default));
            Assert.Equal(named, (await reader.GetAsync("/api/v1/requests")).Json["items"]!.AsArray().Single(r => (string?)r!["id"] == $"{pool}-b")!["lease"]!["mergedWith"]?.ToString());
            Assert.Equal(named, (await reader.PostAsync($"/api/v1/leases/{submitted["lease.id"]}/renew", "{}")).Is(200)["lease.mergedWith"]);
            JsonNode happened = (await reader.GetAsync("/api/v1/events?limit=1000")).Json["items"]!.AsArray().Single(e => e!["lease"] is not null && e.ToJsonString().Contains($"{pool}-b", StringComparison.Ordinal))!;
            Assert.Equal(named, happened["lease"]!["mergedWith"]?.ToString());
        }
    }

    [Fact]
    public async Task A_request_that_may_share_names_the_grant_that_it_joined_and_its_lines_say_of_whom_the_minimum_was()
    {
        string pool = await PoolAsync(4);
        (await server.Admin.PostAsync("/api/v1/prices:import", $$"""{"items":[{"sku":"{{pool}}","resource":"gpu","pool":"{{pool}}","unitPrice":"2","minimum":"1"}]}""")).Is(200);
        ApiAnswer first = await server.Admin.PostAsync("/api/v1/requests", Body(pool, "a", 1, "medium", """, "mergeable": true"""));

        ApiAnswer second = await server.Admin.PostAsync("/api/v1/requests", Body(pool, "b", 1, "medium", """, "mergeable": true"""));
        ApiAnswer apart = await server.Admin.PostAsync("/api/v1/requests", Body(pool, "c", 1, "medium"));

        Assert.Equal(("true", null), (first["mergeable"], first["lease.mergedWith"]));
        Assert.Equal(("true", first["lease.id"]), (second["mergeable"], second["lease.mergedWith"]));
        Assert.Equal((null, null), (apart["mergeable"], apart["lease.mergedWith"]));
        Assert.Equal(first["lease.id"], (await server.Admin.GetAsync($"/api/v1/requests/{pool}-b"))["lease.mergedWith"]);
        foreach (ApiAnswer granted in (ApiAnswer[])[first, second])
        {
            (await server.Admin.PostAsync($"/api/v1/leases/{granted["lease.id"]}/release", "{}")).Is(200);
        }

        JsonArray lines = (await server.Admin.GetAsync($"/api/v1/costs/records?filter=pool:{pool}")).Is(200).Json["items"]!.AsArray();
        Assert.Equal(
            [($"{pool}-a", "usage", null), ($"{pool}-a", "minimum", null), ($"{pool}-b", "usage", "true")],
            lines.Select(l => ((string?)l!["request"], (string?)l["kind"], l["sharesMinimum"]?.ToJsonString())));
    }

    [Fact]
    public async Task A_lease_that_was_lost_neither_renews_nor_releases_the_attempt_that_followed()
    {
        string pool = await PoolAsync(1);
        string lost = (await server.Admin.PostAsync("/api/v1/requests", Body(pool, "a", 1, "medium", """, "queue": true""")))["lease.id"]!;
        await server.Admin.PostAsync("/api/v1/requests", Body(pool, "b", 1, "high", """, "queue": true"""));
        Assert.Equal("queued", (await server.Admin.PostAsync($"/api/v1/requests/{pool}-a/requeue", "")).Is(200)["status"]);
        await StaysAsync("queued");

        string other = (await server.Admin.GetAsync($"/api/v1/requests/{pool}-b"))["lease.id"]!;
        (await server.Admin.PostAsync($"/api/v1/leases/{other}/release", "{}")).Is(200);
        await StaysAsync("allocated");

        async Task StaysAsync(string status)
        {
            foreach (string verb in (string[])["renew", "release"])
            {
                ApiAnswer answer = (await server.Admin.PostAsync($"/api/v1/leases/{lost}/{verb}", "{}")).Is(409);
                Assert.Contains("the request is in its attempt 2", answer["detail"], StringComparison.Ordinal);
            }

            Assert.Equal(status, (await server.Admin.GetAsync($"/api/v1/requests/{pool}-a"))["status"]);
        }
    }

    [Fact]
    public async Task A_waiting_request_is_held_back_and_let_go_and_a_grant_put_back()
    {
        string pool = await PoolAsync(1);
        await server.Admin.PostAsync("/api/v1/requests", Body(pool, "a", 1, "medium"));
        await server.Admin.PostAsync("/api/v1/requests", Body(pool, "b", 1, "medium", """, "queue": true"""));

        Assert.Equal("true", (await server.Admin.PostAsync($"/api/v1/requests/{pool}-b/hold", "")).Is(200)["held"]);
        Assert.Equal(("allocated", "2"), Status(await server.Admin.PostAsync($"/api/v1/requests/{pool}-a/requeue", "")));
        await server.Admin.PostAsync($"/api/v1/requests/{pool}-b/unhold", "");
        Assert.Equal(("allocated", "3"), Status(await server.Admin.PostAsync($"/api/v1/requests/{pool}-a/requeue", "")));
        (await server.Admin.PostAsync($"/api/v1/requests/{pool}-b/requeue", "")).Is(422);
        (await server.Admin.PostAsync($"/api/v1/requests/{pool}-nobody/requeue", "")).Is(404);

        static (string?, string?) Status(ApiAnswer answer) => (answer["status"], answer["attempt"]);
    }

    [Fact]
    public async Task All_that_match_a_filter_are_cancelled_and_a_dry_run_only_counts_them()
    {
        string pool = await PoolAsync(1);
        for (int i = 0; i < 4; i++)
        {
            await server.Admin.PostAsync("/api/v1/requests", Body(pool, $"r{i}", 1, "medium", """, "queue": true"""));
        }

        Assert.Equal(("3", "0"), Counts(await server.Admin.PostAsync("/api/v1/requests:cancel", $$"""{"pool":"{{pool}}","status":["queued"],"dryRun":true}""")));
        Assert.Equal(("3", "3"), Counts(await server.Admin.PostAsync("/api/v1/requests:cancel", $$"""{"pool":"{{pool}}","status":["queued"]}""")));
        Assert.Equal("cancelled", (await server.Admin.GetAsync($"/api/v1/requests/{pool}-r3"))["status"]);
        Assert.Equal("allocated", (await server.Admin.GetAsync($"/api/v1/requests/{pool}-r0"))["status"]);

        static (string?, string?) Counts(ApiAnswer answer) => (answer["matched"], answer["cancelled"]);
    }

    [Theory]
    [InlineData("{}", "$")]
    [InlineData("""{"dryRun":true}""", "$")]
    [InlineData("""{"status":["released"]}""", "$.status")]
    [InlineData("""{"owner":"a//b"}""", "$.owner")]
    public async Task A_filter_that_names_nothing_or_what_cannot_be_cancelled_is_refused(string body, string field) =>
        Assert.Contains(field, (await server.Admin.PostAsync("/api/v1/requests:cancel", body)).Is(422).Text, StringComparison.Ordinal);

    [Fact]
    public async Task A_pool_takes_and_gives_how_it_orders_those_who_wait()
    {
        string pool = await PoolAsync(1);
        ApiAnswer usual = await server.Admin.GetAsync($"/api/v1/pools/{pool}");
        Assert.Equal(("priority", "PT10S", "PT10S", "PT0S", "P1D"), Order(usual));

        (await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"gpu":1},"strategy":"fairShare","agingInterval":"PT30S","preemption":{"grace":"PT1M","minimumRuntime":"PT5M"},"halfLife":"PT12H"}""")).Is(200);

        Assert.Equal(("fairShare", "PT30S", "PT1M", "PT5M", "PT12H"), Order(await server.Admin.GetAsync($"/api/v1/pools/{pool}")));
        Assert.Null((await server.Admin.GetAsync($"/api/v1/pools/{pool}"))["preemption.betweenBorrowers"]);

        (await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"gpu":1},"strategy":"fairShare","preemption":{"betweenBorrowers":"finalThenInitialShare"}}""")).Is(200);

        Assert.Equal("finalThenInitialShare", (await server.Admin.GetAsync($"/api/v1/pools/{pool}"))["preemption.betweenBorrowers"]);

        Assert.Null((await server.Admin.GetAsync($"/api/v1/pools/{pool}"))["backfill"]);

        (await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"gpu":1},"backfill":"easy"}""")).Is(200);

        Assert.Equal("easy", (await server.Admin.GetAsync($"/api/v1/pools/{pool}"))["backfill"]);

        static (string?, string?, string?, string?, string?) Order(ApiAnswer answer) =>
            (answer["strategy"], answer["agingInterval"], answer["preemption.grace"], answer["preemption.minimumRuntime"], answer["halfLife"]);
    }

    [Fact]
    public async Task A_pool_takes_and_gives_what_its_units_cost_and_when_it_keeps()
    {
        string pool = await PoolAsync(1);
        ApiAnswer usual = await server.Admin.GetAsync($"/api/v1/pools/{pool}");
        Assert.Equal((null, "PT1M"), (usual["price"], usual["keepAfter"]));

        (await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"gpu":1},"strategy":"costOptimized","price":{"gpu":"2.50"},"keepAfter":"PT0S"}""")).Is(200);

        ApiAnswer answer = await server.Admin.GetAsync($"/api/v1/pools/{pool}");
        Assert.Equal(("costOptimized", "2.5", "PT0S"), (answer["strategy"], answer["price.gpu"], answer["keepAfter"]));
        ApiAnswer granted = await server.Admin.PostAsync("/api/v1/requests", $$"""{"id":"{{server.Fresh("priced")}}","owner":"acme/x","resources":{"gpu":1},"pools":["{{pool}}"],"leaseSeconds":3600}""");
        Assert.Equal("2.5", granted["estimatedCost.amount"]);
    }

    [Fact]
    public async Task Work_that_may_be_delayed_is_held_back_with_its_start_and_its_saving()
    {
        string pool = await PoolAsync(1);
        (await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"gpu":1},"strategy":"costOptimized"}""")).Is(200);
        string from = DateTimeOffset.UtcNow.AddHours(3).ToString("yyyy-MM-ddTHH:00:00Z", System.Globalization.CultureInfo.InvariantCulture);
        (await server.Admin.PostAsync("/api/v1/prices:import", $$"""{"items":[{"sku":"{{pool}}","resource":"gpu","pool":"{{pool}}","unitPrice":"4"},{"sku":"{{pool}}","resource":"gpu","pool":"{{pool}}","unitPrice":"1","effectiveFrom":"{{from}}"}]}""")).Is(200);

        ApiAnswer held = await server.Admin.PostAsync("/api/v1/requests", $$"""{"id":"{{pool}}-r","owner":"acme/x","resources":{"gpu":1},"pools":["{{pool}}"],"duration":"PT30M","maxDelay":"PT6H"}""");

        Assert.Equal(("queued", "cheaperLater", "heldBack", "2", "0.5", "1.5"), (held["status"], held["explanation.code"], held["explanation.tier"], held["explanation.delay.costNow"], held["explanation.delay.costThen"], held["explanation.delay.saving"]));
        Assert.Equal((from[..19], from[..19], "PT6H", "true", null), (held["startsAt"]![..19], held["explanation.earliest"]![..19], held["maxDelay"], held["queue"], held["maxWait"]));
        ApiAnswer read = await server.Admin.GetAsync($"/api/v1/requests/{pool}-r");
        Assert.Equal(("cheaperLater", "price", from[..19]), (read["explanation.code"], read["explanation.estimateFrom"], read["startsAt"]![..19]));
    }

    [Fact]
    public async Task Who_takes_its_turn_at_a_bucket_is_told_so()
    {
        string pool = server.Fresh("turns");
        (await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"external.calls":{"rate":1,"per":"PT1H","burst":10} } }""")).Is(200);
        await server.Admin.PostAsync("/api/v1/requests", Calls("a", 8));
        await server.Admin.PostAsync("/api/v1/requests", Calls("large", 9));

        ApiAnswer small = await server.Admin.PostAsync("/api/v1/requests", Calls("small", 1));

        Assert.Equal(("queued", "behindOthers"), (small["status"], small["explanation.code"]));

        string Calls(string id, int calls) => $$"""{"id":"{{pool}}-{{id}}","owner":"{{pool}}/w","pools":["{{pool}}"],"resources":{"external.calls":{{calls}} },"queue":true,"leaseSeconds":600}""";
    }

    // On a server of its own, as so many would be seen everywhere.
    [Fact]
    public async Task Among_thousands_who_wait_for_news_is_told_what_stopped_it_and_who_asks_at_leisure_all_that_would_help()
    {
        ApiServer crowded = new();
        await crowded.InitializeAsync();
        try
        {
            (await crowded.Admin.PutAsync("/api/v1/pools/full", """{"resources":{"gpu":1}}""")).Is(200);
            foreach (int[] some in Enumerable.Range(0, 2_502).Chunk(1_000))
            {
                await crowded.Admin.PostAsync("/api/v1/requests:batch", $"[{string.Join(',', some.Select(i => Body("full", $"{i}", 1, "medium", """, "queue": true""")))}]");
            }

            ApiAnswer news = await crowded.Admin.GetAsync("/api/v1/requests/full-2501?wait=PT0.01S");
            ApiAnswer atLeisure = await crowded.Admin.GetAsync("/api/v1/requests/full-2501");

            Assert.Equal(("queued", "notEnoughFree", null), (news["status"], news["explanation.code"], news["explanation.computedAt"]));
            Assert.Equal(("notEnoughFree", "2500"), (atLeisure["explanation.code"], atLeisure["explanation.ahead"]));
        }
        finally
        {
            await crowded.DisposeAsync();
        }
    }

    private async Task<string> PoolAsync(int gpus)
    {
        string pool = server.Fresh("sched");
        (await server.Admin.PutAsync($"/api/v1/pools/{pool}", $$"""{"resources":{"gpu":{{gpus}} } }""")).Is(200);
        return pool;
    }

    private static string Body(string pool, string id, int gpus, string priority, string more = "") =>
        $$"""{"id":"{{pool}}-{{id}}","owner":"{{pool}}/w","pools":["{{pool}}"],"resources":{"gpu":{{gpus}} },"priority":"{{priority}}","leaseSeconds":600{{more}} }""";
}
