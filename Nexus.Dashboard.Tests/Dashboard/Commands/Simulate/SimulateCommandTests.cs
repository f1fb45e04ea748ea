using System.Text.Json;
using Nexus.Dashboard.Tests.Engine.Simulation.Traces;
using Xunit;

namespace Nexus.Dashboard.Tests.Dashboard.Commands.Simulate;

public sealed class SimulateCommandTests : IDisposable
{
    private const string Trace = "time,id,priority,duration,gpu\n0,a,medium,10,1\n0,b,medium,10,1\n1,c,high,5,1\n";
    private readonly string _folder = Directory.CreateTempSubdirectory("nexus-simulate-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_prints_what_came_of_the_trace_as_the_contract_says()
    {
        CommandRun run = await SimulateAsync(Trace, """{"p": {"resources": {"gpu": 1}}}""", "--strategy", "priority", "--json");

        Assert.Equal(0, run.ExitCode);
        JsonElement variant = Assert.Single(run.Json.GetProperty("variants").EnumerateArray());
        Assert.Equal("priority", variant.GetProperty("strategy").GetString());
        Assert.Equal((3, 3, 0), (Int(variant, "requests"), Int(variant, "finished"), Int(variant, "rejected")));
        Assert.Equal(25, variant.GetProperty("makespanSeconds").GetDouble());
        Assert.Equal(1, variant.GetProperty("utilization").GetProperty("p").GetProperty("gpu").GetDouble());
        JsonElement wait = variant.GetProperty("waitSeconds");
        Assert.Equal((8, 9, 15, 15), (wait.GetProperty("mean").GetDouble(), wait.GetProperty("p50").GetDouble(), wait.GetProperty("p95").GetDouble(), wait.GetProperty("max").GetDouble()));
        Assert.Equal(9, wait.GetProperty("byPriority").GetProperty("high").GetProperty("mean").GetDouble());
        Assert.Equal((0, 0, 0), (Int(variant, "deadlines"), Int(variant, "deadlinesMet"), Int(variant, "preemptions")));
        Assert.Equal((1, 0), (variant.GetProperty("jain").GetDouble(), variant.GetProperty("workLostSeconds").GetDouble()));
        Assert.Contains("3 requests simulated", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task For_people_it_prints_a_table()
    {
        CommandRun run = await SimulateAsync(Trace, """{"p": {"resources": {"gpu": 1}}}""");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("as-configured", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"wait, high, mean, s\s+9\.000", run.Output);
        Assert.Matches(@"used, p, gpu\s+100\.0 %", run.Output);
    }

    [Fact]
    public async Task Decisions_are_recorded_in_the_shapes_of_the_journals_export()
    {
        string decisions = Path.Combine(_folder, "decisions");

        await SimulateAsync(Trace, """{"p": {"resources": {"gpu": 2}}}""", "--strategy", "priority", "--record", decisions, "--start", "2030-05-01T00:00:00Z");

        JsonElement[] lines = [.. File.ReadLines(Path.Combine(decisions, "priority.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(
            ["poolSet", "requestSubmitted", "requestSubmitted", "requestSubmitted", "requestEnded", "requestStarted", "requestEnded", "requestEnded"],
            lines.Select(line => line.GetProperty("type").GetString()));
        Assert.Equal("2030-05-01T00:00:10.000Z", lines[5].GetProperty("at").GetString());
        Assert.Equal("c", lines[5].GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_changed_policy_that_is_too_much_worse_fails_the_pipeline()
    {
        string worse = Policy("worse", """{"p": {"resources": {"gpu": 1}}}""");
        string[] conditions = ["--against", worse, "--fail-if", "waitSeconds.p95 > +5%", "--fail-if", "utilization.p.gpu < -50%"];

        CommandRun run = await SimulateAsync(Trace, """{"p": {"resources": {"gpu": 2}}}""", [.. conditions, "--json"]);

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["as-configured", "changed"], run.Json.GetProperty("variants").EnumerateArray().Select(v => v.GetProperty("name").GetString()));
        Assert.Equal(
            "as-configured: waitSeconds.p95 is 15 under the changed policy, 9 under the present one: more by more than 5 %",
            Assert.Single(run.Json.GetProperty("failed").EnumerateArray()).GetString());
        Assert.Contains("waitSeconds.p95 is 15", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_policy_passes()
    {
        string same = Policy("same", """{"p": {"resources": {"gpu": 1}}}""");

        CommandRun run = await SimulateAsync(Trace, """{"p": {"resources": {"gpu": 1}}}""", "--against", same, "--fail-if", "waitSeconds.mean > +0", "--fail-if", "waitSeconds.byPriority.high.p95 > 0%");

        Assert.Equal((0, ""), (run.ExitCode, string.Join('\n', run.Error.Split('\n').Where(line => line.Contains("changed", StringComparison.Ordinal)))));
    }

    [Theory]
    [InlineData("""{"p": {"resources": {"gpu": 0}}}""", "pool 'p': $.resources.gpu: must be greater than 0")]
    [InlineData("""{"p": {"resource": {"gpu": 1}}}""", "pool 'p': $.resource: there is no field 'resource' here")]
    [InlineData("""{"p": {"resources": {"gpu": 1}}, "p": {"resources": {"gpu": 1}}}""", "is not JSON")]
    [InlineData("""{"p": 7}""", "'p' must be an object")]
    [InlineData("""[]""", "must be an object keyed by name")]
    [InlineData("""{}""", "names no pool")]
    [InlineData("""{"p": {"resources": {"unobtainium": 1}}}""", "resource kind 'unobtainium' does not exist")]
    public async Task Pools_that_cannot_be_are_refused_by_file_name_and_field(string pools, string fault)
    {
        CommandRun run = await SimulateAsync(Trace, pools);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(fault, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_adaptive_pool_learns_in_a_simulation_too()
    {
        CommandRun run = await SimulateAsync(Trace, """{"p": {"resources": {"gpu": 1}, "strategy": "adaptive", "objective": {"wait": 1}}}""", "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("\"strategy\":\"adaptive\"", run.Output.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quotas_hold_and_a_changed_policy_has_its_own()
    {
        string trace = "time,owner,duration,gpu\n0,a/x,10,1\n0,a/x,10,1\n0,b/x,10,1\n";
        string changed = Policy("roomier", """{"p": {"resources": {"gpu": 3}}}""");

        CommandRun run = await SimulateAsync(
            trace, """{"p": {"resources": {"gpu": 3}}}""", "--quotas", Write("quotas.json", """{"a": {"rules": [{"resource": "gpu", "limit": 1, "mode": "hard"}]}}"""), "--against", changed, "--json");

        Assert.Equal((0, ""), (run.ExitCode, run.ExitCode == 0 ? "" : run.Error));
        Assert.Equal([20, 10], run.Json.GetProperty("variants").EnumerateArray().Select(v => v.GetProperty("makespanSeconds").GetDouble()));
    }

    [Theory]
    [InlineData("""{"a": {"rules": [{"resource": "gpu", "limit": -1}]}}""", "owner 'a': $.rules[0].limit: must not be negative")]
    [InlineData("""{"a//b": {}}""", "owner 'a//b'")]
    public async Task Quotas_that_cannot_be_are_refused_by_file_owner_and_field(string quotas, string fault)
    {
        CommandRun run = await SimulateAsync(Trace, """{"p": {"resources": {"gpu": 1}}}""", "--quotas", Write("quotas.json", quotas));

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(fault, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_it_costs_is_told_where_anything_has_a_price()
    {
        string prices = Write("prices.json", """{"items": [{"sku": "hour", "resource": "gpu", "unitPrice": "3.6"}]}""");

        CommandRun priced = await SimulateAsync(Trace, """{"p": {"resources": {"gpu": 1}}}""", "--prices", prices, "--json");
        CommandRun people = await SimulateAsync(Trace, """{"p": {"resources": {"gpu": 1}}}""", "--prices", prices);
        CommandRun free = await SimulateAsync(Trace, """{"p": {"resources": {"gpu": 1}}}""", "--json");

        // 10, 10 and 5 device-seconds are 0.002778, 0.002778 and 0.001389 unit-hours.
        Assert.Equal("""{"amount":"0.025002","currency":"USD"}""", JsonSerializer.Serialize(priced.Json.GetProperty("variants")[0].GetProperty("cost")));
        Assert.Matches(@"\ncost\s+0\.025002 USD\s", people.Output);
        Assert.False(free.Json.GetProperty("variants")[0].TryGetProperty("cost", out _));
    }

    [Fact]
    public async Task A_policy_that_costs_more_fails_the_pipeline_and_the_report_says_who_pays()
    {
        string main = Folder("main", ("pools.json", """{"p": {"resources": {"gpu": 3}}}"""), ("prices.json", """{"items": [{"sku": "hour", "resource": "gpu", "unitPrice": "3.6"}]}"""));
        string branch = Folder("branch", ("pools.json", """{"p": {"resources": {"gpu": 3}}}"""), ("prices.json", """{"items": [{"sku": "hour", "resource": "gpu", "unitPrice": "7.2"}]}"""));
        string report = Path.Combine(_folder, "report.md");

        CommandRun run = await CommandRun.OfAsync("simulate", Write("trace.csv", "time,owner,duration,gpu\n0,acme/x,36,1\n0,globex/y,108,1\n"), "--policy", main, "--against", branch, "--fail-if", "cost > +5%", "--report", report);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("cost is 0.288 under the changed policy, 0.144 under the present one: more by more than 5 %", run.Error, StringComparison.Ordinal);
        string text = await File.ReadAllTextAsync(report, TestContext.Current.CancellationToken);
        Assert.StartsWith("## Policy change: fails, the condition does not hold", text, StringComparison.Ordinal);
        Assert.Contains("| globex | 1 | 0", text, StringComparison.Ordinal);
        Assert.Contains("$0.11 → $0.22 |", text, StringComparison.Ordinal);
        Assert.Contains("- changed price 'hour': unitPrice 3.6 → 7.2", text, StringComparison.Ordinal);
        Assert.Contains("The trace `trace.csv`, 2 requests", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_prices_of_its_own_a_changed_policy_is_rated_by_the_present_ones()
    {
        string branch = Policy("bare", """{"p": {"resources": {"gpu": 1}}}""");

        CommandRun run = await SimulateAsync(
            Trace, """{"p": {"resources": {"gpu": 1}}}""", "--prices", Write("prices.json", """{"items": [{"sku": "hour", "resource": "gpu", "unitPrice": "3.6"}]}"""), "--against", branch, "--fail-if", "cost > +0", "--json");

        Assert.Equal((0, ""), (run.ExitCode, run.ExitCode == 0 ? "" : run.Error));
        Assert.Equal(["0.025002", "0.025002"], run.Json.GetProperty("variants").EnumerateArray().Select(v => v.GetProperty("cost").GetProperty("amount").GetString()));
    }

    [Theory]
    [InlineData("0.29", 0, 3, "0")] // a grant's lease of five minutes is expected to cost 0.3
    [InlineData("0.3", 3, 0, "0.025002")]
    public async Task Budgets_halt_what_would_pass_them_in_whatever_currency_they_state(string amount, int finished, int rejected, string cost)
    {
        string budgets = Write("budgets.json", $$"""{"all": {"amount": {"amount": "{{amount}}", "currency": "EUR"}, "period": "month", "thresholds": [{"at": 1, "action": "halt"}]} }""");
        string prices = Write("prices.json", """{"items": [{"sku": "hour", "resource": "gpu", "unitPrice": "3.6"}]}""");

        CommandRun run = await SimulateAsync(Trace, """{"p": {"resources": {"gpu": 1}}}""", "--prices", prices, "--budgets", budgets, "--json");

        JsonElement variant = Assert.Single(run.Json.GetProperty("variants").EnumerateArray());
        Assert.Equal((finished, rejected), (Int(variant, "finished"), Int(variant, "rejected")));
        Assert.Equal($$"""{"amount":"{{cost}}","currency":"EUR"}""", JsonSerializer.Serialize(variant.GetProperty("cost")));
    }

    [Fact]
    public async Task Kinds_classes_and_owners_of_a_folder_hold_and_what_it_cannot_use_is_said()
    {
        string policy = Folder(
            "own", ("kinds.json", """{"seat": {"unit": "seat", "behaviour": "held"}}"""), ("priorities.json", """{"urgent": {"value": 900}}"""), ("owners.json", """{"acme": {"priority": {"default": "urgent"}}}"""),
            ("pools.json", """{"p": {"resources": {"seat": 1}}}"""), ("groups.json", """{"g": {"min": 1}}"""), ("prices.json", """{"items": [{"sku": "hour", "resource": "gpu", "unitPrice": "3.6", "effectiveFrom": "2027-01-01T00:00:00Z"}]}"""));

        CommandRun run = await CommandRun.OfAsync("simulate", Write("trace.csv", "time,owner,duration,seat\n0,acme/x,10,1\n1,globex/y,10,1\n2,acme/x,10,1\n"), "--policy", policy, "--json");

        Assert.Equal((0, ""), (run.ExitCode, run.ExitCode == 0 ? "" : run.Error));
        JsonElement waits = run.Json.GetProperty("variants")[0].GetProperty("waitSeconds").GetProperty("byPriority");
        Assert.Equal((4, 19), (waits.GetProperty("urgent").GetProperty("mean").GetDouble(), waits.GetProperty("medium").GetProperty("mean").GetDouble()));
        Assert.Equal(1, run.Json.GetProperty("variants")[0].GetProperty("utilization").GetProperty("p").GetProperty("seat").GetDouble());
        Assert.Contains("groups.json is passed over", run.Error, StringComparison.Ordinal);
        Assert.Contains("1 price holds only after virtual time starts", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("must be 1 to 100,000", "--owners", "0")]
    [InlineData("above 0", "--tokens-per-second", "0")]
    [InlineData("--strategy 'lottery': it must be", "--strategy", "lottery")]
    [InlineData("--fail-if compares with a changed policy", "--fail-if", "jain < -1%")]
    [InlineData("--report compares with a changed policy", "--report", "r.md")]
    [InlineData("--fail-if must be FIGURE", "--fail-if", "waits are long", "--against", "x")]
    public async Task Arguments_that_cannot_be_are_refused(string fault, params string[] arguments)
    {
        CommandRun run = await SimulateAsync(Trace, """{"p": {"resources": {"gpu": 1}}}""", arguments);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(fault, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_figure_that_does_not_exist_is_named()
    {
        CommandRun run = await SimulateAsync(
            Trace, """{"p": {"resources": {"gpu": 1}}}""", "--against", Policy("x", """{"p": {"resources": {"gpu": 1}}}"""), "--fail-if", "waitSeconds.p96 > 1%");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("there is no figure 'waitSeconds.p96'", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_line_of_the_trace_is_named()
    {
        CommandRun run = await SimulateAsync("time,gpu\n0,1\n0,many\n", """{"p": {"resources": {"gpu": 1}}}""");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("line 3, column gpu: 'many' is not a number", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_pools_only_the_alibaba_trace_can_be_simulated()
    {
        string trace = Write("day.csv", Trace);

        CommandRun run = await CommandRun.OfAsync("simulate", trace);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("give the pools with --pools", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_alibaba_trace_has_a_pool_for_each_model_which_never_fills()
    {
        string trace = Nexus.Dashboard.Tests.Engine.Simulation.Traces.Trace.SharedFile("alibaba-gpu-2023/openb_pod_list_default.csv");

        CommandRun run = await CommandRun.OfAsync("simulate", trace, "--json");

        Assert.Equal((0, ""), (run.ExitCode, run.ExitCode == 0 ? "" : run.Error));
        JsonElement variant = Assert.Single(run.Json.GetProperty("variants").EnumerateArray());
        Assert.Equal((8_152, 8_152), (Int(variant, "requests"), Int(variant, "finished")));
        Assert.Equal(0, variant.GetProperty("waitSeconds").GetProperty("max").GetDouble());
    }

    private Task<CommandRun> SimulateAsync(string trace, string pools, params string[] arguments) =>
        CommandRun.OfAsync(["simulate", Write("trace.csv", trace), "--pools", Write("pools.json", pools), .. arguments]);

    private string Folder(string name, params (string File, string Json)[] files)
    {
        Directory.CreateDirectory(Path.Combine(_folder, name));
        foreach ((string file, string json) in files)
        {
            Write(Path.Combine(name, file), json);
        }

        return Path.Combine(_folder, name);
    }

    private string Policy(string name, string pools)
    {
        Directory.CreateDirectory(Path.Combine(_folder, name));
        Write(Path.Combine(name, "pools.json"), pools);
        return Path.Combine(_folder, name);
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static long Int(JsonElement variant, string name) => variant.GetProperty(name).GetInt64();
}
