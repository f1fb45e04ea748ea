using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Dashboard.Tests.Dashboard.Api;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Commands.Policies;

/// <summary><c>policy apply --dry-run</c> over work that really was done: it changes nothing, and says who gains and who loses.</summary>
public sealed class PolicyDryRunTests(NexusServer server) : IClassFixture<NexusServer>, IDisposable
{
    private const string Priced = """{"items": [{"sku": "call", "resource": "llm.calls", "unitPrice": "2"}]}""";

    private readonly PolicyFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_says_who_gains_and_who_loses_fails_by_its_conditions_and_changes_nothing()
    {
        string from = await WorkAsync("winner", "loser");
        string changed = _folder.Copy("present", "changed", ("quotas.json", """{"loser": {"rules": [{"resource": "gpu", "limit": 1}]}}"""));
        await ExportAsync("before");
        long last = server.Services.GetRequiredService<EngineHost>().Read.Sequence;

        CommandRun run = await DryRunAsync(changed, from, "--fail-if", "rejected > +0", "--fail-if", "waitSeconds.max > +50%", "--report", _folder["report.md"], "--json");

        Assert.True(run.ExitCode == 1, run.Error + run.Output);
        Assert.Equal("present: rejected is 1 under the changed policy, 0 under the present one: more by more than 0", Assert.Single(run.Json.GetProperty("failed").EnumerateArray()).GetString());
        Assert.Equal(["present", "changed"], run.Json.GetProperty("variants").EnumerateArray().Select(v => v.GetProperty("name").GetString()));
        Assert.True(run.Json.GetProperty("variants")[0].GetProperty("asRecorded").GetBoolean());
        string report = await File.ReadAllTextAsync(_folder["report.md"], TestContext.Current.CancellationToken);
        Assert.StartsWith("## Policy change: fails, 1 of 2 conditions does not hold", report, StringComparison.Ordinal);
        Assert.Contains("| `rejected > +0` | 0 | 1 | **no** |", report, StringComparison.Ordinal);
        Assert.Contains("| `waitSeconds.max > +50%` |", report, StringComparison.Ordinal);
        Assert.Matches(@"### Who loses\n\n\| Owner .*\n\|[- |:]+\n\| loser \| 1 \| [^|]+ \| 0 → 1 \|", report);
        Assert.Matches(@"### Who gains\n\n\| Owner .*\n\|[- |:]+\n\| winner \| 1 \| .+ → 0.ms \| 0 \|", report);
        Assert.Contains("- added quota 'loser'", report, StringComparison.Ordinal);
        Assert.Contains("decisions came out as they were recorded", report, StringComparison.Ordinal);
        Assert.Contains("retries and changed submissions", report, StringComparison.Ordinal);

        await ExportAsync("after");
        Assert.Equal(_folder.Read("before"), _folder.Read("after"));
        Assert.Equal(last, server.Services.GetRequiredService<EngineHost>().Read.Sequence); // no event: the state is what it was
    }

    [Fact]
    public async Task A_change_that_harms_nobody_passes_and_says_so_to_people()
    {
        string from = await WorkAsync("first", "second");
        string changed = _folder.Copy("present", "roomier", ("pools.json", """{"gpu": {"resources": {"gpu": 4, "llm.calls": {"rate": 100, "per": 1, "burst": 100}}}}"""));

        CommandRun run = await DryRunAsync(changed, from, "--fail-if", "waitSeconds.p95 > +0");

        Assert.True(run.ExitCode == 0, run.Error + run.Output);
        Assert.Contains("resources.gpu 2 → 4", run.Output, StringComparison.Ordinal);
        Assert.Contains("gains first: p95 wait", run.Output, StringComparison.Ordinal);
        Assert.Contains("decisions came out as they were recorded", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dearer_prices_and_a_budget_that_halts_are_tried_on_the_past()
    {
        string from = await WorkAsync("payer", "other");
        string dearer = _folder.Copy("present", "dearer", ("prices.json", Priced.Replace("\"2\"", "\"3\"", StringComparison.Ordinal)));
        string halting = _folder.Copy("present", "halting", ("budgets.json", """{"none": {"scope": {"owner": "other"}, "amount": {"amount": "1"}, "period": "month", "thresholds": [{"at": 1, "action": "halt"}]}}"""));

        CommandRun dear = await DryRunAsync(dearer, from, "--fail-if", "cost > +49%", "--json");
        CommandRun within = await DryRunAsync(dearer, from, "--fail-if", "cost > +50%", "--json");
        CommandRun halted = await DryRunAsync(halting, from, "--fail-if", "rejected > +0", "--json");

        Assert.Equal((1, 0, 1), (dear.ExitCode, within.ExitCode, halted.ExitCode));
        Assert.Equal(["4 USD", "6 USD"], Costs(dear.Json));
        Assert.Equal(["4 USD", "2 USD"], Costs(halted.Json));
        Assert.Equal(1, halted.Json.GetProperty("variants")[1].GetProperty("rejected").GetInt32());
    }

    [Fact]
    public async Task Without_a_difference_nothing_is_replayed_and_it_passes()
    {
        await WorkAsync("one", "two");

        CommandRun run = await CommandRun.OfProgramAsync("policy", "apply", _folder["present"], "--dry-run", "--data", server.Folder, "--fail-if", "cost > +0", "--report", _folder["r.md"], "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.False(run.Json.TryGetProperty("variants", out _));
        Assert.StartsWith("## Policy change: nothing changes", await File.ReadAllTextAsync(_folder["r.md"], TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_is_recorded_in_the_window_no_condition_is_taken_to_hold()
    {
        await WorkAsync("early", "late");
        string changed = _folder.Copy("present", "changed", ("pools.json", """{"gpu": {"resources": {"gpu": 9}}}"""));

        CommandRun run = await CommandRun.OfProgramAsync("policy", "apply", changed, "--dry-run", "--data", server.Folder, "--from", "2020-01-01", "--to", "2020-01-02", "--fail-if", "rejected > +0");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("The replay has failed: nothing is recorded before", run.Error, StringComparison.Ordinal);
    }

    // A holds both devices while B waits; then B has them. Each makes a call that costs 2.
    private async Task<string> WorkAsync(string waits, string holds)
    {
        _folder.Write(
            "present", ("pools.json", """{"gpu": {"resources": {"gpu": 2, "llm.calls": {"rate": 100, "per": 1, "burst": 100}}}}"""), ("prices.json", Priced), ("quotas.json", "{}"), ("budgets.json", "{}"));
        CommandRun applied = await CommandRun.OfProgramAsync("policy", "apply", _folder["present"], "--data", server.Folder);
        Assert.True(applied.ExitCode == 0, applied.Error);
        string from = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture);
        ApiClient client = new(server.Address, (await server.KeyAsync("/", ["admin"])).Key);
        string first = (await SubmitAsync(client, holds))["lease.id"]!;
        Assert.Equal("queued", (await SubmitAsync(client, waits))["status"]);
        // The engine counts in milliseconds: who waits for less than one has not waited.
        EngineHost host = server.Services.GetRequiredService<EngineHost>();
        for (Instant queued = host.Now; host.Now < queued + TimeSpan.FromMilliseconds(5);)
        {
            (await client.GetAsync($"/api/v1/requests/r?owner={waits}")).Is(200);
        }

        (await client.PostAsync($"/api/v1/leases/{first}/release")).Is(200);
        string second = (await client.GetAsync($"/api/v1/requests/r?owner={waits}"))["lease.id"]!;
        (await client.PostAsync($"/api/v1/leases/{second}/release")).Is(200);
        return from;
    }

    private static async Task<ApiAnswer> SubmitAsync(ApiClient client, string tenant) =>
        (await client.PostAsync("/api/v1/requests", $$"""{"id": "r", "owner": "{{tenant}}/x", "resources": {"gpu": 2, "llm.calls": 1}, "queue": {{(tenant is "loser" or "other" ? "false" : "true")}} }""")).Is(201);

    private Task<CommandRun> DryRunAsync(string policy, string from, params string[] more) =>
        CommandRun.OfProgramAsync(["policy", "apply", policy, "--dry-run", "--data", server.Folder, "--from", from, .. more]);

    private Task<CommandRun> ExportAsync(string name) => CommandRun.OfProgramAsync("policy", "export", _folder[name], "--data", server.Folder);

    private static string[] Costs(JsonElement answer) => [.. answer.GetProperty("variants").EnumerateArray().Select(v => $"{v.GetProperty("cost").GetProperty("amount")} {v.GetProperty("cost").GetProperty("currency")}")];
}
