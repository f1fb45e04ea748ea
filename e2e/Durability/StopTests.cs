using System.Diagnostics;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Durability;

public sealed class StopTests
{
    private const int Waiters = 12;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Told_to_stop_under_load_it_answers_every_call_commits_the_last_batch_and_exits_0_in_time()
    {
        await using NexusServer server = await NexusServer.StartAsync();
        await server.AuthorizeAsync();
        using Crowd crowd = await Crowd.GatherAsync(server, members: 16, seed: 7);
        await server.PoolAsync("taken", 1);
        await server.RequestAsync("holder", "waiting/holder", "taken");
        string key = await server.CreateKeyAsync("waiting", "requests", "read");
        Wire[] wires = [.. Enumerable.Range(0, Waiters).Select(_ => new Wire(server.Url, key))];

        crowd.Act();
        Task<Answer>[] waiting = [.. wires.Select((wire, n) => wire.SendAsync("POST", "/api/v1/requests?wait=PT60S", new { id = $"waits-{n}", owner = "waiting/w", pools = new[] { "taken" }, resources = new { gpu = 1 }, queue = true }))];
        await Task.Delay(700);

        Stopwatch took = Stopwatch.StartNew();
        int exit = await server.StopAsync();

        Assert.Equal(0, exit);
        Assert.True(took.Elapsed < Limit, $"it took {took.Elapsed.TotalSeconds:0.0} s");
        IReadOnlyList<LineLostException> lost = await crowd.LoseAsync();
        Assert.All(lost, line => Assert.False(line.WasConnected, line.Message));
        foreach (Answer answer in await Task.WhenAll(waiting))
        {
            Assert.Equal((201, "queued"), (answer.Status, answer["status"]));
        }

        Array.ForEach(wires, wire => wire.Dispose());
        await server.StartAgainAsync();
        await crowd.FindsWhatWasAcknowledgedAsync();
        Assert.Equal("queued", await server.StatusAsync("waits-0"));
        await crowd.WindDownAsync();
        await server.StopAsync();
        (await History.ReadAsync(server.Data)).Confirms(crowd.Asked);
    }
}
