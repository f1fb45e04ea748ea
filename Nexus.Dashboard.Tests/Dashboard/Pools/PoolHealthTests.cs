using Bunit;
using Nexus.Dashboard.Features.Pools;
using Nexus.Dashboard.Shared;
using Nexus.Dashboard.Tests.Engine;
using Nexus.Dashboard.Tests.Engine.Hosting;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Resources.Health;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Dashboard.Pools;

/// <summary>The pages say that a pool grants less, why, and when it is probed.</summary>
public sealed class PoolHealthTests : ComponentTest
{
    private static readonly HealthSettings Settings = new(TimeSpan.FromMinutes(5), 4, 500_000, TimeSpan.FromSeconds(30), 2);

    [Fact]
    public async Task A_row_is_marked_by_colour_shape_and_word_from_its_opening_until_it_is_healthy()
    {
        await using RunningEngine engine = await OpenedAsync();
        Assert.Equal((Signal.Bad, "Unhealthy", true, "4 of 4 grants failed in 5 min: it grants nothing until it is probed."), Row(engine));

        await engine.AdvanceAsync(TimeSpan.FromSeconds(30));
        Assert.Equal((Signal.Warning, "Probing", true, "4 of 4 grants failed in 5 min: it is being probed, with 2 at a time."), Row(engine));

        await FinishAsync(engine, "s1", Outcome.Succeeded);
        Assert.Equal((Signal.Warning, "Recovering", true, "4 of 4 grants failed in 5 min: 1 of 1 probes succeeded; it grants 3 at a time."), Row(engine));

        await engine.SendAsync(new ResetPoolHealth("p") { Actor = Scene.Somebody });
        Assert.Equal((Signal.Ok, "Healthy", false, null), Row(engine));
    }

    [Fact]
    public async Task The_line_says_why_since_when_and_when_it_is_probed_and_nothing_of_a_pool_that_is_healthy()
    {
        await using RunningEngine engine = await OpenedAsync();
        IRenderedComponent<PoolHealthLine> line = Render<PoolHealthLine>(p => p.Add(l => l.Health, engine.Read.Pool("p")!.Health));
        Assert.Contains("4 of 4 grants failed in 5 min: it grants nothing until it is probed. Probed in ", line.Find("[data-health]").TextContent, StringComparison.Ordinal);
        Assert.Equal(2, line.FindAll("time").Count);

        Assert.Empty(Render<PoolHealthLine>(p => p.Add(l => l.Health, null)).Markup.Trim());
    }

    private static (Signal, string, bool, string?) Row(RunningEngine engine) =>
        PoolRows.Of(engine.Read.Pool("p")!, engine.Read, [], engine.Host.Now) is var row ? (row.State, row.Word, row.IsUnwell, row.Health) : default;

    private static async Task<RunningEngine> OpenedAsync()
    {
        RunningEngine engine = await RunningEngine.StartAsync();
        await engine.SendAsync(new SetPool(Scene.Definition("p", ("gpu", 8)) with { Health = Settings }) { Actor = Scene.Somebody });
        for (int i = 0; i < 4; i++)
        {
            await FinishAsync(engine, $"f{i}", Outcome.Failed);
        }

        return engine;
    }

    private static async Task FinishAsync(RunningEngine engine, string id, Outcome outcome)
    {
        Request request = await engine.SubmitAsync(id, ("gpu", 1));
        await engine.SendAsync(new Release(request.Key, request.Lease!.Number, ResourceVector.Empty, Labels.None, outcome) { Actor = Scene.Somebody });
    }
}
