using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Features.Costs.Explorer;
using Nexus.Dashboard.Tests.Dashboard.Api;
using Nexus.Dashboard.Tests.Dashboard.Commands;
using Nexus.Dashboard.Tests.Dashboard.Costs.Focus;
using Nexus.Dashboard.Tests.Engine.Simulation.Traces;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Parquet;
using Parquet.Data;

namespace Nexus.Dashboard.Tests.Dashboard.Costs;

/// <summary>One real hour of LLM traffic (Azure, 2023), replayed for three tenants and priced with the sample price book: every door tells the same total, which is worked out here from the trace alone.</summary>
public sealed class PricedHourTests : IAsyncLifetime
{
    private readonly ApiServer _nexus = new();

    public ValueTask InitializeAsync() => _nexus.InitializeAsync();

    public ValueTask DisposeAsync() => _nexus.DisposeAsync();

    [Fact]
    public async Task The_real_hour_costs_the_same_to_the_last_digit_whoever_is_asked()
    {
        string hour = Trace.SharedFile(Trace.Azure);
        string book = await File.ReadAllTextAsync(Trace.SharedFile("model-prices-sample.json"), TestContext.Current.CancellationToken);
        decimal total = TotalOf(hour, book);
        (await _nexus.Admin.PostAsync("/api/v1/prices:import", book)).Is(200);
        (await _nexus.Admin.PutAsync("/api/v1/pools/llm", """{"resources":{"llm.calls":{"rate":1000000000,"per":"PT1S","burst":1000000000},"tokens.input":{"rate":1000000000,"per":"PT1S","burst":1000000000},"tokens.output":{"rate":1000000000,"per":"PT1S","burst":1000000000},"tokens.context":200000}}""")).Is(200);
        foreach (int tenant in Enumerable.Range(1, 3))
        {
            (await _nexus.Admin.PutAsync($"/api/v1/budgets/tenant-{tenant}", $$"""{"scope":{"owner":"tenant-{{tenant}}"},"amount":{"amount":"1000"},"period":"year"}""")).Is(200);
        }

        (await _nexus.Admin.PutAsync("/api/v1/budgets/all", """{"scope":{},"amount":{"amount":"1000"},"period":"year"}""")).Is(200);
        string from = DateTimeOffset.UtcNow.AddHours(-1).ToString("yyyy-MM-dd'T'HH:00:00'Z'", CultureInfo.InvariantCulture);
        CommandRun replay = await CommandRun.OfAsync("replay", hour, "--url", _nexus.Url.ToString(), "--key", _nexus.Admin.Key!, "--speed", "600", "--owners", "3", "--model", "gpt-4o", "--json");
        Assert.Equal((0, 0), (replay.ExitCode, replay.Json.GetProperty("errors").GetInt32()));

        string asked = $"from={from}&to={DateTimeOffset.UtcNow.AddHours(2):yyyy-MM-dd'T'HH:00:00'Z'}";
        IReadOnlyList<string[]> csv = CsvFile.Read((await _nexus.Admin.GetAsync($"/api/v1/costs/export?{asked}")).Is(200).Text);
        FocusData focus = FocusData.OfExport((await _nexus.Admin.GetAsync($"/api/v1/costs/export?format=focus&{asked}")).Is(200).Text);
        ApiAnswer costs = (await _nexus.Admin.GetAsync($"/api/v1/costs?{asked}&groupBy=tenant")).Is(200);

        Assert.Equal(total, Number(replay.Json.GetProperty("cost").GetProperty("amount").GetString()));
        Assert.Equal(total, Number(costs["total.amount"]));
        Assert.Equal(["tenant-1", "tenant-2", "tenant-3"], costs.Json["groups"]!.AsArray().Select(g => (string)g!["key"]!["tenant"]!).Order(StringComparer.Ordinal));
        Assert.Equal(total, costs.Json["groups"]!.AsArray().Sum(g => Number((string?)g!["cost"]!["amount"])));
        Assert.Equal(total, Number((await ExplorerAsync(asked)).Total.Cost.ToString()));
        Assert.Equal(total, Number((await _nexus.Admin.GetAsync("/api/v1/budgets/all")).Is(200)["spent.amount"]));
        Assert.Equal(total, (await Task.WhenAll(Enumerable.Range(1, 3).Select(t => _nexus.Admin.GetAsync($"/api/v1/budgets/tenant-{t}")))).Sum(b => Number(b["spent.amount"])));
        Assert.Equal(total, csv.Skip(1).Sum(r => Number(r[Array.IndexOf(csv[0], "cost")])));
        Assert.Equal(total, focus.Rows.Sum(r => r.Decimal("BilledCost")));
        Assert.Equal(total, await ParquetAsync($"/api/v1/costs/export?format=parquet&{asked}"));
    }

    // Tokens times the price of a token, by the trace and the price table alone.
    private static decimal TotalOf(string hour, string book)
    {
        JsonNode prices = JsonNode.Parse(book)!["gpt-4o"]!;
        long[][] rows = [.. File.ReadLines(hour).Skip(1).Where(l => l.Length > 0).Select(l => l.Split(',')[1..].Select(c => long.Parse(c, CultureInfo.InvariantCulture)).ToArray())];
        return (rows.Sum(r => r[0]) * Price("input_cost_per_token")) + (rows.Sum(r => r[1]) * Price("output_cost_per_token"));

        decimal Price(string name) => decimal.Parse(prices[name]!.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    // As the page of the costs shows it.
    private async Task<CostsView> ExplorerAsync(string asked)
    {
        string[] range = [.. asked.Split('&').Select(p => p.Split('=')[1])];
        Caller admin = new(ActorKind.Local, "test", OwnerPath.Root, Scope.Admin, null, "page", null);
        CostsAsked question = CostsAsked.Read(new CostsAddress { From = range[0], To = range[1] }, Instant.From(DateTimeOffset.UtcNow), null).Value!;
        return (await _nexus.Services.GetRequiredService<CostsPageService>().GetAsync(admin, question, TestContext.Current.CancellationToken)).Value!;
    }

    private async Task<decimal> ParquetAsync(string path)
    {
        using HttpClient http = new() { BaseAddress = _nexus.Url, DefaultRequestHeaders = { Authorization = new("Bearer", _nexus.Admin.Key) } };
        using MemoryStream file = new(await http.GetByteArrayAsync(path, TestContext.Current.CancellationToken));
        await using ParquetReader reader = await ParquetReader.CreateAsync(file, new ParquetOptions { UseBigDecimal = true }, cancellationToken: TestContext.Current.CancellationToken);
        decimal sum = 0;
        for (int i = 0; i < reader.RowGroupCount; i++)
        {
            using ParquetRowGroupReader group = reader.OpenRowGroupReader(i);
            BigDecimal?[] costs = new BigDecimal?[group.RowCount];
            await group.ReadAsync<BigDecimal>(reader.Schema.DataFields.Single(f => f.Name == "cost"), costs, cancellationToken: TestContext.Current.CancellationToken);
            sum += costs.Sum(c => (decimal)c!.Value.UnscaledValue) / 1_000_000_000_000m;
        }

        return sum;
    }

    private static decimal Number(string? text) => decimal.Parse(text!, CultureInfo.InvariantCulture);
}
