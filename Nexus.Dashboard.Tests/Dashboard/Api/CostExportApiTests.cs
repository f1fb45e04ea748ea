using System.Globalization;
using Nexus.Dashboard.Tests.Dashboard.Costs;
using Nexus.Dashboard.Tests.Dashboard.Costs.Focus;
using Parquet;
using Parquet.Data;

namespace Nexus.Dashboard.Tests.Dashboard.Api;

/// <summary>The files of <c>GET /costs/export</c> from the real program: each adds up to the report, to the last digit.</summary>
public sealed class CostExportApiTests(ApiServer server)
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    private static readonly string Span = $"from={Now.AddDays(-1):yyyy-MM-dd'T'HH:00:00'Z'}&to={Now.AddDays(1):yyyy-MM-dd'T'HH:00:00'Z'}";

    [Fact]
    public async Task Every_format_adds_up_to_the_report()
    {
        string tenant = await SceneAsync();
        string asked = $"{Span}&filter=tenant:{tenant}";
        decimal total = decimal.Parse((await server.Admin.GetAsync($"/api/v1/costs?{asked}"))["total.amount"]!, CultureInfo.InvariantCulture);

        IReadOnlyList<string[]> csv = CsvFile.Read((await server.Admin.GetAsync($"/api/v1/costs/export?{asked}")).Is(200).Text);
        FocusData newest = FocusData.OfExport((await server.Admin.GetAsync($"/api/v1/costs/export?format=focus&{asked}")).Is(200).Text);
        FocusData older = FocusData.OfExport((await server.Admin.GetAsync($"/api/v1/costs/export?format=focus&focusVersion=1.2&{asked}")).Is(200).Text);

        Assert.Equal(0.123456789m + 0.0025m, total);
        Assert.Equal(total, csv.Skip(1).Sum(r => decimal.Parse(r[Array.IndexOf(csv[0], "cost")], CultureInfo.InvariantCulture)));
        Assert.Equal(total, newest.Rows.Sum(r => r.Decimal("BilledCost")));
        Assert.Equal(total, older.Rows.Sum(r => r.Decimal("BilledCost")));
        Assert.Equal(total, await ParquetAsync($"/api/v1/costs/export?format=parquet&{asked}"));
        Assert.Equal((true, false), (newest.Has("ServiceProviderName"), older.Has("ServiceProviderName")));
        Assert.Equal(["Nexus"], newest.Rows.Select(r => r["InvoiceIssuerName"]).Distinct());
    }

    [Theory]
    [InlineData("format=xml", "format")]
    [InlineData("format=focus&focusVersion=1.3", "focusVersion")]
    [InlineData("focusVersion=1.4", "focusVersion")]
    [InlineData("format=parquet&from=yesterday", "from")]
    public async Task What_cannot_be_written_is_refused_by_name(string query, string field) => (await server.Admin.GetAsync($"/api/v1/costs/export?{query}")).IsProblem(422, "invalid-value", field);

    [Fact]
    public async Task A_file_says_what_it_is()
    {
        using HttpClient http = new() { BaseAddress = server.Url, DefaultRequestHeaders = { Authorization = new("Bearer", server.Admin.Key) } };
        async Task<(string?, string?)> HeadersOf(string query)
        {
            using HttpResponseMessage answer = await http.GetAsync($"/api/v1/costs/export?from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z&{query}", TestContext.Current.CancellationToken);
            return (answer.Content.Headers.ContentType?.MediaType, answer.Content.Headers.ContentDisposition?.FileName?.Trim('"'));
        }

        Assert.Equal(("text/csv", "costs-20261101-20261201.csv"), await HeadersOf("format=csv"));
        Assert.Equal(("text/csv", "costs-focus-1.4-20261101-20261201.csv"), await HeadersOf("format=focus"));
        Assert.Equal(("text/csv", "costs-focus-1.2-20261101-20261201.csv"), await HeadersOf("format=focus&focusVersion=1.2"));
        Assert.Equal(("application/vnd.apache.parquet", "costs-20261101-20261201.parquet"), await HeadersOf("format=parquet"));
    }

    private async Task<string> SceneAsync()
    {
        (string tenant, string model) = (server.Fresh("tenant"), server.Fresh("model"));
        (await server.Admin.PostAsync("/api/v1/prices:import", $$"""{"items":[{"sku":"{{model}} in","resource":"tokens.input","model":"{{model}}","unitPrice":"0.000123456789"},{"sku":"{{model}} out","resource":"tokens.output","model":"{{model}}","unitPrice":"0.0000025"}]}""")).Is(200);
        string Record(string id, string resource) => $$"""{"id":"{{id}}","time":"{{Now:yyyy-MM-dd'T'HH:mm:ss'Z'}}","owner":"{{tenant}}/ada","resource":"{{resource}}","quantity":1000,"model":"{{model}}"}""";
        (await server.Admin.PostAsync("/api/v1/usage", $"[{Record("a", "tokens.input")},{Record("b", "tokens.output")},{Record("c", "llm.calls")}]")).Is(200);
        return tenant;
    }

    private async Task<decimal> ParquetAsync(string path)
    {
        using HttpClient http = new() { BaseAddress = server.Url, DefaultRequestHeaders = { Authorization = new("Bearer", server.Admin.Key) } };
        using MemoryStream file = new(await http.GetByteArrayAsync(path, TestContext.Current.CancellationToken));
        await using ParquetReader reader = await ParquetReader.CreateAsync(file, new ParquetOptions { UseBigDecimal = true }, cancellationToken: TestContext.Current.CancellationToken);
        using ParquetRowGroupReader group = reader.OpenRowGroupReader(0);
        BigDecimal?[] costs = new BigDecimal?[group.RowCount];
        await group.ReadAsync<BigDecimal>(reader.Schema.DataFields.Single(f => f.Name == "cost"), costs, cancellationToken: TestContext.Current.CancellationToken);
        return costs.Sum(c => (decimal)c!.Value.UnscaledValue) / 1_000_000_000_000m;
    }
}
