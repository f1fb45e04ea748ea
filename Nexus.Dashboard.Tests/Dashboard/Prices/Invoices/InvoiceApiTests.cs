using System.Text;
using System.Text.Json.Nodes;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Tests.Dashboard.Api;

namespace Nexus.Dashboard.Tests.Dashboard.Prices.Invoices;

/// <summary>Invoices through the real program's API; each test keeps to a provider and a model of its own.</summary>
public sealed class InvoiceApiTests(ApiServer server)
{
    private const string Invoices = "/api/v1/invoices";

    private static readonly DateTimeOffset First = new(DateTimeOffset.UtcNow.UtcDateTime.Date.AddDays(-9), TimeSpan.Zero);

    [Fact]
    public async Task An_invoice_with_one_difference_of_each_cause_is_explained_line_by_line()
    {
        Scene scene = await SceneAsync();
        await UseAsync(scene, (0, "tokens.input", 1_000_000), (0, "tokens.input.cached", 1_000_000), (0, "tokens.output", 150_000), (1, "tokens.input", 1_000_000), (1, "tokens.output", 100_050));

        ApiAnswer found = (await server.Admin.PostAsync(Invoices, Body(scene,
            Line(0, scene, "input", "1200000,3.00"),
            Line(0, scene, "cachedRead", "1000000,2.00"),
            Line(0, scene, "output", "100000,1.00"),
            Line(1, scene, "input", "1000000,5.00"),
            Line(1, scene, "output", "100050,1.00"),
            Line(1, scene, "web search", "3,0.03")))).Is(201);

        Assert.Equal(
            [
                $"{Day(0)} input line 2: missingHere 0.5",
                $"{Day(0)} cachedRead line 3: price 0.75",
                $"{Day(0)} output line 4: missingThere -0.5",
                $"{Day(1)} input line 5: tier 2.5",
                $"{Day(1)} output line 6: rounding -0.0005",
            ],
            found.Json["rows"]!.AsArray().Select(r => $"{r!["day"]} {r["class"]} line {r["line"]}: {string.Join(", ", r["causes"]!.AsArray().Select(c => $"{c!["cause"]} {c["amount"]!["amount"]}"))}"));
        Assert.Equal(("12", "8.7505", "3.2495"), (found["billed.amount"], found["ledger.amount"], found["difference.amount"]));
        Assert.Equal(["missingHere 0.5", "missingThere -0.5", "price 0.75", "tier 2.5", "rounding -0.0005"], found.Json["causes"]!.AsArray().Select(c => $"{c!["cause"]} {c["amount"]!["amount"]}"));
        Assert.Equal($"{scene.Model} in, large prompts", found["rows.3.causes.0.sku"]);
        Assert.Equal($"fresh input of {scene.Model}", found["largest"]);
        Assert.Equal(("1", "7"), (found["unreadLines"], found["unread.0.line"]));
        Assert.Equal(("0.00000125", "0.000002", $"{Day(0)}T00:00:00+00:00"), (found["corrections.0.before.unitPrice"], found["corrections.0.after.unitPrice"], found["corrections.0.after.effectiveFrom"]));
        Assert.Single(found.Json["corrections"]!.AsArray());
    }

    [Fact]
    public async Task A_price_that_an_invoice_shows_is_tried_set_and_the_days_rated_anew()
    {
        Scene scene = await SceneAsync();
        await UseAsync(scene, (0, "tokens.output", 100_000), (1, "tokens.output", 100_000));
        string id = (await server.Admin.PostAsync(Invoices, Body(scene, Line(0, scene, "output", "100000,1.20"), Line(1, scene, "output", "100000,1.20")))).Is(201)["id"]!;

        ApiAnswer tried = (await server.Admin.PostAsync($"{Invoices}/{id}/apply?dryRun=true")).Is(200);
        Assert.Equal(("0.000012", "2", "2.4", "0.4", scene.Owner), (tried["prices.0.unitPrice"], tried["rerated.before.amount"], tried["rerated.after.amount"], tried["rerated.difference.amount"], tried["rerated.owners.0.owner"]));
        Assert.Equal("0.4", (await server.Admin.GetAsync($"{Invoices}/{id}"))["difference.amount"]);
        (await server.Admin.PostAsync($"{Invoices}/{id}/apply", null, ("If-Match", "\"1\""))).IsProblem(412, "version-mismatch");

        ApiAnswer applied = (await server.Admin.PostAsync($"{Invoices}/{id}/apply")).Is(200);

        Assert.Equal(("2", "4"), (applied["rerated.corrected"], applied["rerated.adjustments"]));
        ApiAnswer after = (await server.Admin.GetAsync($"{Invoices}/{id}")).Is(200);
        Assert.Equal(("0", "0"), (after["difference.amount"], after.Json["causes"]!.AsArray().Count.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Null(after["largest"]);
        Assert.Equal("0", (await server.Admin.PostAsync($"{Invoices}/{id}/apply")).Is(200)["rerated.corrected"]);
    }

    [Fact]
    public async Task What_was_sent_before_changes_nothing_and_its_id_is_not_taken_by_another()
    {
        Scene scene = await SceneAsync();
        string id = server.Fresh("invoice");
        string body = Body(scene, Line(0, scene, "input", "1000,0.01"));

        (await server.Admin.PostAsync($"{Invoices}?dryRun=true", body)).Is(200);
        string made = (await server.Admin.PostAsync(Invoices, body)).Is(201)["id"]!;
        Assert.StartsWith("inv-", made, StringComparison.Ordinal);
        Assert.Equal(made, (await server.Admin.PostAsync(Invoices, body)).Is(200)["id"]);

        (await server.Admin.PostAsync(Invoices, Named(id, Body(scene, Line(0, scene, "input", "1000,0.01"))))).Is(201);
        (await server.Admin.PostAsync(Invoices, Named(id, Body(scene, Line(0, scene, "input", "2000,0.01"))))).IsProblem(409, "id-reused");
    }

    [Fact]
    public async Task A_file_is_sent_as_it_is()
    {
        Scene scene = await SceneAsync();
        await UseAsync(scene, (0, "tokens.input", 1_000_000));
        using StringContent csv = new($"day,model,class,quantity,amount\r\n{Line(0, scene, "input", "1000000,2.50")}\r\n", Encoding.UTF8, "text/csv");

        ApiAnswer found = (await server.Admin.SendAsync(HttpMethod.Post, $"{Invoices}?id={server.Fresh("file")}&provider={scene.Provider}", csv)).Is(201);

        Assert.Equal(("0", "general", scene.Provider), (found["difference.amount"], found["layout"], found["provider"]));
    }

    [Fact]
    public async Task Another_currency_needs_its_rate()
    {
        Scene scene = await SceneAsync();
        await UseAsync(scene, (0, "tokens.input", 1_000_000));
        string csv = $"day,model,class,quantity,amount,currency\\n{Line(0, scene, "input", "1000000,2.31,eur")}";

        (await server.Admin.PostAsync(Invoices, $$"""{"csv":"{{csv}}","provider":"{{scene.Provider}}"}""")).IsProblem(422, "invalid-value", "$.rate");
        (await server.Admin.PostAsync(Invoices, $$"""{"csv":"{{csv}}","provider":"{{scene.Provider}}","rate":"0"}""")).IsProblem(422, "invalid-value", "$.rate");
        ApiAnswer found = (await server.Admin.PostAsync(Invoices, $$"""{"csv":"{{csv}}","provider":"{{scene.Provider}}","rate":"1.08"}""")).Is(201);

        Assert.Equal(("2.4948", "EUR", "1.08", "rounding"), (found["billed.amount"], found["invoiceCurrency"], found["rate"], found["causes.0.cause"]));
    }

    [Fact]
    public async Task It_is_settled_or_disputed_with_a_reason_listed_and_forgotten()
    {
        Scene scene = await SceneAsync();
        string id = (await server.Admin.PostAsync(Invoices, Body(scene, Line(0, scene, "input", "1000,0.05")))).Is(201)["id"]!;

        (await server.Admin.PostAsync($"{Invoices}/{id}/dispute")).IsProblem(422, "invalid-value", "$.reason");
        Assert.Equal("disputed", (await server.Admin.PostAsync($"{Invoices}/{id}/dispute", """{"reason":"twice the price"}""")).Is(200)["state"]);
        Assert.Equal("accepted", (await server.Admin.PostAsync($"{Invoices}/{id}/accept")).Is(200)["state"]);
        JsonNode listed = (await server.Admin.GetAsync($"{Invoices}?limit=1000")).Is(200).Json["items"]!.AsArray().Single(i => (string?)i!["id"] == id)!;
        Assert.Equal(("accepted", "0.05"), ((string?)listed["state"], (string?)listed["difference"]!["amount"]));
        Assert.Contains(id, (await server.Admin.GetAsync("/api/v1/audit?limit=200")).Is(200).Text, StringComparison.Ordinal);

        (await server.Admin.DeleteAsync($"{Invoices}/{id}")).Is(204);
        (await server.Admin.GetAsync($"{Invoices}/{id}")).IsProblem(404, "not-found");
        (await server.Admin.PostAsync($"{Invoices}/{id}/accept")).IsProblem(404, "not-found");
        (await server.Admin.DeleteAsync($"{Invoices}/{id}")).IsProblem(404, "not-found");
    }

    [Fact]
    public async Task A_key_that_may_configure_but_not_look_settles_what_it_sends()
    {
        Scene scene = await SceneAsync();
        ApiClient key = await server.ClientAsync("/", Scope.Configure);
        string id = (await key.PostAsync(Invoices, Body(scene, Line(0, scene, "input", "1000,0.05")))).Is(201)["id"]!;

        Assert.Equal("accepted", (await key.PostAsync($"{Invoices}/{id}/accept")).Is(200)["state"]);
        (await key.PostAsync($"{Invoices}/{id}/apply?dryRun=true")).Is(200);
        (await key.GetAsync($"{Invoices}/{id}")).IsProblem(403, "missing-scope");
    }

    [Fact]
    public async Task What_is_no_invoice_is_refused_with_the_remedy()
    {
        (await server.Admin.PostAsync(Invoices, """{"csv":""}""")).IsProblem(422, "invalid-value", "$.csv");
        (await server.Admin.PostAsync(Invoices, """{"csv":"a,b\n1,2"}""")).IsProblem(422, "invalid-value", "$.layout");
        (await server.Admin.PostAsync(Invoices, """{"csv":"a,b\n1,2","layout":"telex"}""")).IsProblem(422, "unknown-name", "$.layout");
        (await server.Admin.PostAsync(Invoices, """{"csv":"a,b\n1,2","mapping":{"day":["a"]}}""")).IsProblem(422, "invalid-value", "$.mapping.model");
        (await server.Admin.PostAsync(Invoices, """{"csv":"day,model,class,quantity,amount\nyesterday,m,input,1,1"}""")).IsProblem(422, "invalid-value", "$.csv");
        (await server.Admin.PostAsync(Invoices, """{"csv":"day,model,class,quantity,amount\n2026-10-01,m,input,1,1","id":"a/b"}""")).IsProblem(422, "invalid-value", "$.id");
        ApiClient below = await server.ClientAsync("acme", Scope.Configure | Scope.Read);
        (await below.GetAsync(Invoices)).IsProblem(403, "missing-scope");
    }

    private static string Line(int day, Scene scene, string tokens, string rest) => $"{Day(day)},{scene.Model},{tokens},{rest}";

    private static string Day(int day) => First.AddDays(day).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private static string Body(Scene scene, params string[] lines) => $$"""{"provider":"{{scene.Provider}}","csv":"day,model,class,quantity,amount\n{{string.Join("\\n", lines)}}"}""";

    private static string Named(string id, string body) => $$"""{"id":"{{id}}",{{body[1..]}}""";

    private async Task<Scene> SceneAsync()
    {
        string model = server.Fresh("billed-model");
        Scene scene = new(server.Fresh("maker"), model, $"{server.Fresh("billed")}/ada");
        string Price(string name, string resource, string price, string more = "") => $$"""{"sku":"{{model}} {{name}}","resource":"{{resource}}","provider":"{{scene.Provider}}","model":"{{model}}","unitPrice":"{{price}}"{{more}}}""";
        (await server.Admin.PostAsync("/api/v1/prices:import", $$"""{"items":[{{string.Join(',', Price("in", "tokens.input", "0.0000025"), Price("in, large prompts", "tokens.input", "0.000005", ",\"abovePromptTokens\":200000"), Price("cached", "tokens.input.cached", "0.00000125"), Price("out", "tokens.output", "0.00001"))}}]}""")).Is(200);
        return scene;
    }

    private async Task UseAsync(Scene scene, params (int Day, string Resource, long Tokens)[] uses)
    {
        string records = string.Join(',', uses.Select((u, i) => $$"""{"id":"{{scene.Model}}-{{i}}","time":"{{First.AddDays(u.Day).AddHours(12):yyyy-MM-dd'T'HH:mm:ss'Z'}}","owner":"{{scene.Owner}}","resource":"{{u.Resource}}","quantity":{{u.Tokens}},"provider":"{{scene.Provider}}","model":"{{scene.Model}}"}"""));
        ApiAnswer sent = (await server.Admin.PostAsync("/api/v1/usage", $"[{records}]")).Is(200);
        Assert.All(sent.Json["items"]!.AsArray(), i => Assert.Equal("accepted", (string?)i!["status"]));
    }

    private sealed record Scene(string Provider, string Model, string Owner);
}
