using System.Text.Json.Nodes;
using Nexus.Dashboard.Access;

namespace Nexus.Dashboard.Tests.Dashboard.Api;

/// <summary>The price book through the real program's API. It is one for all tests: each keeps to SKUs and models of its own.</summary>
public sealed class PriceApiTests(ApiServer server)
{
    private const string Prices = "/api/v1/prices";
    private const string Import = "/api/v1/prices:import";

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
    public async Task A_key_below_the_root_reads_prices_and_changes_none()
    {
        ApiClient below = await server.ClientAsync(server.Fresh("tenant"), Scope.Configure | Scope.Read);

        (await below.GetAsync(Prices)).Is(200);
        (await below.PutAsync(Prices, """{"items":[]}""")).IsProblem(403, "missing-scope");
    }
}
