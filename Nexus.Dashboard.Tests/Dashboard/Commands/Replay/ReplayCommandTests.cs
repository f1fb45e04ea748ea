using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Nexus.Dashboard.Tests.Dashboard.Commands.Replay;

/// <summary>The whole command against a server that speaks the contract, by the wall clock: traces last tenths of seconds.</summary>
public sealed class ReplayCommandTests : IDisposable
{
    private readonly string _trace = Path.Combine(Path.GetTempPath(), $"nexus-trace-{Guid.NewGuid():N}.csv");

    public void Dispose() => File.Delete(_trace);

    [Fact]
    public async Task Every_request_is_submitted_when_due_held_and_released_with_what_it_used()
    {
        await using ContractServer server = await ContractServer.StartAsync();
        WriteTrace("TIMESTAMP,ContextTokens,GeneratedTokens", "2023-11-16 18:15:46,374,50", "2023-11-16 18:15:47,396,100", "2023-11-16 18:15:48,10,0");

        CommandRun run = await ReplayAsync(server, "--speed", "10", "--model", "gpt-4o", "--json");

        Assert.Equal((0, ""), (run.ExitCode, ErrorsOf(run)));
        AssertCounts(run.Json, requests: 3, allocated: 3);
        Assert.Equal(780, run.Json.GetProperty("settled").GetProperty("tokens.input").GetDecimal());
        Assert.Equal(150, run.Json.GetProperty("settled").GetProperty("tokens.output").GetDecimal());
        Assert.Equal(3, run.Json.GetProperty("settled").GetProperty("llm.calls").GetDecimal());
        Assert.Equal("0.000000000003", run.Json.GetProperty("cost").GetProperty("amount").GetString());
        Assert.InRange(run.Json.GetProperty("durationSeconds").GetDouble(), 0.3, 10); // 100 tokens at 50 a second from second 1, ten times as fast
        Assert.InRange(run.Json.GetProperty("latencyMs").GetProperty("p50").GetDouble(), 0.05, 5_000);
        Assert.InRange(run.Json.GetProperty("admissionSeconds").GetProperty("medium").GetProperty("mean").GetDouble(), 0, 5);

        JsonObject first = server.Submitted.First();
        Assert.Equal("""{"llm.calls":1,"tokens.context":424,"tokens.input":374,"tokens.output":50}""", first["resources"]!.ToJsonString());
        Assert.Equal("trace/azure", (string)first["owner"]!);
        Assert.True((bool)first["queue"]!);
        Assert.Equal("""{"model":"gpt-4o"}""", first["labels"]!.ToJsonString());
        Assert.Equal(["id", "owner", "resources", "queue", "maxWait", "labels"], first.Select(field => field.Key));
        Assert.Equal("""{"llm.calls":1,"tokens.input":374,"tokens.output":50}""", server.Released.First()["usage"]!.ToJsonString());
        Assert.Equal("succeeded", (string)server.Released.First()["outcome"]!);
        Assert.Equal(0, server.StillGranted);
    }

    [Fact]
    public async Task What_must_wait_is_told_of_its_grant_and_counted_apart()
    {
        await using ContractServer server = await ContractServer.StartAsync(slots: 1);
        WriteTrace("time,id,priority,duration,gpu", "0,a,high,0.2,1", "0,b,low,0.2,1", "0,c,low,0.2,1");

        CommandRun run = await ReplayAsync(server, "--json");

        Assert.Equal((0, ""), (run.ExitCode, ErrorsOf(run)));
        AssertCounts(run.Json, requests: 3, allocated: 1, queuedThenAllocated: 2);
        JsonElement admission = run.Json.GetProperty("admissionSeconds");
        // What the server had them wait; how long an answer takes on top of it, and when each comes, is the machine's.
        double waited = (server.Waits["b"] + server.Waits["c"]).TotalSeconds / 2;
        double low = admission.GetProperty("low").GetProperty("mean").GetDouble();
        Assert.InRange(waited, double.Epsilon, 60);
        Assert.InRange(low, waited - 0.001, 60);
        Assert.InRange(admission.GetProperty("high").GetProperty("mean").GetDouble(), 0, 60);
        Assert.InRange(server.Calls.Count(call => call.StartsWith("GET /api/v1/requests/", StringComparison.Ordinal)), 2, 2);
        Assert.All(server.Statuses, r => Assert.Equal("released", r.Value));
    }

    [Fact]
    public async Task A_refusal_is_a_decision_and_not_an_error()
    {
        await using ContractServer server = await ContractServer.StartAsync();
        WriteTrace("time,gpu,unobtainium", "0,1,", "0,,1");

        CommandRun run = await ReplayAsync(server, "--json");

        Assert.Equal(0, run.ExitCode);
        AssertCounts(run.Json, requests: 2, allocated: 1, rejected: 1);
    }

    [Fact]
    public async Task Who_is_never_granted_expires_and_the_replay_ends()
    {
        await using ContractServer server = await ContractServer.StartAsync(slots: 0);
        WriteTrace("time,gpu", "0,1", "0,1");

        CommandRun run = await ReplayAsync(server, "--json", "--max-wait", "0.3");

        Assert.Equal(0, run.ExitCode);
        AssertCounts(run.Json, requests: 2, expired: 2);
        Assert.Equal(0.3m, (decimal)server.Submitted.First()["maxWait"]!);
    }

    [Fact]
    public async Task A_busy_server_is_asked_again_after_the_time_it_names()
    {
        await using ContractServer server = await ContractServer.StartAsync();
        int busy = 2;
        server.Intercept = http =>
        {
            if (http.Request.Method != "POST" || Interlocked.Decrement(ref busy) < 0)
            {
                return Task.FromResult(false);
            }

            http.Response.StatusCode = 503;
            http.Response.Headers.RetryAfter = "1";
            return Task.FromResult(true);
        };
        WriteTrace("time,gpu", "0,1");

        CommandRun run = await ReplayAsync(server, "--json");

        Assert.Equal((0, ""), (run.ExitCode, ErrorsOf(run)));
        AssertCounts(run.Json, requests: 1, allocated: 1);
        Assert.Equal(2, run.Json.GetProperty("retries").GetInt32());
        Assert.InRange(run.Json.GetProperty("latencyMs").GetProperty("max").GetDouble(), 1_990, 30_000);
        Assert.Single(server.Submitted);
    }

    [Fact]
    public async Task A_lost_connection_is_made_again_and_nothing_happens_twice()
    {
        await using ContractServer server = await ContractServer.StartAsync();
        int call = 0;
        server.Intercept = async http =>
        {
            // Every second call is cut off, half of them after the server has done its part.
            int number = Interlocked.Increment(ref call);
            if (http.Request.Path == "/health/ready" || number % 2 == 0)
            {
                return false;
            }

            await Task.Yield();
            http.Abort();
            return true;
        };
        WriteTrace(["time,gpu", .. Enumerable.Repeat("0,1", 10)]);

        CommandRun run = await ReplayAsync(server, "--json");

        Assert.Equal((0, ""), (run.ExitCode, ErrorsOf(run)));
        AssertCounts(run.Json, requests: 10, allocated: 10);
        Assert.InRange(run.Json.GetProperty("reconnections").GetInt32(), 5, 1000);
        Assert.Equal(10, server.Submitted.Count);
        Assert.Equal(10, server.Released.Count);
        Assert.Equal(0, server.StillGranted);
    }

    [Fact]
    public async Task A_real_failure_is_an_error_with_its_reason()
    {
        await using ContractServer server = await ContractServer.StartAsync();
        server.Intercept = async http =>
        {
            if (!http.Request.Path.Value!.EndsWith("/requests", StringComparison.Ordinal))
            {
                return false;
            }

            http.Response.StatusCode = 422;
            await http.Response.WriteAsync("""{"type":"unknown-kind","detail":"No kind is named gpus.","errors":{"$.resources.gpus":"unknown"}}""");
            return true;
        };
        WriteTrace("time,gpus", "0,1", "0,1");

        CommandRun run = await ReplayAsync(server, "--json");

        Assert.Equal(1, run.ExitCode);
        AssertCounts(run.Json, requests: 2, errors: 2);
        Assert.Contains("2 × 422 unknown-kind No kind is named gpus. ($.resources.gpus: unknown)", run.Error);
    }

    [Fact]
    public async Task What_is_held_longer_than_a_third_of_its_lease_is_renewed()
    {
        await using ContractServer server = await ContractServer.StartAsync();
        WriteTrace("time,id,duration,gpu", "0,a,1.2,1");

        CommandRun run = await ReplayAsync(server, "--json", "--lease-seconds", "1");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(3, server.Calls.Count(call => call == "POST /api/v1/leases/lease-a/renew"));
        Assert.Equal(1, (decimal)server.Submitted.First()["leaseSeconds"]!);
        Assert.Equal(1.2m, (decimal)server.Submitted.First()["duration"]!);
    }

    [Fact]
    public async Task Being_stopped_gives_back_what_is_held_and_cancels_what_waits()
    {
        await using ContractServer server = await ContractServer.StartAsync(slots: 1);
        using CancellationTokenSource stop = new();
        server.Intercept = http =>
        {
            if (http.Request.Method == "GET" && http.Request.Path.Value!.StartsWith("/api/v1/requests/", StringComparison.Ordinal))
            {
                stop.CancelAfter(50); // one runs, one waits, one is not due yet
            }

            return Task.FromResult(false);
        };
        WriteTrace("time,id,duration,gpu", "0,runs,3600,1", "0,waits,3600,1", "3600,later,1,1");

        CommandRun run = await CommandRun.OfAsync(stop.Token, Arguments(server, "--json"));

        Assert.Equal(1, run.ExitCode);
        Assert.True(run.Json.GetProperty("interrupted").GetBoolean());
        Assert.Equal("released", server.Statuses["runs"]);
        Assert.Equal("failed", (string)server.Released.First()["outcome"]!);
        Assert.True(server.Statuses["waits"] is "cancelled" or "released"); // released, where what was given back reached it before its cancel
        Assert.Equal(0, server.StillGranted);
        Assert.Equal(2, server.Statuses.Count);
    }

    [Fact]
    public async Task Deadlines_preemptible_and_members_are_sent_as_the_trace_has_them()
    {
        await using ContractServer server = await ContractServer.StartAsync();
        WriteTrace("time,id,deadline,preemptible,members,llm.calls", "0,all,10,true,2,3", "0,none,,,,1");
        DateTimeOffset before = DateTimeOffset.UtcNow;

        CommandRun run = await ReplayAsync(server, "--json", "--speed", "2");

        Assert.Equal((0, ""), (run.ExitCode, ErrorsOf(run)));
        JsonObject all = server.Submitted.Single(body => (string)body["id"]! == "all");
        Assert.Equal((true, 2), ((bool)all["preemptible"]!, (int)all["members"]!));
        Assert.InRange((DateTimeOffset)all["deadline"]!, before + TimeSpan.FromSeconds(5), DateTimeOffset.UtcNow + TimeSpan.FromSeconds(5));
        JsonObject none = server.Submitted.Single(body => (string)body["id"]! == "none");
        Assert.False(none.ContainsKey("deadline") || none.ContainsKey("preemptible") || none.ContainsKey("members"));
        Assert.Equal(7, run.Json.GetProperty("settled").GetProperty("llm.calls").GetDecimal());
    }

    [Fact]
    public async Task What_is_ended_for_others_runs_again_its_whole_time_and_counts_once()
    {
        await using ContractServer server = await ContractServer.StartAsync(slots: 1);
        int looks = 0;
        server.Intercept = async http =>
        {
            if (http.Request.Query.ContainsKey("seen") && Interlocked.Increment(ref looks) == 1)
            {
                server.Preempt("a");
            }
            else if (http.Request.Method == "GET" && http.Request.Path.Value!.EndsWith("/a", StringComparison.Ordinal) && looks == 1)
            {
                await Task.Yield();
                server.GrantWhatFits();
            }

            return false;
        };
        WriteTrace("time,id,duration,preemptible,gpu", "0,a,0.5,true,1");

        CommandRun run = await ReplayAsync(server, "--json");

        Assert.Equal((0, ""), (run.ExitCode, ErrorsOf(run)));
        AssertCounts(run.Json, requests: 1, allocated: 1);
        Assert.Equal(1, run.Json.GetProperty("preemptions").GetInt32());
        Assert.Contains("POST /api/v1/leases/lease-a.2/release", server.Calls);
        Assert.Equal("released", server.Statuses["a"]);
    }

    [Fact]
    public async Task GPU_models_become_labels_or_the_pools_that_carry_them()
    {
        await using ContractServer server = await ContractServer.StartAsync();
        const string header = "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,creation_time,deletion_time,scheduled_time";
        WriteTrace(header, "one,1000,1024,1,1000,A100,LS,0,0.1,0", "two,1000,1024,1,1000,A100|V100,LS,0,0.1,0");

        CommandRun run = await ReplayAsync(server, "--json", "--run", "again", "--speed", "100");

        Assert.Equal((0, ""), (run.ExitCode, ErrorsOf(run)));
        JsonObject one = server.Submitted.Single(body => (string)body["id"]! == "again-one");
        JsonObject two = server.Submitted.Single(body => (string)body["id"]! == "again-two");
        Assert.Equal("""{"model":"A100"}""", one["poolLabels"]!.ToJsonString());
        Assert.Equal("""["a","b","c"]""", two["pools"]!.ToJsonString());
    }

    [Fact]
    public async Task Ids_that_were_used_before_are_errors_with_the_remedy()
    {
        await using ContractServer server = await ContractServer.StartAsync();
        WriteTrace("time,id,gpu", "0,a,1");
        await ReplayAsync(server);

        CommandRun again = await ReplayAsync(server);
        CommandRun renamed = await ReplayAsync(server, "--run", "second");

        Assert.Equal(1, again.ExitCode);
        Assert.Contains("give --run NAME to send the trace under new ids", again.Error);
        Assert.Equal(0, renamed.ExitCode);
        Assert.Contains("granted at once         1", renamed.Output);
    }

    [Fact]
    public async Task A_key_nobody_knows_ends_the_replay_at_once()
    {
        await using ContractServer server = await ContractServer.StartAsync();
        WriteTrace("time,gpu", "0,1", "3600,1");

        CommandRun run = await CommandRun.OfAsync("replay", _trace, "--url", server.Url.ToString(), "--key", "nxs_wrong");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("the server does not know this key (401)", run.Error);
    }

    [Fact]
    public async Task A_bad_line_is_found_before_anything_is_sent()
    {
        await using ContractServer server = await ContractServer.StartAsync();
        WriteTrace("time,gpu", "0,1", "0,many");

        CommandRun run = await ReplayAsync(server);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("line 3, column gpu: 'many' is not a number", run.Error);
        Assert.Empty(server.Calls);
    }

    [Fact]
    public async Task A_pipe_is_read_once()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "named pipes of the file system are Unix's");
        await using ContractServer server = await ContractServer.StartAsync();
        using (Process make = Process.Start("mkfifo", _trace))
        {
            await make.WaitForExitAsync();
        }

        Task write = Task.Run(() => File.WriteAllTextAsync(_trace, "time,deadline,gpu\n0,5,1\n0,,1\n"));
        CommandRun run = await ReplayAsync(server, "--json");
        await write;

        Assert.Equal(0, run.ExitCode);
        AssertCounts(run.Json, requests: 2, allocated: 2);
        Assert.Single(server.Submitted, body => body.ContainsKey("deadline"));
    }

    [Fact]
    public async Task What_is_missing_is_named()
    {
        WriteTrace("time,gpu", "0,1");

        CommandRun noServer = await CommandRun.OfAsync("replay", _trace, "--url", "http://127.0.0.1:1", "--key", "nxs_x");
        CommandRun noKey = await CommandRun.OfAsync("replay", _trace);
        CommandRun noTrace = await CommandRun.OfAsync("replay", _trace + ".missing", "--key", "nxs_x");

        Assert.Equal(1, noServer.ExitCode);
        Assert.Contains("no server answers at http://127.0.0.1:1/", noServer.Error);
        Assert.Equal(2, noKey.ExitCode);
        Assert.Contains("--key", noKey.Error);
        Assert.Equal(2, noTrace.ExitCode);
        Assert.Contains("the trace cannot be opened", noTrace.Error);
    }

    private void WriteTrace(params string[] lines) => File.WriteAllLines(_trace, lines);

    private string[] Arguments(ContractServer server, params string[] more) =>
        ["replay", _trace, "--url", server.Url.ToString(), "--key", ContractServer.Key, .. more];

    private Task<CommandRun> ReplayAsync(ContractServer server, params string[] more) => CommandRun.OfAsync(Arguments(server, more));

    private static string ErrorsOf(CommandRun run) => string.Join('\n', run.Error.Split('\n').Where(line => line.Contains('×', StringComparison.Ordinal) || line.StartsWith("error", StringComparison.Ordinal)));

    private static void AssertCounts(
        JsonElement report, int requests, int allocated = 0, int queuedThenAllocated = 0, int rejected = 0, int expired = 0, int cancelled = 0, int errors = 0)
    {
        string[] names = ["requests", "allocated", "queuedThenAllocated", "reserved", "rejected", "expired", "cancelled", "errors"];
        Assert.Equal([requests, allocated, queuedThenAllocated, 0, rejected, expired, cancelled, errors], names.Select(name => report.GetProperty(name).GetInt32()));
    }
}
