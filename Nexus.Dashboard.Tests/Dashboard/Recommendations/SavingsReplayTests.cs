using Microsoft.Extensions.Options;
using Nexus.Dashboard.Commands;
using Nexus.Dashboard.Features.Recommendations.Review;
using Nexus.Dashboard.Features.Simulator;
using Nexus.Dashboard.Tests.Engine;
using Nexus.Dashboard.Tests.Engine.Hosting;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Hosting;
using Nexus.Engine.Optimization;
using Nexus.Engine.Optimization.FollowUp;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Dashboard.Recommendations;

/// <summary>The time since a change is replayed without it, from the journal of a real engine: a pool of four GPUs at $2 was made one of two.</summary>
public sealed class SavingsReplayTests : IAsyncLifetime
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly ProposedChange Halved = ProposedChange.Pool("gpus", "gpu", Quantity.Of(4), Quantity.Of(2));

    private RunningEngine _nexus = null!;

    private Instant _since;

    public async ValueTask InitializeAsync()
    {
        _nexus = await RunningEngine.WithPoolAsync("gpus", ("gpu", 4));
        await _nexus.SendAsync(new SetPrices([new Sku("in", "tokens.input") { UnitPrice = Money.Parse("0.000003") }], Replaces: true) { Actor = Scene.Somebody });
        await _nexus.AdvanceAsync(Hour);
        await _nexus.PoolAsync("gpus", ("gpu", 2));
        _since = _nexus.Host.Now;
    }

    public ValueTask DisposeAsync() => _nexus.DisposeAsync();

    [Fact]
    public async Task It_saved_the_capacity_that_is_not_there_any_more_and_says_who_waited_for_that()
    {
        await WorkAsync();

        (Realised realised, ReplayedEffect effect) = (await RunAsync())!.Value;

        Assert.Equal((2 * 2 * 730, RealisedBy.Replay), ((int)Math.Round(SavingsMoney.Units(realised.Monthly)), realised.By));
        Assert.Equal((realised.Monthly, realised.Monthly), (realised.Low, realised.High));
        Assert.Equal((2, 2, 3600, 0), (effect.Finished, effect.FinishedWithout, (int)effect.WaitP95, (int)effect.WaitP95Without));
    }

    [Fact]
    public async Task What_was_reported_without_a_lease_costs_the_same_in_both()
    {
        await WorkAsync();
        await _nexus.SendAsync(new RecordUsage([new UsageRecord("u", _nexus.Host.Now, OwnerPath.Parse("acme"), "tokens.input", Quantity.Of(1_000_000))]) { Actor = Scene.Somebody });
        await _nexus.AdvanceAsync(Hour);

        Assert.Equal(2 * 2 * 730, (int)Math.Round(SavingsMoney.Units((await RunAsync())!.Value.Realised.Monthly)));
    }

    [Fact]
    public async Task Where_it_cannot_tell_it_says_nothing()
    {
        await WorkAsync();

        Assert.Null(await RunAsync(ProposedChange.Advise("gpt-4o", "it", "another")));
        Assert.Null(await RunAsync(ProposedChange.Pool("others", "gpu", Quantity.Of(4), Quantity.Of(2))));
        Assert.Null(await RunAsync(most: 1));
        Assert.Null(await RunAsync(price: null));
    }

    // Two that need all of what is left, for an hour each: the second waits for the first.
    private async Task WorkAsync()
    {
        await _nexus.AdvanceAsync(TimeSpan.FromSeconds(1));
        for (int i = 0; i < 2; i++)
        {
            await _nexus.SubmitAsync(Scene.Spec($"r{i}", [("gpu", 2d)], queue: true, lease: TimeSpan.FromHours(20)));
        }

        for (int i = 0; i < 2; i++)
        {
            await _nexus.AdvanceAsync(Hour);
            await _nexus.ReleaseAsync(_nexus.Find($"r{i}"));
        }

        await _nexus.AdvanceAsync(Hour);
    }

    private Task<(Realised Realised, ReplayedEffect Effect)?> RunAsync(ProposedChange? change = null, double? price = 2, int most = 100_000)
    {
        SavingsPast past = new(_since - Hour, _nexus.Host.Now)
        {
            Pools = [new PoolPast("gpus", "gpu", PurchaseOption.OnDemand, "", price, [.. Enumerable.Range(0, 5).Select(h => new UsePoint(_since + (Hour * h), 2, 2))])],
        };
        SavingsReplay replay = new(_nexus.Host, new DataDirectory(_nexus.Folder.Path), Options.Create(new EngineOptions()), Options.Create(new SimulatorOptions { MaxEvents = most }));
        return replay.RunAsync(change ?? Halved, _since, past, CancellationToken.None);
    }
}
