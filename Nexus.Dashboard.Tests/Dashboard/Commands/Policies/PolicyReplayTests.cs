using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Nexus.Dashboard.Commands;
using Nexus.Dashboard.Commands.Policies;
using Nexus.Dashboard.Features.Pools;
using Nexus.Dashboard.Features.Simulator;
using Nexus.Dashboard.Tests.Dashboard.Commands.Replay;

namespace Nexus.Dashboard.Tests.Dashboard.Commands.Policies;

/// <summary>How a replay is asked for, against a server that answers as it is told.</summary>
public sealed class PolicyReplayTests : IAsyncLifetime
{
    private const string TooMuch = """{"id":"s","status":"failed","progress":0,"createdAt":"2026-11-29T00:00:00Z","createdBy":"k","error":"the window holds more than 1000 events (Nexus:Simulator:MaxEvents): choose a shorter one","notModelled":"","variants":[]}""";
    private const string Finished = """{"id":"s","status":"finished","progress":1,"createdAt":"2026-11-29T00:00:00Z","createdBy":"k","notModelled":"","variants":[],"laterField":7}""";
    private const string Running = """{"id":"s","status":"running","progress":0.5,"createdAt":"2026-11-29T00:00:00Z","createdBy":"k","notModelled":"","variants":[]}""";

    private static readonly DateTimeOffset To = new(2026, 11, 29, 0, 0, 0, TimeSpan.Zero);
    private static readonly PolicyContent Wanted = Pool(4);
    private static readonly IReadOnlyList<PolicyChange> Changes = PolicyPlan.Of(Pool(8), Wanted);

    private readonly List<JsonNode> _asked = [];
    private ContractServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await ContractServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task It_asks_for_the_past_as_it_was_and_with_what_differs_and_for_nothing_else()
    {
        Answer(Finished);

        await RunAsync(mayShorten: false);

        Assert.Equal(
            """{"window":{"from":"2026-11-22T00:00:00+00:00","to":"2026-11-29T00:00:00+00:00"},"variants":[{"name":"present"},{"name":"changed","pools":{"gpu":{"resources":{"gpu":4}}}}]}""",
            Assert.Single(_asked).ToJsonString().Replace("\\u002B", "+", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_window_that_nobody_chose_is_halved_until_it_can_be_replayed_and_that_is_said()
    {
        Answer(TooMuch, TooMuch, Finished);
        await using StringWriter error = new();

        await RunAsync(mayShorten: true, error);

        Assert.Equal(["2026-11-22T00:00:00+00:00", "2026-11-25T12:00:00+00:00", "2026-11-27T06:00:00+00:00"], _asked.Select(a => (string)a["window"]!["from"]!));
        Assert.Contains("trying from 2026-11-27T06:00:00+00:00 on; --from chooses", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_window_that_was_chosen_is_not_replaced_by_another()
    {
        Answer(TooMuch);

        CommandException fault = await Assert.ThrowsAsync<CommandException>(() => RunAsync(mayShorten: false));

        Assert.Equal(1, fault.ExitCode);
        Assert.Contains("choose a shorter one", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_stops_the_command_stops_the_replay_on_the_server_too()
    {
        using CancellationTokenSource stop = new();
        _server.Intercept = async http =>
        {
            if (http.Request.Method == "GET")
            {
                await stop.CancelAsync();
            }

            await http.Response.WriteAsync(Running);
            return true;
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(mayShorten: true, stop: stop.Token));

        Assert.Contains("POST /api/v1/simulations/s/cancel", _server.Calls);
    }

    private static PolicyContent Pool(int gpus) =>
        new([PolicyParts.Pools.Of([new PoolBody { Resources = new() { ["gpu"] = new SupplyBody { Amount = new(gpus) } } }.ToDefinition("gpu").Value!], "USD")], "USD");

    private void Answer(params string[] answers)
    {
        _server.Intercept = async http =>
        {
            _asked.Add((await JsonNode.ParseAsync(http.Request.Body))!);
            await http.Response.WriteAsync(answers[_asked.Count - 1]);
            return true;
        };
    }

    private async Task<SimulationAnswer> RunAsync(bool mayShorten, TextWriter? error = null, CancellationToken stop = default)
    {
        await using SystemConnection system = SystemConnection.To(_server.Url, ContractServer.Key);
        return await new PolicyReplay(system, error ?? TextWriter.Null).RunAsync(Wanted, Changes, To.AddDays(-7), To, mayShorten, stop);
    }
}
