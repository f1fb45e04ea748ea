using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Past;

namespace Nexus.Dashboard.Tests.Dashboard.Past;

public sealed class PastTurnsTests
{
    [Fact]
    public async Task One_is_served_at_a_time_so_many_wait_and_whoever_comes_then_is_told_to_come_back()
    {
        using PastTurns turns = new();
        using ManualResetEventSlim go = new();
        int inside = 0;
        Task<Result<string>>[] served = [.. Enumerable.Range(0, PastTurns.MostWaiting + 1).Select(_ => turns.RunAsync<string>(
            () =>
            {
                Assert.Equal(1, Interlocked.Increment(ref inside));
                go.Wait();
                Interlocked.Decrement(ref inside);
                return "told";
            }, CancellationToken.None))];

        Result<string> beyond = await turns.RunAsync<string>(() => "told", CancellationToken.None);
        go.Set();

        Assert.Equal(("too-many-requests", 429), (beyond.Problem!.Type, beyond.Problem.Status));
        Assert.All(await Task.WhenAll(served), s => Assert.Equal("told", s.Value));
        Assert.Equal("told", (await turns.RunAsync<string>(() => "told", CancellationToken.None)).Value);
    }

    [Fact]
    public async Task Whoever_gives_up_or_fails_leaves_the_turn_to_the_next()
    {
        using PastTurns turns = new();
        using ManualResetEventSlim go = new();
        using CancellationTokenSource left = new();
        Task<Result<string>> fails = turns.RunAsync<string>(() => { go.Wait(); throw new InvalidOperationException("a fault"); }, CancellationToken.None);
        Task<Result<string>> waits = turns.RunAsync<string>(() => "told", left.Token);

        await left.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waits);
        go.Set();

        await Assert.ThrowsAsync<InvalidOperationException>(() => fails);
        Assert.Equal("told", (await turns.RunAsync<string>(() => "told", CancellationToken.None)).Value);
    }
}
