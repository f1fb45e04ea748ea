using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Hosting;

public sealed class PoolTotalsTests
{
    [Fact]
    public async Task What_grants_used_of_a_pool_adds_up_as_they_end()
    {
        await using RunningEngine nexus = await RunningEngine.StartAsync();
        await nexus.SendAsync(new SetPool(new PoolDefinition("llm", [new Supply("tokens.input", Quantity.Of(1_000), Quantity.Of(1_000), TimeSpan.FromMinutes(1))], Labels.None, PurchaseOption.OnDemand, null)) { Actor = Scene.Somebody });
        Request first = await nexus.SubmitAsync("r1", ("tokens.input", 100));
        Request second = await nexus.SubmitAsync("r2", ("tokens.input", 100));
        Assert.Equal(0, nexus.Read.SettledIn("llm", "tokens.input"));

        await nexus.SendAsync(new Release(first.Key, first.Lease!.Number, Scene.Vector(("tokens.input", 70.5)), Labels.None, null) { Actor = Scene.Somebody });
        await nexus.SendAsync(new Cancel(second.Key) { Actor = Scene.Somebody });

        Assert.Equal(170.5m, nexus.Read.SettledIn("llm", "tokens.input"));
        Assert.Equal(0, nexus.Read.SettledIn("llm", "tokens.output"));

        await nexus.SendAsync(new DeletePool("llm", null) { Actor = Scene.Somebody });
        Assert.Equal(0, nexus.Read.SettledIn("llm", "tokens.input"));
    }
}
