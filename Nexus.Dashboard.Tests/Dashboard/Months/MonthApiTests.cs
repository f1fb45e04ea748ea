using System.Globalization;
using System.Text.Json.Nodes;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Tests.Dashboard.Api;
using Nexus.Dashboard.Tests.Dashboard.Costs;
using Nexus.Engine.Costs;

namespace Nexus.Dashboard.Tests.Dashboard.Months;

/// <summary>Months, charges and statements through the real program's API. It is one for all tests: each keeps to a tenant and model of its own, and closes a month that nobody else uses.</summary>
public sealed class MonthApiTests(ApiServer server)
{
    [Fact]
    public async Task A_month_is_previewed_with_its_checklist_then_closed_once()
    {
        (string tenant, string month) = (server.Fresh("tenant"), Month(-12));
        await ReportAsync(tenant, "u1", $"{month}-10T00:00:00Z", 1000, priced: false);

        ApiAnswer preview = (await server.Admin.PostAsync($"/api/v1/periods/{month}/close?dryRun=true")).Is(200);
        Assert.Equal(("open", null), (preview["state"], preview["closedAt"]));
        JsonNode unpriced = preview.Json["checklist"]!.AsArray().Single(c => (string?)c!["name"] == "unpricedUsage")!;
        Assert.Equal((false, 1), ((bool)unpriced["done"]!, (int)unpriced["count"]!));
        Assert.Contains("Add prices", (string?)unpriced["detail"], StringComparison.Ordinal);
        Assert.Equal("open", (await PeriodAsync(month))["state"]?.ToString());

        ApiAnswer closed = (await server.Admin.PostAsync($"/api/v1/periods/{month}/close")).Is(200);
        ApiAnswer again = (await server.Admin.PostAsync($"/api/v1/periods/{month}/close")).Is(200);

        Assert.Equal(("closed", closed["closedAt"], closed["total.amount"], null), (again["state"], again["closedAt"], again["total.amount"], again["checklist.0.name"]));
        Assert.Equal(closed["closedAt"], (await PeriodAsync(month))["closedAt"]?.ToString());
    }

    [Fact]
    public async Task An_invoice_of_the_month_that_nobody_settled_stands_in_the_checklist()
    {
        (string month, string invoice) = (Month(-9), server.Fresh("invoice"));
        async Task<JsonNode> CheckAsync() => (await server.Admin.PostAsync($"/api/v1/periods/{month}/close?dryRun=true")).Is(200).Json["checklist"]!.AsArray().Single(c => (string?)c!["name"] == "unreconciledInvoices")!;
        Assert.True((bool)(await CheckAsync())["done"]!);

        (await server.Admin.PostAsync("/api/v1/invoices", $$"""{"id":"{{invoice}}","csv":"day,model,class,quantity,amount\n{{month}}-03,m,input,1,1"}""")).Is(201);
        JsonNode open = await CheckAsync();
        Assert.Equal((false, 1), ((bool)open["done"]!, (int)open["count"]!));
        Assert.Contains(invoice, (string?)open["detail"], StringComparison.Ordinal);

        (await server.Admin.PostAsync($"/api/v1/invoices/{invoice}/accept")).Is(200);
        Assert.Equal("Every invoice of the month is settled.", (string?)(await CheckAsync())["detail"]);
    }

    [Fact]
    public async Task A_month_that_runs_is_refused_and_so_is_what_is_no_month()
    {
        (await server.Admin.PostAsync($"/api/v1/periods/{Month(0)}/close")).IsProblem(422, "invalid-value", "month");
        (await server.Admin.PostAsync($"/api/v1/periods/{Month(0)}/close?dryRun=true")).IsProblem(422, "invalid-value", "month");
        (await server.Admin.PostAsync("/api/v1/periods/2026-13/close")).IsProblem(422, "invalid-value", "month");
    }

    [Fact]
    public async Task A_charge_is_entered_once_by_its_id_and_is_in_costs_records_export_and_focus()
    {
        string tenant = server.Fresh("tenant");
        string month = Month(-2);
        string body = $$"""{"id":"c1","category":"credit","owner":"{{tenant}}/alice","amount":{"amount":"-12.345678901234"},"description":"=outage, sorry","model":"m-1"}""";

        ApiAnswer entered = (await server.Admin.PostAsync($"/api/v1/periods/{month}/charges", body)).Is(201);
        ApiAnswer again = (await server.Admin.PostAsync($"/api/v1/periods/{month}/charges", body)).Is(200);
        (await server.Admin.PostAsync($"/api/v1/periods/{month}/charges", body.Replace("-12.3", "-11.3", StringComparison.Ordinal))).IsProblem(409, "id-reused");

        Assert.Equal((entered.Json.ToJsonString(), month), (again.Json.ToJsonString(), entered["billedIn"]));
        string range = $"from={month}-01T00:00:00Z&to={Month(-1)}-01T00:00:00Z&filter=tenant:{tenant}";
        ApiAnswer costs = (await server.Admin.GetAsync($"/api/v1/costs?{range}&groupBy=kind,resource")).Is(200);
        Assert.Equal(("-12.345678901234", "credit", null, "0"), (costs["total.amount"], costs["groups.0.key.kind"], costs["groups.0.key.resource"], costs["unpriced"]));
        ApiAnswer record = (await server.Admin.GetAsync($"/api/v1/costs/records?{range}")).Is(200);
        Assert.Equal(("credit", "=outage, sorry", "c1", "-12.345678901234"), (record["items.0.kind"], record["items.0.description"], record["items.0.record"], record["items.0.cost.amount"]));
        string csv = (await server.Admin.GetAsync($"/api/v1/costs/export?{range}")).Is(200).Text;
        Assert.Contains("\"'=outage, sorry\"", csv, StringComparison.Ordinal);
        Assert.Contains(",-12.345678901234,", csv, StringComparison.Ordinal);
        string focus = (await server.Admin.GetAsync($"/api/v1/costs/export?format=focus&{range}")).Is(200).Text;
        Assert.Contains("-12.345678901234", focus, StringComparison.Ordinal);
        Assert.Contains(",Credit,", focus, StringComparison.Ordinal);
        Assert.Equal("c1", (await server.Admin.GetAsync($"/api/v1/periods/{month}/charges?limit=1000")).Json["items"]!.AsArray().Single(c => (string?)c!["owner"] == $"{tenant}/alice")!["id"]!.ToString());
    }

    [Fact]
    public async Task What_is_wrong_with_a_charge_is_said_of_each_field()
    {
        string path = $"/api/v1/periods/{Month(-2)}/charges";
        ApiAnswer refused = (await server.Admin.PostAsync(path, """{"id":"a b","category":"gift","owner":"","amount":{"amount":"1e3"},"description":"d","model":""}""")).IsProblem(422, "invalid-value");

        Assert.Equal(["$.amount.amount", "$.category", "$.id", "$.model", "$.owner"], refused.Json["errors"]!.AsObject().Select(e => e.Key).Order(StringComparer.Ordinal));
        (await server.Admin.PostAsync(path, """{"id":"a","category":"tax","owner":"acme","amount":{"amount":"1"},"description":"d","resource":"llama"}""")).IsProblem(422, "unknown-name", "$.resource");
        (await server.Admin.PostAsync($"/api/v1/periods/{Month(2)}/charges", """{"id":"a","category":"tax","owner":"acme","amount":{"amount":"1"},"description":"d"}""")).IsProblem(422, "invalid-value", "month");
    }

    [Fact]
    public async Task A_statement_adds_up_to_the_ledger_to_the_last_digit_in_every_form()
    {
        (string tenant, string month) = (server.Fresh("tenant"), Month(-2));
        await ReportAsync(tenant, "u1", $"{month}-10T00:00:00Z", 333.333, priced: true);
        await ReportAsync($"{tenant}/alice", "u2", $"{month}-11T00:00:00Z", 666.667, priced: true);
        await EnterAsync(tenant, month, "d", "discount", "-0.000000000001");
        await EnterAsync(tenant, month, "t", "tax", "0.19");

        ApiAnswer statement = (await server.Admin.GetAsync($"/api/v1/statements/{tenant}/{month}")).Is(200);
        string costs = (await server.Admin.GetAsync($"/api/v1/costs?from={month}-01T00:00:00Z&to={Month(-1)}-01T00:00:00Z&filter=tenant:{tenant}")).Is(200)["total.amount"]!;

        Assert.Equal((costs, "open"), (statement["total.amount"], statement["state"]));
        Assert.Equal(Money.Parse(costs), Sum("usage", "credits", "discounts", "taxes", "corrected"));
        Assert.Equal(statement["usage.amount"], statement.Json["owners"]!.AsArray().Aggregate(Money.Zero, (sum, o) => sum + Money.Parse((string)o!["cost"]!["amount"]!)).ToString());
        Assert.Equal(["d", "t"], statement.Json["charges"]!.AsArray().Select(c => (string?)c!["id"]));
        string csv = (await server.Admin.GetAsync($"/api/v1/statements/{tenant}/{month}?format=csv")).Is(200).Text;
        IReadOnlyList<string[]> rows = CsvFile.Read(csv);
        int cost = Array.IndexOf(rows[0], "cost");
        Assert.Equal(costs, rows.Skip(1).Aggregate(Money.Zero, (sum, row) => sum + Money.Parse(row[cost])).ToString());
        ApiAnswer html = (await server.Admin.GetAsync($"/api/v1/statements/{tenant}/{month}?format=html")).Is(200);
        Assert.Contains("Preliminary", html.Text, StringComparison.Ordinal);
        Assert.Contains("style-src 'sha256-", html.Headers["Content-Security-Policy"], StringComparison.Ordinal);

        Money Sum(params string[] fields) => fields.Aggregate(Money.Zero, (sum, f) => sum + Money.Parse(statement[$"{f}.amount"]!));
    }

    [Fact]
    public async Task A_closed_statement_stays_and_what_comes_late_is_shown_apart_in_the_open_one()
    {
        (string tenant, string month, string next) = (server.Fresh("tenant"), Month(-11), Month(-10));
        await ReportAsync(tenant, "u1", $"{month}-10T00:00:00Z", 1000, priced: true);
        (await server.Admin.PostAsync($"/api/v1/periods/{month}/close")).Is(200);
        string before = (await server.Admin.GetAsync($"/api/v1/statements/{tenant}/{month}")).Is(200).Json.ToJsonString();

        await ReportAsync(tenant, "late", $"{month}-20T00:00:00Z", 500, priced: true);
        await EnterAsync(tenant, month, "c", "credit", "-0.25");

        Assert.Equal(before, (await server.Admin.GetAsync($"/api/v1/statements/{tenant}/{month}")).Is(200).Json.ToJsonString());
        ApiAnswer statement = (await server.Admin.GetAsync($"/api/v1/statements/{tenant}/{next}")).Is(200);
        Assert.Equal(("0", "4.75", "4.75"), (statement["usage.amount"], statement["corrected.amount"], statement["total.amount"]));
        Assert.Equal([(month, "adjustment"), (month, "credit")], statement.Json["corrections"]!.AsArray().Select(c => ((string)c!["month"]!, (string)c["category"]!)).Order());
        string focus = (await server.Admin.GetAsync($"/api/v1/costs/export?format=focus&from={month}-01T00:00:00Z&to={next}-01T00:00:00Z&filter=tenant:{tenant}")).Is(200).Text;
        Assert.Equal(2, focus.Split(",Correction,").Length - 1);
        Assert.Contains($"{next}-01T00:00:00Z", focus, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_statement_is_only_for_who_may_see_all_of_the_tenant()
    {
        string tenant = server.Fresh("tenant");
        ApiClient theirs = await server.ClientAsync(tenant, Scope.Read);
        ApiClient part = await server.ClientAsync($"{tenant}/alice", Scope.Read);

        (await theirs.GetAsync($"/api/v1/statements/{tenant}/{Month(-2)}")).Is(200);
        (await theirs.GetAsync($"/api/v1/statements/other/{Month(-2)}")).IsProblem(403, "outside-path");
        (await part.GetAsync($"/api/v1/statements/{tenant}/{Month(-2)}")).IsProblem(403, "outside-path");
        (await theirs.GetAsync($"/api/v1/statements/{tenant}/{Month(1)}")).IsProblem(422, "invalid-value", "month");
        (await theirs.GetAsync($"/api/v1/statements/{tenant}/{Month(-2)}?format=pdf")).IsProblem(422, "invalid-value", "format");
        (await theirs.PostAsync($"/api/v1/periods/{Month(-2)}/charges", $$"""{"id":"c","category":"credit","owner":"{{tenant}}","amount":{"amount":"-1"},"description":"mine"}""")).IsProblem(403, "missing-scope");
    }

    private static string Month(int from) => DateTimeOffset.UtcNow.AddDays(1 - DateTimeOffset.UtcNow.Day).AddMonths(from).ToString("yyyy-MM", CultureInfo.InvariantCulture);

    private async Task<JsonNode> PeriodAsync(string month) => (await server.Admin.GetAsync("/api/v1/periods?limit=1000")).Is(200).Json["items"]!.AsArray().Single(p => (string?)p!["month"] == month)!;

    private async Task ReportAsync(string owner, string id, string time, double quantity, bool priced)
    {
        string model = $"m-{owner.Split('/')[0]}";
        if (priced)
        {
            (await server.Admin.PostAsync("/api/v1/prices:import", $$"""{"items":[{"sku":"{{model}}","resource":"tokens.input","model":"{{model}}","unitPrice":"0.01"}]}""")).Is(200);
        }

        string body = string.Create(CultureInfo.InvariantCulture, $$"""[{"id":"{{id}}","time":"{{time}}","owner":"{{owner}}","resource":"tokens.input","quantity":{{quantity}},"model":"{{model}}"}]""");
        Assert.Equal("accepted", (await server.Admin.PostAsync("/api/v1/usage", body)).Is(200)["items.0.status"]);
    }

    private async Task EnterAsync(string owner, string month, string id, string category, string amount) =>
        (await server.Admin.PostAsync($"/api/v1/periods/{month}/charges", $$"""{"id":"{{id}}","category":"{{category}}","owner":"{{owner}}","amount":{"amount":"{{amount}}"},"description":"because"}""")).Is(201);
}
