using System.Globalization;
using System.Text.Json.Nodes;
using Nexus.Dashboard.Access;

namespace Nexus.Dashboard.Tests.Dashboard.Api;

/// <summary>The price book through the real program's API. It is one for all tests: each keeps to SKUs and models of its own.</summary>
public sealed class PriceApiTests(ApiServer server)
{
    private const string Prices = "/api/v1/prices";
    private const string Import = "/api/v1/prices:import";
    private const string Rerate = "/api/v1/prices:rerate";

    [Fact]
    public async Task What_is_imported_is_read_back_as_it_was_written()
    {
        string name = server.Fresh("sku");
        string item = $$"""{"sku":"{{name}}","resource":"external.calls","pool":"p","provider":"v","model":"m","lane":"batch","abovePromptTokens":1000,"tiers":[{"upTo":1000,"unitPrice":"0.000002"},{"unitPrice":"0.000001"}],"tierMode":"volume","tierPeriod":"month","minimum":"0.5","effectiveFrom":"2099-01-01T00:00:00+00:00"}""";

        ApiAnswer imported = (await server.Admin.PostAsync(Import, $$"""{"items":[{{item}}]}""")).Is(200);

        Assert.Equal((name, "0"), (imported["added.0.sku"], imported["unchanged"]));
        ApiAnswer book = (await server.Admin.GetAsync(Prices)).Is(200);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(item), book.Json["items"]!.AsArray().Single(i => (string?)i!["sku"] == name)));
        Assert.Equal($"\"{book["version"]}\"", book.Headers["ETag"]);
    }

    [Fact]
    public async Task The_book_is_replaced_as_a_whole_and_only_in_the_version_that_was_seen()
    {
        string name = server.Fresh("sku");
        (await server.Admin.PostAsync(Import, $$"""{"items":[{"sku":"{{name}}","resource":"external.calls","model":"{{name}}","unitPrice":"1"}]}""")).Is(200);
        (await server.Admin.PutAsync(Prices, """{"items":[]}""", ("If-Match", "\"1\""))).IsProblem(412, "version-mismatch");

        // Others import meanwhile: then it was changed since.
        ApiAnswer put;
        do
        {
            ApiAnswer book = (await server.Admin.GetAsync(Prices)).Is(200);
            string rest = string.Join(',', book.Json["items"]!.AsArray().Where(i => (string?)i!["sku"] != name).Select(i => i!.ToJsonString()));
            put = await server.Admin.PutAsync(Prices, $$"""{"items":[{{rest}}]}""", ("If-Match", $"\"{book["version"]}\""));
        }
        while ((int)put.Status == 412);

        Assert.DoesNotContain(put.Is(200).Json["items"]!.AsArray(), i => (string?)i!["sku"] == name);
    }

    [Fact]
    public async Task LiteLLMs_table_is_told_by_what_stands_in_it_and_what_it_cannot_price_is_named()
    {
        string model = server.Fresh("model");
        string table = $$"""{"{{model}}":{"litellm_provider":"maker","mode":"chat","input_cost_per_token":2.5e-06,"output_cost_per_token":1e-05,"output_cost_per_image":0.04},"{{model}}-free":{"mode":"chat"} }""";

        ApiAnswer tried = (await server.Admin.PostAsync($"{Import}?dryRun=true", table)).Is(200);
        ApiAnswer imported = (await server.Admin.PostAsync(Import, table)).Is(200);

        Assert.Equal(tried.Json["added"]!.ToJsonString(), imported.Json["added"]!.ToJsonString());
        Assert.Equal([("0.0000025", model, "maker"), ("0.00001", model, "maker")], imported.Json["added"]!.AsArray().Select(i => ((string)i!["unitPrice"]!, (string)i["model"]!, (string)i["provider"]!)));
        Assert.Equal([$"{model}: output_cost_per_image", $"{model}-free"], imported.Json["skipped"]!.AsArray().Select(s => (string?)s!["name"]));
        Assert.Equal("2", (await server.Admin.PostAsync(Import, table))["unchanged"]);
    }

    [Theory]
    [InlineData("""{"items":[{"resource":"gpu","unitPrice":"1"}]}""", 400, "missing-field", "$.items[0].sku")]
    [InlineData("""{"items":[{"sku":"a","resource":"gpu","unitPrice":1}]}""", 400, "malformed-json", "$.items[0].unitPrice")]
    [InlineData("""{"items":[{"sku":"a","resource":"gpu","unitPrice":"1","discount":"2"}]}""", 400, "unknown-field", "$.items[0].discount")]
    [InlineData("""{"items":[null]}""", 422, "invalid-value", "$.items[0]")]
    [InlineData("""{"items":[{"sku":"a","resource":"gpu","unitPrice":"1e-3"}]}""", 422, "invalid-value", "$.items[0].unitPrice")]
    [InlineData("""{"items":[{"sku":"a","resource":"gpu","unitPrice":"0.0000000000001"}]}""", 422, "invalid-value", "$.items[0].unitPrice")]
    [InlineData("""{"items":[{"sku":"a","resource":"gpu","unitPrice":"0.0000001"}]}""", 422, "invalid-value", "$.items[0].unitPrice")]
    [InlineData("""{"items":[{"sku":"a","resource":"gpu"}]}""", 422, "invalid-value", "$.items[0].unitPrice")]
    [InlineData("""{"items":[{"sku":"a","resource":"gpu","formula":"quantity *"}]}""", 422, "invalid-value", "$.items[0].formula")]
    [InlineData("""{"items":[{"sku":"a","resource":"gpu","formula":"quantity","unitPrice":"1"}]}""", 422, "invalid-value", "$.items[0].unitPrice")]
    [InlineData("""{"items":[{"sku":"a","resource":"gpus","unitPrice":"1"}]}""", 422, "unknown-name", "$.items[0].resource")]
    [InlineData("""{"items":[{"sku":"a","resource":"tokens.context","unitPrice":"1"}]}""", 422, "invalid-value", "$.items[0].resource")]
    [InlineData("""{"items":[{"sku":"a","resource":"gpu","unitPrice":"1","lane":"fast"}]}""", 422, "invalid-value", "$.items[0].lane")]
    [InlineData("""{"items":[{"sku":"a","resource":"gpu","unitPrice":"1","tierPeriod":"month"}]}""", 422, "invalid-value", "$.items[0].tierPeriod")]
    [InlineData("""{"items":[{"sku":"a","resource":"gpu","tiers":[{"upTo":1,"unitPrice":"1"}]}]}""", 422, "invalid-value", "$.items[0].tiers[0].upTo")]
    [InlineData("""{"items":[{"sku":"a","resource":"gpu","tiers":[{"upTo":0,"unitPrice":"1"},{"unitPrice":"1"}]}]}""", 422, "invalid-value", "$.items[0].tiers[0].upTo")]
    [InlineData("""{"items":[{"sku":"a","resource":"gpu","unitPrice":"1"},{"sku":"a","resource":"gpu","unitPrice":"2"}]}""", 422, "invalid-value", "$.items[1].sku")]
    public async Task What_cannot_be_a_price_is_refused_by_field(string body, int status, string type, string field)
    {
        (await server.Admin.PutAsync(Prices, body)).IsProblem(status, type, field);
        (await server.Admin.PostAsync(Import, body)).IsProblem(status, type, field);
    }

    [Fact]
    public async Task What_is_no_table_is_refused()
    {
        (await server.Admin.PostAsync(Import, "[1]")).IsProblem(400, "malformed-json", "$");
        (await server.Admin.PostAsync(Import, "{")).IsProblem(400, "malformed-json");
    }

    [Fact]
    public async Task A_change_is_audited_with_what_it_was_and_is()
    {
        string name = server.Fresh("sku");
        await server.Admin.PostAsync(Import, $$"""{"items":[{"sku":"{{name}}","resource":"external.calls","model":"{{name}}","unitPrice":"1"}]}""");
        await server.Admin.PostAsync(Import, $$"""{"items":[{"sku":"{{name}}","resource":"external.calls","model":"{{name}}","unitPrice":"2"}]}""");

        ApiAnswer audit = (await server.Admin.GetAsync("/api/v1/audit?action=changePrices")).Is(200);
        JsonNode entry = audit.Json["items"]!.AsArray().First(i => i!["before"]?[name] is not null)!;
        Assert.Equal(("1", "2"), ((string)entry["before"]![name]!["unitPrice"]!, (string)entry["after"]![name]!["unitPrice"]!));
    }

    [Fact]
    public async Task A_past_range_is_rated_anew_previewed_by_owner_and_audited()
    {
        (string model, string tenant) = (server.Fresh("model"), server.Fresh("tenant"));
        string time = DateTimeOffset.UtcNow.AddHours(-1).ToString("O");
        await PriceAsync(model, "0.000003");
        (await server.Admin.PostAsync("/api/v1/usage", $$"""[{"id":"{{tenant}}","time":"{{time}}","owner":"{{tenant}}/alice","resource":"tokens.input","quantity":1000,"model":"{{model}}"}]""")).Is(200);
        await PriceAsync(model, "0.000002");
        string range = $$"""{"from":"{{DateTimeOffset.UtcNow.AddDays(-1):O}}","to":"{{DateTimeOffset.UtcNow.AddHours(1):O}}","filter":["model:{{model}}"]}""";

        ApiAnswer preview = (await server.Admin.PostAsync($"{Rerate}?dryRun=true", range)).Is(200);
        Assert.Equal(("0.003", "0.002", "-0.001", "1", "2"), (preview["before.amount"], preview["after.amount"], preview["difference.amount"], preview["corrected"], preview["adjustments"]));
        Assert.Equal(($"{tenant}/alice", "-0.001"), (preview["owners.0.owner"], preview["owners.0.difference.amount"]));
        Assert.Equal("0.003", (await server.Admin.GetAsync($"/api/v1/costs?filter=model:{model}")).Is(200)["total.amount"]);

        Assert.Equal("1", (await server.Admin.PostAsync(Rerate, range)).Is(200)["corrected"]);

        Assert.Equal("0", (await server.Admin.PostAsync(Rerate, range)).Is(200)["corrected"]);
        Assert.Equal("0.002", (await server.Admin.GetAsync($"/api/v1/costs?filter=model:{model}")).Is(200)["total.amount"]);
        JsonArray rows = (await server.Admin.GetAsync($"/api/v1/costs/records?filter=model:{model}")).Is(200).Json["items"]!.AsArray();
        Assert.Equal([null, (long?)rows[0]!["id"], (long?)rows[0]!["id"]], rows.Select(r => (long?)r!["corrects"]));
        JsonNode entry = (await server.Admin.GetAsync("/api/v1/audit?action=rerateLines")).Is(200).Json["items"]!.AsArray().First()!;
        Assert.Equal("ledger", (string?)entry["object"]);
    }

    [Theory]
    [InlineData("""{"to":"2026-01-02T00:00:00Z"}""", 400, "missing-field", "$.from")]
    [InlineData("""{"from":"yesterday","to":"2026-01-02T00:00:00Z"}""", 400, "malformed-json", "$.from")]
    [InlineData("""{"from":"2026-01-02T00:00:00Z","to":"2026-01-02T00:00:00Z"}""", 422, "invalid-value", "$.from")]
    [InlineData("""{"from":"1926-01-02T00:00:00Z","to":"2026-01-02T00:00:00Z"}""", 422, "invalid-value", "$.from")]
    [InlineData("""{"from":"2026-01-01T00:00:00Z","to":"2026-01-02T00:00:00Z","filter":["colour:red"]}""", 422, "invalid-value", "$.filter[0]")]
    public async Task What_is_no_range_is_refused_by_field(string body, int status, string type, string field) =>
        (await server.Admin.PostAsync(Rerate, body)).IsProblem(status, type, field);

    [Fact]
    public async Task Only_the_book_that_was_seen_is_applied_to_the_past() =>
        (await server.Admin.PostAsync(Rerate, """{"from":"2026-01-01T00:00:00Z","to":"2026-01-02T00:00:00Z"}""", ("If-Match", "\"9999999\""))).IsProblem(412, "version-mismatch");

    [Fact]
    public async Task The_formula_of_the_guide_is_taken_and_works_out_what_it_says()
    {
        (string model, string tenant) = (server.Fresh("model"), server.Fresh("tenant"));
        string guide = Repository.Read("docs/how-to/price-what-is-used.md");
        int at = guide.IndexOf("""{"sku": "power",""", StringComparison.Ordinal);
        JsonObject formula = JsonNode.Parse(guide[at..(guide.IndexOf("\"}]}'", at, StringComparison.Ordinal) + 2)])!.AsObject();
        formula["sku"] = model;
        formula["model"] = model;
        (await server.Admin.PostAsync(Import, $$"""{"items":[{{formula.ToJsonString()}}]}""")).Is(200);

        string afternoon = DateTime.UtcNow.Date.AddDays(-1).AddHours(14).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        (await server.Admin.PostAsync("/api/v1/usage", $$"""[{"id":"{{tenant}}","time":"{{afternoon}}","owner":"{{tenant}}","resource":"gpu","quantity":3,"model":"{{model}}","labels":{"environment":"test"} }]""")).Is(200);
        Assert.Equal("0.45", (await server.Admin.GetAsync($"/api/v1/costs?filter=model:{model}")).Is(200)["total.amount"]);
    }

    private async Task PriceAsync(string model, string price) =>
        (await server.Admin.PostAsync(Import, $$"""{"items":[{"sku":"{{model}}","resource":"tokens.input","model":"{{model}}","unitPrice":"{{price}}"}]}""")).Is(200);

    [Fact]
    public async Task A_key_below_the_root_reads_prices_and_changes_none()
    {
        ApiClient below = await server.ClientAsync(server.Fresh("tenant"), Scope.Configure | Scope.Read);

        (await below.GetAsync(Prices)).Is(200);
        (await below.PutAsync(Prices, """{"items":[]}""")).IsProblem(403, "missing-scope");
        (await below.PostAsync($"{Rerate}?dryRun=true", """{"from":"2026-01-01T00:00:00Z","to":"2026-01-02T00:00:00Z"}""")).IsProblem(403, "missing-scope");
    }
}
