using System.Net.Http.Json;
using System.Text.Json;
using Nexus.Dashboard.Tests.Dashboard.Api;

namespace Nexus.Dashboard.Tests.Dashboard.Commands.Policies;

/// <summary><c>policy export</c> and <c>policy apply</c> against a server that nobody else has, and on directories on which none runs.</summary>
public sealed class PolicyCommandTests(NexusServer server) : IClassFixture<NexusServer>, IDisposable
{
    private static readonly (string File, string Json)[] Whole =
    [
        ("kinds.json", """{"lab.seats": {"unit": "seat", "behaviour": "held"}}"""),
        ("priorities.json", """{"urgent": {"value": 900}, "low": {"value": 200}}"""),
        ("owners.json", """{"initech": {"priority": {"max": "medium"}, "labels": {"costCentre": "4711"}, "degrade": [{"kind": "amount", "least": 0.5, "resources": ["gpu"]}, {"kind": "pool", "pools": ["gpu"]}, {"kind": "start", "within": "PT1H"}]}}"""),
        ("pools.json", """{"seats": {"resources": {"lab.seats": 3}, "allow": ["acme"]}, "gpu": {"resources": {"gpu": 8, "llm.calls": {"rate": 60, "per": "PT1M", "burst": 10}}, "labels": {"zone": "Zürich"}, "strategy": "fairShare"}}"""),
        ("prices.json", """{"items": [{"sku": "hour", "resource": "gpu", "unitPrice": "4", "effectiveFrom": "2027-01-01T00:00:00Z"}, {"sku": "hour", "resource": "gpu", "unitPrice": "3.60"}, {"sku": "call", "resource": "llm.calls", "tiers": [{"upTo": 100, "unitPrice": "0.01"}, {"unitPrice": "0.005"}]}]}"""),
        ("quotas.json", """{"acme/alice": {"rules": [{"resource": "gpu", "limit": 4, "lend": 0}]}, "acme": {"weight": 2, "rules": [{"resource": "gpu", "limit": 6, "windows": [{"days": ["mon"], "from": "18:00", "to": "06:00", "limit": 8}]}]}, "~": {"rules": [{"resource": "gpu", "limit": 8}]}}"""),
        ("budgets.json", """{"all": {"amount": {"amount": "100"}, "period": "month", "timeZone": "Europe/Berlin"}, "lab": {"scope": {"owner": "acme", "resources": ["gpu"]}, "amount": {"amount": "10.5", "currency": "USD"}, "period": "rolling:P30D", "thresholds": [{"at": 1, "action": "halt"}, {"at": 0.8, "action": "throttle"}]}}"""),
    ];

    private readonly PolicyFolder _folder = new();

    private string[] AtServer => ["--data", server.Folder];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_is_exported_applied_to_an_empty_system_and_exported_again_is_the_same_to_the_byte()
    {
        string data = _folder["data"];
        await IsDoneAsync(["apply", _folder.Write("written", Whole), "--data", data]);

        CommandRun exported = await IsDoneAsync(["export", _folder["first"], "--data", data, "--json"]);
        await IsDoneAsync(["apply", _folder["first"], "--data", _folder["other"]]);
        await IsDoneAsync(["export", _folder["second"], "--data", _folder["other"]]);

        Assert.Equal(_folder.Read("first"), _folder.Read("second"));
        Assert.Equal(
            ["kinds.json 1 True", "priorities.json 5 True", "pools.json 2 True", "owners.json 1 True", "prices.json 3 True", "quotas.json 3 True", "budgets.json 2 True"],
            exported.Json.GetProperty("files").EnumerateArray().Select(f => $"{f.GetProperty("file")} {f.GetProperty("entries")} {f.GetProperty("changed")}"));
    }

    [Fact]
    public async Task Files_are_sorted_by_name_say_what_has_a_default_and_end_their_lines_alike()
    {
        await IsDoneAsync(["apply", _folder.Write("written", Whole), .. AtServer]);
        await IsDoneAsync(["export", _folder["out"], .. AtServer]);

        SortedDictionary<string, string> files = _folder.Read("out");
        Assert.Equal(["gpu", "seats"], JsonDocument.Parse(files["pools.json"]).RootElement.EnumerateObject().Select(p => p.Name));
        Assert.Equal(["acme", "acme/alice", "~"], JsonDocument.Parse(files["quotas.json"]).RootElement.EnumerateObject().Select(p => p.Name));
        Assert.Contains("\"agingInterval\": \"PT10S\"", files["pools.json"], StringComparison.Ordinal);
        Assert.Contains("\"zone\": \"Zürich\"", files["pools.json"], StringComparison.Ordinal);
        Assert.Equal(["call", "hour", "hour"], JsonDocument.Parse(files["prices.json"]).RootElement.GetProperty("items").EnumerateArray().Select(p => p.GetProperty("sku").GetString()));
        Assert.All(files.Values, text => Assert.True(text.EndsWith("}\n", StringComparison.Ordinal) && !text.Contains('\r', StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_is_there_already_is_not_written_again_and_other_files_are_left_alone()
    {
        _folder.Write("out", ("README.md", "ours"), ("groups.json", "{}"));
        await IsDoneAsync(["export", _folder["out"], .. AtServer]);

        CommandRun again = await IsDoneAsync(["export", _folder["out"], "--json", .. AtServer]);

        Assert.All(again.Json.GetProperty("files").EnumerateArray(), f => Assert.False(f.GetProperty("changed").GetBoolean()));
        Assert.Equal(("ours", "{}"), (_folder.Read("out")["README.md"], _folder.Read("out")["groups.json"]));
    }

    [Fact]
    public async Task A_policy_that_the_system_has_changes_nothing()
    {
        await IsDoneAsync(["apply", _folder.Write("written", Whole), .. AtServer]);

        CommandRun again = await IsDoneAsync(["apply", _folder["written"], .. AtServer]);

        Assert.Equal("Nothing changes: the system has this policy.", again.Output.Trim());
    }

    [Fact]
    public async Task The_plan_names_what_is_added_changed_and_removed_and_a_part_without_a_file_is_left_alone()
    {
        await IsDoneAsync(["apply", _folder.Write("written", Whole), .. AtServer]);
        string changed = _folder.Write(
            "changed",
            ("pools.json", """{"gpu": {"resources": {"gpu": 6, "llm.calls": {"rate": 60, "per": "PT1M", "burst": 10}}, "labels": {"zone": "Zürich"}, "strategy": "fairShare"}, "new": {"resources": {"cpu": 4}}}"""),
            ("prices.json", """{"items": [{"sku": "hour", "resource": "gpu", "unitPrice": "5"}]}"""),
            ("groups.json", """{"workers": {"min": 1}}"""));

        CommandRun run = await IsDoneAsync(["apply", changed, "--json", .. AtServer]);
        await IsDoneAsync(["export", _folder["after"], .. AtServer]);

        string[] plan = ["pools.json gpu changed", "pools.json new added", "prices.json hour changed", "prices.json hour from 2027-01-01T00:00:00+00:00 removed", "prices.json call removed", "pools.json seats removed"];
        Assert.Equal(plan.Order(), Changes(run.Json, "plan").Order());
        Assert.Equal(plan.Order(), Changes(run.Json, "applied").Order());
        Assert.Equal("pools.json seats removed", Changes(run.Json, "applied")[^1]); // what others may name goes last
        Assert.Equal(
            "resources.gpu 8 6",
            run.Json.GetProperty("plan").EnumerateArray().First(c => c.GetProperty("name").GetString() == "gpu").GetProperty("fields").EnumerateArray().Select(f => $"{f.GetProperty("field")} {f.GetProperty("before")} {f.GetProperty("after")}").Single());
        Assert.Contains("groups.json is passed over", run.Error, StringComparison.Ordinal);
        JsonElement quotas = JsonDocument.Parse(_folder.Read("after")["quotas.json"]).RootElement;
        Assert.Equal(3, quotas.EnumerateObject().Count());
    }

    [Fact]
    public async Task A_change_is_tried_on_a_directory_on_which_no_server_runs_too()
    {
        string data = _folder["data"];
        await IsDoneAsync(["apply", _folder.Write("written", Whole), "--data", data]);
        await IsDoneAsync(["export", _folder["before"], "--data", data]);

        CommandRun run = await IsDoneAsync(["apply", _folder.Write("changed", ("pools.json", """{"gpu": {"resources": {"gpu": 6}}}""")), "--dry-run", "--fail-if", "rejected > +0", "--data", data, "--json"]);
        await IsDoneAsync(["export", _folder["after"], "--data", data]);

        Assert.True(run.Json.GetProperty("dryRun").GetBoolean());
        Assert.True(run.Json.GetProperty("variants")[0].GetProperty("asRecorded").GetBoolean());
        Assert.False(run.Json.TryGetProperty("applied", out _));
        Assert.Equal(_folder.Read("before"), _folder.Read("after"));
    }

    [Fact]
    public async Task Limits_are_changed_in_an_order_in_which_each_is_possible()
    {
        await IsDoneAsync(["apply", _folder.Write("low", ("quotas.json", """{"acme": {"rules": [{"resource": "gpu", "limit": 4}]}, "acme/alice": {"rules": [{"resource": "gpu", "limit": 4, "lend": 0}]}}""")), .. AtServer]);

        // The child keeps more than the parent has before it is raised, and less is possible only from the child up.
        await IsDoneAsync(["apply", _folder.Write("high", ("quotas.json", """{"acme": {"rules": [{"resource": "gpu", "limit": 8}]}, "acme/alice": {"rules": [{"resource": "gpu", "limit": 8, "lend": 0}]}}""")), .. AtServer]);
        await IsDoneAsync(["apply", _folder["low"], .. AtServer]);
    }

    [Theory]
    [InlineData("pools.json", """{"gpu": {"resources": {"gpu": -1}}}""", "pools.json, pool 'gpu': $.resources.gpu: must be greater than 0")]
    [InlineData("pools.json", """{"new": {"resources": {"unobtainium": 1}}}""", "pools.json, pool 'new': $.resources['unobtainium']: resource kind 'unobtainium' does not exist")]
    [InlineData("quotas.json", """{"a": {"rules": [{"resource": "gpu", "limit": 2}]}, "a/b": {"rules": [{"resource": "gpu", "limit": 4, "lend": 0}]}}""", "quotas.json, quota 'a/b'")]
    [InlineData("budgets.json", """{"all": {"amount": {"amount": "1", "currency": "EUR"}, "period": "month"}}""", "budgets.json, budget 'all': $.amount.currency: must be USD")]
    [InlineData("prices.json", """{"items": [{"sku": "a", "resource": "gpu", "unitPrice": "1"}, {"sku": "a", "resource": "gpu", "unitPrice": "2"}]}""", "prices.json: the SKU 'a' is given twice")]
    [InlineData("prices.json", """{"items": [{"sku": "a", "resource": "tokens.context", "unitPrice": "1"}]}""", "prices.json, price 'a': $.resource: 'tokens.context' is a ceiling")]
    [InlineData("kinds.json", """{"gpu": {"unit": "device", "behaviour": "held"}}""", "kinds.json, kind 'gpu': 'gpu' is built in")]
    [InlineData("owners.json", """{"a": {"priority": {"max": "unheard"}}}""", "owners.json, owner 'a': ")]
    [InlineData("priorities.json", """{"urgent": {"value": 9000000}}""", "priorities.json, class 'urgent': $.value")]
    public async Task What_cannot_be_is_named_by_file_name_and_field_before_anything_is_changed(string file, string json, string fault)
    {
        await IsDoneAsync(["apply", _folder.Write("written", Whole), .. AtServer]);
        await IsDoneAsync(["export", _folder["before"], .. AtServer]);

        CommandRun run = await PolicyAsync(["apply", _folder.Copy("before", "wrong", ("owners.json", """{"somebody": {"labels": {"new": "yes"}}}"""), (file, json)), .. AtServer]);
        await IsDoneAsync(["export", _folder["after"], .. AtServer]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(fault, run.Error, StringComparison.Ordinal);
        Assert.Equal(_folder.Read("before"), _folder.Read("after"));
    }

    [Fact]
    public async Task A_pool_of_which_somebody_holds_something_is_drained_said_and_removed_by_a_later_run()
    {
        await IsDoneAsync(["apply", _folder.Write("written", Whole), .. AtServer]);
        ApiClient client = await ClientAsync();
        await client.PutAsync("/api/v1/pools/busy", """{"resources": {"cpu": 2}}""");
        string lease = (await client.PostAsync("/api/v1/requests", """{"id": "holder", "owner": "acme/x", "resources": {"cpu": 1}, "pools": ["busy"]}""")).Is(201)["lease.id"]!;
        string without = _folder.Write("without", ("priorities.json", """{"low": {"value": 200}}"""), ("pools.json", Whole[3].Json), ("owners.json", """{"later": {"labels": {"a": "b"}}, """ + Whole[2].Json[1..]));

        CommandRun refused = await PolicyAsync(["apply", without, "--json", .. AtServer]);

        Assert.Equal(1, refused.ExitCode);
        Assert.Equal(["owners.json later added"], Changes(refused.Json, "applied"));
        Assert.Equal(["pools.json busy removed", "priorities.json urgent removed"], Changes(refused.Json, "notApplied"));
        Assert.Contains("pools.json, pool 'busy': 1 grant holds something of pool 'busy'", refused.Error, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Applied: owner 'later'.", refused.Error, StringComparison.Ordinal);
        Assert.Contains("Not tried: class 'urgent'.", refused.Error, StringComparison.Ordinal);
        Assert.Equal("true", (await client.GetAsync("/api/v1/pools/busy"))["draining"]);

        (await client.PostAsync($"/api/v1/leases/{lease}/release")).Is(200);
        await IsDoneAsync(["apply", without, .. AtServer]);
        (await client.GetAsync("/api/v1/pools/busy")).Is(404);
    }

    [Fact]
    public async Task A_pool_that_drains_goes_on_draining_when_it_is_changed()
    {
        await IsDoneAsync(["apply", _folder.Write("written", Whole), .. AtServer]);
        ApiClient client = await ClientAsync();
        (await client.PostAsync("/api/v1/pools/gpu/drain")).Is(200);

        CommandRun run = await IsDoneAsync(["apply", _folder.Write("changed", ("pools.json", Whole[3].Json.Replace("\"gpu\": 8", "\"gpu\": 7", StringComparison.Ordinal))), .. AtServer]);

        ApiAnswer pool = await client.GetAsync("/api/v1/pools/gpu");
        Assert.Equal(("7", "true"), (pool["resources.gpu"], pool["draining"]));
        Assert.Contains("~ pool 'gpu' (drains)", run.Output, StringComparison.Ordinal);
        await client.PutAsync("/api/v1/pools/gpu", """{"resources": {"gpu": 1}}""");
    }

    [Fact]
    public async Task What_is_changed_stands_in_the_audit_by_whose_key_it_was()
    {
        await IsDoneAsync(["apply", _folder.Write("written", Whole), .. AtServer]);
        (string id, string key) = await server.KeyAsync("/", ["configure", "read"]);

        await IsDoneAsync(["apply", _folder.Write("changed", ("owners.json", """{"audited": {"labels": {"a": "b"}}}""")), "--url", server.Address.ToString(), "--key", key]);

        ApiAnswer audit = (await (await ClientAsync()).GetAsync("/api/v1/audit?object=audited&limit=1")).Is(200);
        Assert.Contains(id, audit.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_for_a_part_of_the_installation_or_without_rights_is_refused()
    {
        (_, string part) = await server.KeyAsync("acme", ["configure", "read"]);
        (_, string reader) = await server.KeyAsync("/", ["read"]);

        CommandRun partly = await PolicyAsync(["export", _folder["part"], "--url", server.Address.ToString(), "--key", part]);
        CommandRun only = await PolicyAsync(["apply", _folder.Write("p", ("owners.json", """{"nobody": {"labels": {"x": "y"}}}""")), "--url", server.Address.ToString(), "--key", reader]);

        Assert.Equal(1, partly.ExitCode);
        Assert.Contains("A policy is that of the whole installation", partly.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["part"]));
        Assert.Equal(1, only.ExitCode);
        Assert.Contains("Nothing was applied.", only.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_without_a_policy_and_options_that_need_a_replay_are_bad_usage()
    {
        CommandRun[] runs =
        [
            await PolicyAsync(["apply", _folder.Write("none", ("README.md", "")), .. AtServer]),
            await PolicyAsync(["apply", _folder["nowhere"], .. AtServer]),
            await PolicyAsync(["apply", _folder["none"], "--fail-if", "jain < -1%", .. AtServer]),
            await PolicyAsync(["apply", _folder["none"], "--report", "r.md", .. AtServer]),
            await PolicyAsync(["apply", _folder["none"], "--dry-run", "--from", "yesterday", .. AtServer]),
            await PolicyAsync(["export", _folder["none"], "--data", _folder["typo"]]),
            await PolicyAsync(["apply", _folder["none"], "--dry-run", "--data", _folder["typo"]]),
        ];

        Assert.False(Directory.Exists(_folder["typo"]));
        Assert.Equal([2, 2, 2, 2, 2, 2, 2], runs.Select(r => r.ExitCode));
        Assert.Contains("holds no policy", runs[0].Error, StringComparison.Ordinal);
        Assert.Contains("--fail-if is about a replay", runs[2].Error, StringComparison.Ordinal);
        Assert.Contains("--report is about a replay", runs[3].Error, StringComparison.Ordinal);
    }

    private static Task<CommandRun> PolicyAsync(string[] arguments) => CommandRun.OfProgramAsync(["policy", .. arguments]);

    private static async Task<CommandRun> IsDoneAsync(string[] arguments)
    {
        CommandRun run = await PolicyAsync(arguments);
        Assert.True(run.ExitCode == 0, run.Error + run.Output);
        return run;
    }

    private async Task<ApiClient> ClientAsync() => new(server.Address, (await server.KeyAsync("/", ["admin"])).Key);

    private static string[] Changes(JsonElement answer, string list) =>
        [.. answer.GetProperty(list).EnumerateArray().Select(c => $"{c.GetProperty("file")} {c.GetProperty("name")} {c.GetProperty("change")}")];
}
