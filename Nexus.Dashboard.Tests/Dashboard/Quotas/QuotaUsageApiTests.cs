using System.Text.Json.Nodes;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Tests.Dashboard.Api;

namespace Nexus.Dashboard.Tests.Dashboard.Quotas;

/// <summary>The usage report through the real program's API; each test keeps to a tenant and a pool of its own.</summary>
public sealed class QuotaUsageApiTests(ApiServer server)
{
    private ApiClient Admin => server.Admin;

    [Fact]
    public async Task A_line_for_each_node_and_rule_says_what_is_had_used_borrowed_lent_refused_and_waited_for()
    {
        string tenant = await CohortAsync();

        ApiAnswer report = (await Admin.GetAsync($"/api/v1/quotas:usage?under={tenant}")).Is(200);

        Assert.Equal(
            [
                $$"""{"owner":"{{tenant}}","resource":"cpu","mode":"hard","has":20,"used":14,"utilization":0.7,"borrowed":0,"lent":0,"peak":14,"rejections":0,"waiting":1,"stopped":0}""",
                $$"""{"owner":"{{tenant}}/a","resource":"cpu","mode":"hard","limit":10,"has":10,"used":14,"utilization":1.4,"borrowed":4,"lent":0,"peak":14,"rejections":1,"waiting":1,"stopped":1}""",
                $$"""{"owner":"{{tenant}}/b","resource":"cpu","mode":"hard","limit":10,"has":10,"used":0,"utilization":0,"borrowed":0,"lent":4,"peak":0,"rejections":0,"waiting":0,"stopped":0}""",
                $$"""{"owner":"{{tenant}}/b","resource":"cpu","period":"day","timeZone":"Europe/Berlin","mode":"soft","limit":8,"has":8,"used":0,"utilization":0,"borrowed":0,"lent":0,"peak":0,"rejections":0,"waiting":0,"stopped":0}""",
            ],
            Lines(report));
        Assert.Null(report["from"]);
    }

    [Fact]
    public async Task As_a_file_it_has_the_same_lines_under_a_head()
    {
        string tenant = await CohortAsync();

        ApiAnswer file = (await Admin.GetAsync($"/api/v1/quotas:usage?under={tenant}&format=csv")).Is(200);

        Assert.Equal(("text/csv", "attachment; filename=\"quota-usage.csv\""), (file.MediaType, file.Headers["Content-Disposition"]));
        Assert.Equal(
            [
                "owner,resource,period,timeZone,mode,limit,has,used,utilization,borrowed,lent,peak,rejections,waiting,stopped",
                $"{tenant},cpu,,,hard,,20,14,0.7,0,0,14,0,1,0",
                $"{tenant}/a,cpu,,,hard,10,10,14,1.4,4,0,14,1,1,1",
                $"{tenant}/b,cpu,,,hard,10,10,0,0,0,4,0,0,0,0",
                $"{tenant}/b,cpu,day,Europe/Berlin,soft,8,8,0,0,0,0,0,0,0,0",
                "",
            ],
            file.Text.Split("\r\n"));
    }

    [Fact]
    public async Task Of_a_span_it_has_the_peak_and_the_refusals_of_that_span_and_all_else_of_its_end()
    {
        string tenant = server.Fresh("spans");
        string pool = await PoolAsync();
        await RulesAsync(tenant, """{"resource":"cpu","limit":10}""");
        string first = (await AskAsync($"{tenant}/x", "first", 9, pool))["lease.id"]!;
        Assert.Equal("rejected", (await AskAsync($"{tenant}/x", "refused", 2, pool))["status"]);
        (await Admin.PostAsync($"/api/v1/leases/{first}/release")).Is(200);
        Assert.Equal("allocated", (await AskAsync($"{tenant}/x", "second", 3, pool))["status"]);
        DateTimeOffset then = await Moments.AfterNowAsync();
        Assert.Equal("allocated", (await AskAsync($"{tenant}/x", "third", 2, pool))["status"]);
        Assert.Equal("rejected", (await AskAsync($"{tenant}/x", "refused-too", 6, pool))["status"]);
        Assert.Equal("rejected", (await AskAsync($"{tenant}/x", "refused-again", 7, pool))["status"]);

        string at = Moments.Text(then);
        ApiAnswer always = await Admin.GetAsync($"/api/v1/quotas:usage?under={tenant}");
        ApiAnswer since = (await Admin.GetAsync($"/api/v1/quotas:usage?under={tenant}&from={at}")).Is(200);
        ApiAnswer until = (await Admin.GetAsync($"/api/v1/quotas:usage?under={tenant}&to={at}")).Is(200);

        Assert.Equal(("5", "9", "3"), (always["items.0.used"], always["items.0.peak"], always["items.0.rejections"]));
        Assert.Equal(("5", "5", "2"), (since["items.0.used"], since["items.0.peak"], since["items.0.rejections"]));
        Assert.Equal(("3", "9", "1"), (until["items.0.used"], until["items.0.peak"], until["items.0.rejections"]));
        Assert.Equal((then, then), (Time(since["from"]), Time(until["to"])));
    }

    [Fact]
    public async Task A_tenant_gets_the_lines_of_its_own_path_whatever_it_asks_for()
    {
        (string ours, string theirs) = (await CohortAsync(), await CohortAsync());
        ApiClient tenant = await server.ClientAsync($"{ours}/a", Scope.Read);
        string then = Moments.Text(await Moments.AfterNowAsync());

        foreach (string query in (string[])["", "?under=~", $"?under={ours}", $"?to={then}", $"?under={ours}/a&to={then}"])
        {
            Assert.Equal([$"{ours}/a"], (await tenant.GetAsync("/api/v1/quotas:usage" + query)).Is(200).Json["items"]!.AsArray().Select(l => (string?)l!["owner"]));
        }

        foreach (string query in (string[])[$"?under={theirs}", $"?under={ours}/b", $"?under={theirs}&to={then}"])
        {
            Assert.Empty((await tenant.GetAsync("/api/v1/quotas:usage" + query)).Is(200).Json["items"]!.AsArray());
        }
    }

    [Theory]
    [InlineData("under=a//b", "under")]
    [InlineData("from=monday", "from")]
    [InlineData("to=monday", "to")]
    [InlineData("format=xlsx", "format")]
    [InlineData("to=2999-01-01T00:00:00Z", "to")]
    [InlineData("from=2999-01-01T00:00:00Z", "from")]
    [InlineData("from=2001-01-01T00:00:00Z", "from")]
    [InlineData("to=2001-01-01T00:00:00Z", "to")]
    [InlineData("from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "from")]
    public async Task What_cannot_be_reported_is_refused_by_name(string query, string field)
    {
        await CohortAsync();

        (await Admin.GetAsync("/api/v1/quotas:usage?" + query)).IsProblem(422, "invalid-value", field);
    }

    // Two who lend each other: a uses its own and what b lends; one of a is refused, another waits.
    private async Task<string> CohortAsync()
    {
        string tenant = server.Fresh("cohort");
        string pool = await PoolAsync();
        await RulesAsync(tenant, """{"resource":"cpu","extra":0}""");
        await RulesAsync($"{tenant}/a", """{"resource":"cpu","limit":10,"borrow":4}""");
        await RulesAsync($"{tenant}/b", """{"resource":"cpu","limit":10},{"resource":"cpu","limit":8,"period":"day","timeZone":"Europe/Berlin","mode":"soft"}""");
        Assert.Equal("allocated", (await AskAsync($"{tenant}/a/w", "holds", 14, pool, ""","preemptible":true"""))["status"]);
        Assert.Equal("rejected", (await AskAsync($"{tenant}/a/w", "refused", 1, pool, ""","preemptible":true"""))["status"]);
        Assert.Equal("queued", (await AskAsync($"{tenant}/a/w", "waits", 1, pool, ""","preemptible":true,"queue":true"""))["status"]);
        return tenant;
    }

    private async Task<string> PoolAsync()
    {
        string pool = server.Fresh("usage-pool");
        (await Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"cpu":100}}""")).Is(200);
        return pool;
    }

    private async Task RulesAsync(string owner, string rules) => (await Admin.PutAsync($"/api/v1/quotas/{owner}", $$"""{"rules":[{{rules}}]}""")).Is(200);

    private Task<ApiAnswer> AskAsync(string owner, string id, int cpu, string pool, string more = "") =>
        Admin.PostAsync("/api/v1/requests", $$$"""{"id":"{{{id}}}","owner":"{{{owner}}}","pools":["{{{pool}}}"],"resources":{"cpu":{{{cpu}}}}{{{more}}}}""");

    private static IEnumerable<string> Lines(ApiAnswer report) => report.Json["items"]!.AsArray().Select(l => l!.ToJsonString());

    private static DateTimeOffset Time(string? text) => DateTimeOffset.Parse(text!, System.Globalization.CultureInfo.InvariantCulture);
}
