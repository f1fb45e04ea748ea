using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Durability;

public sealed class KillTests(ITestOutputHelper output)
{
    private const int Seed = 20261124;

    // Each is killed while the other starts: a start keeps one core busy.
    private const int Servers = 2;

    // The thousand are for --long.
    private static readonly int Kills = Environment.GetEnvironmentVariable("NEXUS_LONG") is { Length: > 0 } ? 1_000 : 20;

    [Fact]
    public async Task Killed_under_load_again_and_again_it_loses_no_answer_grants_nothing_twice_and_leaks_no_lease() =>
        await Task.WhenAll(Enumerable.Range(Seed, Servers).Select(seed => KillAsync(Kills / Servers, seed)));

    private async Task KillAsync(int kills, int seed)
    {
        Random moments = new(seed);
        await using NexusServer server = await NexusServer.StartAsync();
        await server.AuthorizeAsync();
        using Crowd crowd = await Crowd.GatherAsync(server, members: 8, seed);

        for (int kill = 1; kill <= kills; kill++)
        {
            crowd.Act();
            await Task.Delay(moments.Next(50, 500));
            server.Kill();
            Assert.All(await crowd.LoseAsync(), Assert.NotNull);
            if (kill % 5 == 0)
            {
                // A start that is killed must be as harmless: recovery writes as well.
                server.Launch();
                await Task.Delay(moments.Next(300, 1500));
                server.Kill();
            }

            await server.StartAgainAsync();
            await crowd.FindsWhatWasAcknowledgedAsync();
        }

        await crowd.WindDownAsync();
        Assert.Equal(0, await server.StopAsync());
        History history = await History.ReadAsync(server.Data);
        history.Confirms(crowd.Asked);
        history.LeavesNothingHeld();
        output.WriteLine($"seed {seed}: {kills} kills, {crowd.Answers:N0} answers, {crowd.Asked.Count():N0} requests");
        Assert.True(crowd.Answers > kills * 20, $"{crowd.Answers} answers are no load");
    }
}
