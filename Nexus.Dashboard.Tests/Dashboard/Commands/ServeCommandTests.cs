using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Dashboard.Commands;
using Xunit;

namespace Nexus.Dashboard.Tests.Dashboard.Commands;

/// <summary>What <c>serve</c> makes of its arguments; what is served is each feature's own.</summary>
public sealed class ServeCommandTests
{
    [Theory]
    [InlineData]
    [InlineData("serve")]
    public async Task It_serves_until_it_is_told_to_stop(params string[] command)
    {
        Served served = await ServeAsync([.. command, "--urls", "http://127.0.0.1:0", "--data", "/nowhere/nexus"]);

        Assert.Equal(0, served.ExitCode);
        Assert.Equal("/nowhere/nexus", served.Data.Path);
        Assert.Equal("/nowhere/nexus", served.ConfiguredData);
    }

    [Fact]
    public async Task Settings_given_as_arguments_reach_the_configuration()
    {
        Served served = await ServeAsync("--urls", "http://127.0.0.1:0", "--Nexus:Data=/nowhere/configured", "--Nexus:Engine:BatchCapacity=7");

        Assert.Equal("/nowhere/configured", served.Data.Path);
        Assert.Equal("7", served.ConfiguredBatch);
    }

    [Theory]
    [InlineData("Production", false)]
    [InlineData("Production", true, "--demo")]
    [InlineData("Development", true)]
    [InlineData("Development", false, "--no-demo")]
    public async Task The_demo_runs_in_Development_and_where_asked_for(string environment, bool runs, params string[] more)
    {
        Served served = await ServeAsync([$"--environment={environment}", "--urls", "http://127.0.0.1:0", .. more]);

        Assert.Equal(runs, served.Demo.Runs);
    }

    [Fact]
    public async Task An_address_in_use_is_said_in_a_sentence()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        await using WebApplication other = builder.Build();
        other.Urls.Add("http://127.0.0.1:0");
        await other.StartAsync();
        string taken = other.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

        CommandRun run = await CommandRun.OfAsync("serve", "--urls", taken, "--Logging:LogLevel:Default=None");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Choose another address with --urls.", run.Error);
    }

    private static async Task<Served> ServeAsync(params string[] args)
    {
        Served? served = null;
        int exitCode = await NexusCommandLine.RunAsync([.. args, "--Logging:LogLevel:Default=None"], _ => { }, app =>
        {
            IServiceProvider services = app.Services;
            served = new(0, services.GetRequiredService<DataDirectory>(), services.GetRequiredService<DemoChoice>(), app.Configuration["Nexus:Data"], app.Configuration["Nexus:Engine:BatchCapacity"]);
            app.Lifetime.ApplicationStarted.Register(app.Lifetime.StopApplication);
        });
        return served! with { ExitCode = exitCode };
    }

    private sealed record Served(int ExitCode, DataDirectory Data, DemoChoice Demo, string? ConfiguredData, string? ConfiguredBatch);
}
