using System.Text;

namespace Nexus.Dashboard.Tests.Dashboard.Api;

/// <summary>What cannot be understood is refused by name, and changes nothing.</summary>
public sealed class BodyTests(ApiServer server)
{
    private const string Good = """ "id":"x","owner":"bad/u","resources":{"gpu":1} """;

    [Theory]
    [InlineData("""{"surprise":1,GOOD}""", 400, "unknown-field", "$.surprise")]
    [InlineData("""{"members":0,GOOD}""", 422, "invalid-value", "$.members")]
    [InlineData("""{"members":10001,GOOD}""", 422, "invalid-value", "$.members")]
    [InlineData("""{"deadline":"tomorrow",GOOD}""", 400, "malformed-json", "$.deadline")]
    [InlineData("""{"maxCost":{"amount":"1","currency":"EUR"},GOOD}""", 422, "invalid-value", "$.maxCost.currency")]
    [InlineData("""{"maxPrice":{"amount":"1","currency":"USD"},GOOD}""", 400, "unknown-field", "$.maxPrice")]
    [InlineData("""{"id":"y",GOOD}""", 400, "duplicate-field", "$.id")]
    [InlineData("""{"labels":{"a":"1","a":"2"},GOOD}""", 400, "duplicate-field", "$.labels.a")]
    [InlineData("""{"labels":{"a":1},GOOD}""", 400, "malformed-json", "$.labels.a")]
    [InlineData("""{"queue":"yes",GOOD}""", 400, "malformed-json", "$.queue")]
    [InlineData("""{"leaseSeconds":"soon",GOOD}""", 400, "malformed-json", "$.leaseSeconds")]
    [InlineData("""{"id":"x","owner":"bad/u","resources":{"gpu":NaN}}""", 400, "malformed-json", "$")]
    [InlineData("""{"id":"x","owner":"bad/u","resources":{"gpu":"1"}}""", 400, "malformed-json", "$.resources.gpu")]
    [InlineData("""{"id":"x","owner":"bad/u","resources":{"gpu":0}}""", 422, "invalid-value", "$.resources.gpu")]
    [InlineData("""{"id":"x","owner":"bad/u","resources":{"gpu":-1}}""", 422, "invalid-value", "$.resources.gpu")]
    [InlineData("""{"id":"x","owner":"bad/u","resources":{"gpu":0.0001}}""", 422, "invalid-value", "$.resources.gpu")]
    [InlineData("""{"id":"x","owner":"bad/u","resources":{"gpu":1.0000000000000000000000000000000001}}""", 422, "invalid-value", "$.resources.gpu")]
    [InlineData("""{"id":"x","owner":"bad/u","resources":{"gpu":1e300}}""", 422, "invalid-value", "$.resources.gpu")]
    [InlineData("""{"id":"x","owner":"bad/u","resources":{"gpu":1e-300}}""", 422, "invalid-value", "$.resources.gpu")]
    [InlineData("""{"id":"x","owner":"bad/u","resources":{"tokens.input":0}}""", 422, "invalid-value", "$.resources['tokens.input']")]
    [InlineData("""{"id":"x","owner":"bad/u","resources":{}}""", 422, "invalid-value", "$.resources")]
    [InlineData("""{"id":"x","owner":"bad/u"}""", 422, "invalid-value", "$.resources")]
    [InlineData("""{"id":"","owner":"bad/u","resources":{"gpu":1}}""", 422, "invalid-value", "$.id")]
    [InlineData("""{"id":"a b","owner":"bad/u","resources":{"gpu":1}}""", 422, "invalid-value", "$.id")]
    [InlineData("""{"owner":"bad/u","resources":{"gpu":1}}""", 422, "invalid-value", "$.id")]
    [InlineData("""{"id":"x","owner":"../../etc","resources":{"gpu":1}}""", 422, "invalid-value", "$.owner")]
    [InlineData("""{"id":"x","owner":"a//b","resources":{"gpu":1}}""", 422, "invalid-value", "$.owner")]
    [InlineData("""{"id":"x","owner":"a/\u202eb","resources":{"gpu":1}}""", 422, "invalid-value", "$.owner")]
    [InlineData("""{"id":"x","resources":{"gpu":1}}""", 422, "invalid-value", "$.owner")]
    [InlineData("""{"duration":"PT-5M",GOOD}""", 422, "invalid-value", "$.duration")]
    [InlineData("""{"duration":"P1M",GOOD}""", 422, "invalid-value", "$.duration")]
    [InlineData("""{"duration":0,GOOD}""", 422, "invalid-value", "$.duration")]
    [InlineData("""{"duration":1e300,GOOD}""", 422, "invalid-value", "$.duration")]
    [InlineData("""{"leaseSeconds":0,GOOD}""", 422, "invalid-value", "$.leaseSeconds")]
    [InlineData("""{"leaseSeconds":86401,GOOD}""", 422, "invalid-value", "$.leaseSeconds")]
    [InlineData("""{"maxWait":"PT1S",GOOD}""", 422, "invalid-value", "$.maxWait")]
    [InlineData("""{"mergeable":true,"members":2,GOOD}""", 422, "invalid-value", "$.mergeable")]
    [InlineData("""{"maxDelay":"PT0S",GOOD}""", 422, "invalid-value", "$.maxDelay")]
    [InlineData("""{"maxDelay":"P400D",GOOD}""", 422, "invalid-value", "$.maxDelay")]
    [InlineData("""{"alternatives":[],GOOD}""", 422, "invalid-value", "$.alternatives")]
    [InlineData("""{"alternatives":[{"resources":{"gpu":1}},null],GOOD}""", 422, "invalid-value", "$.alternatives[1].resources")]
    [InlineData("""{"alternatives":[{"resources":{"gpu":0}}],GOOD}""", 422, "invalid-value", "$.alternatives[0].resources.gpu")]
    [InlineData("""{"alternatives":[{"resources":{"unobtainium":1}}],GOOD}""", 422, "unknown-name", "$.alternatives[0].resources.unobtainium")]
    [InlineData("""{"alternatives":[{"resources":{"gpu":1}},{"resources":{"gpu":1},"pools":["nowhere"]}],GOOD}""", 422, "unknown-name", "$.alternatives[1].pools[0]")]
    [InlineData("""{"alternatives":[{"resources":{"gpu":1},"pools":[]}],GOOD}""", 422, "invalid-value", "$.alternatives[0].pools")]
    [InlineData("""{"alternatives":[{"resources":{"gpu":1},"duration":"PT0S"}],GOOD}""", 422, "invalid-value", "$.alternatives[0].duration")]
    [InlineData("""{"alternatives":[{"resources":{"gpu":1}}],"sizing":"learned",GOOD}""", 422, "invalid-value", "$.sizing")]
    [InlineData("""{"alternatives":[{"resources":{"gpu":1}}],"maxDelay":"PT1H",GOOD}""", 422, "invalid-value", "$.maxDelay")]
    [InlineData("""{"alternatives":[{"resources":{"gpu":1}}],"allowance":"run",GOOD}""", 422, "invalid-value", "$.allowance")]
    [InlineData("""{"alternatives":[{"resources":{"gpu":1}}],"work":{"gpu":7200},"amounts":{"gpu":{"min":1,"max":2}},"id":"x","owner":"bad/u"}""", 422, "invalid-value", "$.work")]
    [InlineData("""{"degrade":"no",GOOD}""", 400, "malformed-json", "$.degrade")]
    [InlineData("""{"pools":[],GOOD}""", 422, "invalid-value", "$.pools")]
    [InlineData("""{"pools":["nowhere"],GOOD}""", 422, "unknown-name", "$.pools[0]")]
    [InlineData("""{"priority":"urgent",GOOD}""", 422, "unknown-name", "$.priority")]
    [InlineData("""{"id":"x","owner":"bad/u","resources":{"unobtainium":1}}""", 422, "unknown-name", "$.resources.unobtainium")]
    [InlineData("""{"id":"x","owner":"bad/u","resources":{"time.queue":1}}""", 422, "invalid-value", "$.resources['time.queue']")]
    [InlineData("""{"id":"x","owner":"bad/u","resources":{"tokens.input":1,"tokens.input.cached":2}}""", 422, "invalid-value", "$.resources['tokens.input.cached']")]
    [InlineData("""{"id":"x","owner":"bad/u","resources":{"a b":1}}""", 422, "invalid-value", "$.resources['a b']")]
    [InlineData("""{"id":"x","owner":"bad/u","resources":{"it's":1}}""", 422, "invalid-value", "$.resources['it\\'s']")]
    [InlineData("""{"duration":"PT0.0015S",GOOD}""", 422, "invalid-value", "$.duration")]
    [InlineData("""{"duration":1.0005,GOOD}""", 422, "invalid-value", "$.duration")]
    [InlineData("""{"queue":null,GOOD}""", 400, "malformed-json", "$.queue")]
    [InlineData("", 400, "malformed-json", "$")]
    [InlineData("null", 400, "malformed-json", "$")]
    [InlineData("[]", 400, "malformed-json", "$")]
    [InlineData("{", 400, "malformed-json", "$")]
    [InlineData("{} {}", 400, "malformed-json", "$")]
    public async Task A_request_that_is_wrong_is_refused_by_name(string body, int status, string type, string field)
    {
        ApiAnswer answer = await server.Admin.PostAsync("/api/v1/requests", body.Replace("GOOD", Good, StringComparison.Ordinal));

        answer.IsProblem(status, type, field);
        (await server.Admin.GetAsync("/api/v1/requests/x?owner=bad")).IsProblem(404, "not-found");
    }

    [Theory]
    [InlineData("POST", "/api/v1/requests", """{"leaseSeconds":1.5}""", "$.leaseSeconds: must be a whole number")]
    [InlineData("POST", "/api/v1/requests", """{"pools":"one"}""", "$.pools: must be an array of texts")]
    [InlineData("POST", "/api/v1/requests", """{"labels":[]}""", "$.labels: must be an object of texts")]
    [InlineData("POST", "/api/v1/requests", """{"resources":5}""", "$.resources: must be an object of numbers")]
    [InlineData("POST", "/api/v1/requests", """{"queue":1}""", "$.queue: must be true or false")]
    [InlineData("POST", "/api/v1/requests:batch", "{}", "$: must be an array of objects")]
    [InlineData("POST", "/api/v1/requests:batch", """[{"id":5}]""", "$[0].id: must be a text")]
    [InlineData("POST", "/api/v1/requests/r/priority", """{"priority":5}""", "$.priority: must be a text")]
    [InlineData("POST", "/api/v1/requests/r/priority", """{"priority":null}""", "$.priority: must be a text, not null")]
    [InlineData("POST", "/api/v1/leases/lease-1/release", """{"outcome":"maybe"}""", "$.outcome: must be \"succeeded\" or \"failed\"")]
    [InlineData("PUT", "/api/v1/kinds/k", """{"unit":null,"behaviour":"held"}""", "$.unit: must be a text, not null")]
    [InlineData("PUT", "/api/v1/kinds/k", """{"unit":"u","behaviour":1}""", "$.behaviour: must be \"held\" or \"metered\"")]
    [InlineData("PUT", "/api/v1/priorities/p", """{"value":"9"}""", "$.value: must be a whole number")]
    [InlineData("PUT", "/api/v1/owners/o", """{"priority":{"default":5}}""", "$.priority.default: must be a text")]
    [InlineData("PUT", "/api/v1/pools/p", """{"labels":5}""", "$.labels: must be an object of texts")]
    [InlineData("POST", "/api/v1/keys", """{"owner":"a","scopes":null}""", "$.scopes: must be an array of texts, not null")]
    [InlineData("POST", "/api/v1/keys", """{"owner":"a","scopes":"read"}""", "$.scopes: must be an array of texts")]
    [InlineData("POST", "/api/v1/keys", """{"owner":"a","scopes":["read"],"expiresAt":"2030-01-01T00:00:00"}""", "$.expiresAt: must be a time with its offset")]
    [InlineData("POST", "/api/v1/keys", """{"owner":"a","scopes":["read"],"expiresAt":"soon"}""", "$.expiresAt: must be a time with its offset")]
    [InlineData("PUT", "/api/v1/users/u", """{"role":7}""", "$.role: must be a text")]
    public async Task What_is_of_another_type_is_told_what_belongs_there(string method, string path, string body, string detail)
    {
        ApiAnswer answer = await server.Admin.SendAsync(new HttpMethod(method), path, body);

        Assert.StartsWith(detail, answer.IsProblem(400, "malformed-json")["detail"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"P2W\"", "P14D")]
    [InlineData("\"PT90M\"", "PT1H30M")]
    [InlineData("\"P1DT0.5S\"", "P1DT0.5S")]
    [InlineData("0.5", "PT0.5S")]
    [InlineData("90", "PT1M30S")]
    public async Task A_duration_is_ISO_8601_or_seconds(string sent, string read) =>
        Assert.Equal(read, (await server.Admin.PostAsync("/api/v1/requests?dryRun=true", $$"""{"duration":{{sent}},{{Good}}}""")).Is(200)["duration"]);

    [Fact]
    public async Task All_that_is_wrong_is_named_at_once()
    {
        ApiAnswer answer = await server.Admin.PostAsync("/api/v1/requests", """{"id":"","owner":"","resources":{"gpu":0},"leaseSeconds":-5}""");

        answer.IsProblem(422, "invalid-value", "$.id").IsProblem(422, "invalid-value", "$.owner").IsProblem(422, "invalid-value", "$.resources.gpu").IsProblem(422, "invalid-value", "$.leaseSeconds");
    }

    [Fact]
    public async Task Names_and_texts_have_lengths()
    {
        string many = string.Join(",", Enumerable.Range(0, 33).Select(i => $"\"l{i}\":\"v\""));
        string kinds = string.Join(",", Enumerable.Range(0, 33).Select(i => $"\"k{i}\":1"));

        (await Ask($$$""" {"id":"{{{new string('x', 201)}}}","owner":"bad/u","resources":{"gpu":1}} """)).IsProblem(422, "invalid-value", "$.id");
        (await Ask($$$""" {"id":"x","owner":"bad/{{{new string('x', 129)}}}","resources":{"gpu":1}} """)).IsProblem(422, "invalid-value", "$.owner");
        (await Ask($$""" {"labels":{ {{many}} },{{Good}}} """)).IsProblem(422, "invalid-value", "$.labels");
        (await Ask($$""" {"labels":{"a":"{{new string('x', 257)}}"},{{Good}}} """)).IsProblem(422, "invalid-value", "$.labels.a");
        (await Ask($$$""" {"id":"x","owner":"bad/u","resources":{ {{{kinds}}} }} """)).IsProblem(422, "invalid-value", "$.resources");

        Task<ApiAnswer> Ask(string json) => server.Admin.PostAsync("/api/v1/requests", json);
    }

    [Fact]
    public async Task What_is_nested_too_deep_is_refused_by_name()
    {
        (await server.Admin.PostAsync("/api/v1/requests", new string('[', 100_000))).IsProblem(400, "too-deep", "$");
        (await server.Admin.PostAsync("/api/v1/requests", $$"""{"labels":{{string.Concat(Enumerable.Repeat("{\"a\":", 20))}}1{{new string('}', 20)}},{{Good}}}""")).Is(400);
    }

    [Fact]
    public async Task What_is_not_UTF_8_is_refused_by_name()
    {
        ByteArrayContent content = new([0xff, 0xfe]);
        content.Headers.ContentType = new("application/json");

        ApiAnswer answer = await server.Admin.SendAsync(HttpMethod.Post, "/api/v1/requests", content);

        Assert.Contains("UTF-8", answer.IsProblem(400, "malformed-json")["detail"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task What_is_not_sent_as_JSON_is_refused(string type) =>
        (await server.Admin.SendAsync(HttpMethod.Post, "/api/v1/requests", new StringContent("{}", Encoding.UTF8, type))).IsProblem(415, "unsupported-media-type");

    [Fact]
    public async Task A_body_above_the_limit_is_refused_whether_its_length_is_known_or_not()
    {
        byte[] large = Encoding.UTF8.GetBytes($$"""{"id":"{{new string('x', 1 << 20)}}"}""");
        ByteArrayContent known = new(large);
        known.Headers.ContentType = new("application/json");
        StreamContent chunked = new(new NoLength(large));
        chunked.Headers.ContentType = new("application/json");

        (await server.Admin.SendAsync(HttpMethod.Post, "/api/v1/requests", known)).IsProblem(413, "body-too-large");
        (await server.Admin.SendAsync(HttpMethod.Post, "/api/v1/requests", chunked)).IsProblem(413, "body-too-large");
    }

    [Fact]
    public async Task A_batch_may_be_larger_and_holds_a_thousand()
    {
        string pool = server.Fresh("batch");
        string tenant = server.Fresh("b");
        (await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"storage":100000}}""")).Is(200);
        string padding = new('p', 250);
        string Items(int count) => "[" + string.Join(",", Enumerable.Range(0, count).Select(i =>
            $$$"""{"id":"{{{tenant}}}-{{{i}}}","owner":"{{{tenant}}}/u","resources":{"storage":0.001},"pools":["{{{pool}}}"],"labels":{"a":"{{{padding}}}","b":"{{{padding}}}","c":"{{{padding}}}","d":"{{{padding}}}"}}""")) + "]";

        ApiAnswer answer = (await server.Admin.PostAsync("/api/v1/requests:batch", Items(1000))).Is(200);

        Assert.True(Items(1000).Length > 1 << 20);
        Assert.Equal(1000, answer.Json["items"]!.AsArray().Count(i => (string?)i!["status"] == "allocated"));
        (await server.Admin.PostAsync("/api/v1/requests:batch", Items(1001))).IsProblem(422, "invalid-value", "$");
        (await server.Admin.PostAsync("/api/v1/requests:batch", "[]")).IsProblem(422, "invalid-value", "$");
    }

    private sealed class NoLength(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
