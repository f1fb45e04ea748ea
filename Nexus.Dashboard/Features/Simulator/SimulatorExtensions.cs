using Microsoft.Extensions.Options;

namespace Nexus.Dashboard.Features.Simulator;

/// <summary>The simulator, wired up.</summary>
internal static class SimulatorExtensions
{
    public static void AddNexusSimulator(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<SimulatorOptions>().Bind(builder.Configuration.GetSection(SimulatorOptions.Section)).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<SimulatorOptions>, Validator>();
        builder.Services.AddSingleton<SimulationRuns>();
        builder.Services.AddHostedService(static p => p.GetRequiredService<SimulationRuns>());
        builder.Services.AddSingleton<SimulationService>();
    }

    private sealed class Validator : IValidateOptions<SimulatorOptions>
    {
        public ValidateOptionsResult Validate(string? name, SimulatorOptions options)
        {
            string[] faults = [.. options.Faults()];
            return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
        }
    }
}
