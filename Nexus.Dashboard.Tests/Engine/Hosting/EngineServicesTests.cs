using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Nexus.Dashboard.Tests.Engine.Storage;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Storage;

namespace Nexus.Dashboard.Tests.Engine.Hosting;

public sealed class EngineServicesTests
{
    [Fact]
    public async Task A_program_gets_an_engine_that_starts_and_stops_with_it()
    {
        using DataFolder folder = new();
        using IHost program = Program(folder, []);
        await program.StartAsync();
        EngineHost engine = program.Services.GetRequiredService<EngineHost>();
        await engine.WaitUntilReadyAsync().WaitAsync(RunningEngine.Patience);

        Assert.IsType<PoolReply>(await engine.SendAsync(new SetPool(Scene.Definition("gpus", ("gpu", 4))) { Actor = Scene.Somebody }));
        Assert.Same(engine.Read, program.Services.GetRequiredService<ReadModel>());
        await foreach (Frame frame in program.Services.GetRequiredService<EngineFeed>().Subscribe("pools", OwnerPath.Root))
        {
            Assert.Equal("gpus", Assert.Single(((PoolsFrame)frame).Pools).Name);
            break;
        }

        await program.StopAsync();
        Assert.Equal(EngineHealthState.Stopped, engine.Health.State);
    }

    [Theory]
    [InlineData("Nexus:Engine:ChannelCapacity", "0", "Nexus:Engine:ChannelCapacity must be between 1 and 1000000, not 0")]
    [InlineData("Nexus:Engine:SnapshotInterval", "00:00:01", "Nexus:Engine:SnapshotInterval must be between 00:01:00 and 1.00:00:00, not 00:00:01")]
    [InlineData("Nexus:Engine:FirstSizeRisk", "1", "Nexus:Engine:FirstSizeRisk must be between 0.01 and 0.99, not 1")]
    [InlineData("Nexus:Engine:StepSizeRisk", "0", "Nexus:Engine:StepSizeRisk must be between 0.01 and 0.99, not 0")]
    [InlineData("Nexus:Engine:Journal:KeepBytes", "1", "Nexus:Engine:Journal:KeepBytes must be at least 16777216 (16 MiB)")]
    public async Task A_setting_that_cannot_be_is_named_by_its_key_before_anything_starts(string key, string value, string fault)
    {
        using DataFolder folder = new();
        using IHost program = Program(folder, new() { [key] = value });

        OptionsValidationException refused = await Assert.ThrowsAsync<OptionsValidationException>(() => program.StartAsync());

        Assert.Contains(fault, refused.Failures);
    }

    [Fact]
    public void Settings_are_read()
    {
        using DataFolder folder = new();
        using IHost program = Program(folder, new() { ["Nexus:Engine:MaxWaiters"] = "7", ["Nexus:Engine:FirstSizeRisk"] = "0.25", ["Nexus:Engine:Journal:KeepFor"] = "2.00:00:00" });

        Assert.Equal(7, program.Services.GetRequiredService<IOptions<EngineOptions>>().Value.MaxWaiters);
        Assert.Equal((250_000, 900_000), (program.Services.GetRequiredService<IOptions<EngineOptions>>().Value.Limits.FirstSizeRisk, new EngineOptions().Limits.StepSizeRisk));
        Assert.Equal(TimeSpan.FromDays(2), program.Services.GetRequiredService<IOptions<JournalOptions>>().Value.KeepFor);
    }

    private static IHost Program(DataFolder folder, Dictionary<string, string?> settings)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddNexusEngine(builder.Configuration, _ => folder.Path);
        return builder.Build();
    }
}
