namespace Nexus.Dashboard.Tests.Dashboard.Api;

/// <summary>Everything that goes wrong under /api/v1 is a problem document.</summary>
public sealed class ProblemTests(ApiServer server)
{
    [Theory]
    [InlineData("GET", "/api/v1/pools")]
    [InlineData("POST", "/api/v1/requests")]
    [InlineData("GET", "/api/v1/nothing")]
    [InlineData("GET", "/api/v1/events")]
    [InlineData("GET", "/metrics")]
    [InlineData("POST", "/hubs/engine/negotiate?negotiateVersion=1")]
    [InlineData("GET", "/openapi/v1.json")]
    public async Task Nobody_gets_in(string method, string path)
    {
        ApiAnswer answer = await server.Nobody().SendAsync(new HttpMethod(method), path, method == "POST" ? "{}" : null);

        answer.IsProblem(401, "unauthenticated");
        Assert.Equal("Bearer", answer.Headers["WWW-Authenticate"]);
    }

    [Theory]
    [InlineData("nxs_wrong")]
    [InlineData("Basic abc")]
    [InlineData("")]
    public async Task A_wrong_key_does_not_get_in(string key) =>
        (await new ApiClient(server.Url, key).GetAsync("/api/v1/pools")).IsProblem(401, "unauthenticated");

    [Theory]
    [InlineData("/api/v1/nothing")]
    [InlineData("/api/v2/pools")]
    [InlineData("/api")]
    public async Task What_does_not_exist_says_so(string path) => (await server.Admin.GetAsync(path)).IsProblem(404, "not-found");

    [Fact]
    public async Task A_method_that_does_not_work_says_which_do()
    {
        ApiAnswer answer = (await server.Admin.DeleteAsync("/api/v1/requests")).IsProblem(405, "method-not-allowed");

        Assert.Contains("POST", answer.Headers["Allow"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/v1/requests?limit=0", "limit")]
    [InlineData("/api/v1/requests?limit=1001", "limit")]
    [InlineData("/api/v1/requests?limit=many", "limit")]
    [InlineData("/api/v1/requests?cursor=zzz", "cursor")]
    [InlineData("/api/v1/requests?status=lost", "status")]
    [InlineData("/api/v1/requests?owner=a//b", "owner")]
    [InlineData("/api/v1/pools?limit=-1", "limit")]
    [InlineData("/api/v1/pools?cursor=%FF%FE", "cursor")]
    [InlineData("/api/v1/times?from=11/24/2026", "from")]
    [InlineData("/api/v1/times?from=2026-11-24T14:32:00", "from")]
    [InlineData("/api/v1/events?wait=-1", "wait")]
    [InlineData("/api/v1/events?wait=NaN", "wait")]
    [InlineData("/api/v1/times?groupBy=moon", "groupBy")]
    [InlineData("/api/v1/times?from=yesterday", "from")]
    [InlineData("/api/v1/events?after=-1", "after")]
    [InlineData("/api/v1/events?wait=PT61S", "wait")]
    [InlineData("/api/v1/audit?to=never", "to")]
    [InlineData("/api/v1/calibration?from=yesterday", "from")]
    [InlineData("/api/v1/calibration?to=2026-11-24T14:32:00", "to")]
    [InlineData("/api/v1/calibration?from=2026-11-24T14:00:00Z&to=2026-11-24T14:00:00Z", "from")]
    public async Task A_query_that_is_wrong_is_refused_by_name(string path, string field) =>
        (await server.Admin.GetAsync(path)).IsProblem(422, "invalid-value", field);

    [Fact]
    public async Task Detail_is_readable_as_it_is_sent()
    {
        ApiAnswer answer = await server.Admin.PutAsync("/api/v1/pools/readable", """{"resources":{"gpu":1},"strategy":"lottery"}""");

        Assert.Contains("'priority'", answer.IsProblem(422, "invalid-value", "$.strategy").Text, StringComparison.Ordinal);
    }
}
