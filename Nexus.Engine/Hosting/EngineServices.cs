using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Nexus.Engine.Costs;
using Nexus.Engine.Storage;
using Nexus.Engine.Storage.Ledgers;
using System.Diagnostics.Metrics;

namespace Nexus.Engine.Hosting;

/// <summary>Puts the engine into a program.</summary>
public static class EngineServices
{
    /// <summary>Adds the engine with its journal in a folder: <see cref="EngineHost"/>, <see cref="ReadModel"/>, <see cref="EngineFeed"/>, <see cref="EngineMeters"/>, all singletons that start and stop with the program.</summary>
    /// <remarks>Options come from <c>Nexus:Engine</c>, <c>Nexus:Engine:Journal</c> and <c>Nexus:Engine:Series</c>; what is out of range is named by its key before anything starts.</remarks>
    /// <param name="services">The services.</param>
    /// <param name="configuration">The program's configuration.</param>
    /// <param name="dataFolder">Says where the data lives.</param>
    public static IServiceCollection AddNexusEngine(this IServiceCollection services, IConfiguration configuration, Func<IServiceProvider, string> dataFolder)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(dataFolder);
        services.AddOptions<EngineOptions>().Bind(configuration.GetSection(EngineOptions.Section))
            .Configure<IEnumerable<ICostModel>>(static (options, models) => options.CostModels = models.ToDictionary(m => m.Name, StringComparer.Ordinal)).ValidateOnStart();
        services.AddOptions<JournalOptions>().Bind(configuration.GetSection(EngineOptions.Section + ":Journal")).ValidateOnStart();
        services.AddOptions<SeriesOptions>().Bind(configuration.GetSection(SeriesOptions.Section)).ValidateOnStart();
        services.AddOptions<LedgerOptions>().Bind(configuration.GetSection(LedgerOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<LedgerOptions>>(new Faults<LedgerOptions>(static o => o.Faults()));
        services.AddSingleton<IValidateOptions<SeriesOptions>>(new Faults<SeriesOptions>(static o => o.Faults()));
        services.AddSingleton<IValidateOptions<EngineOptions>>(new Faults<EngineOptions>(static o => o.Faults()));
        services.AddSingleton<IValidateOptions<JournalOptions>>(new Faults<JournalOptions>(static o => o.Faults()));
        services.AddSingleton(static p => new EngineMeters(Time(p), p.GetService<IMeterFactory>()));
        services.AddSingleton(p => new EngineHost(
            () => SqliteJournal.Open(dataFolder(p), p.GetRequiredService<IOptions<JournalOptions>>().Value, p.GetRequiredService<ILogger<SqliteJournal>>(), p.GetRequiredService<IOptions<LedgerOptions>>().Value),
            p.GetRequiredService<IOptions<EngineOptions>>().Value, Time(p), p.GetRequiredService<EngineMeters>(), p.GetRequiredService<ILogger<EngineHost>>()));
        services.AddSingleton(static p => p.GetRequiredService<EngineHost>().Read);
        services.AddSingleton<Rerater>();
        services.AddSingleton<MonthCloser>();
        services.AddSingleton(p => new EngineFeed(
            p.GetRequiredService<EngineHost>(), Time(p), p.GetRequiredService<ILogger<EngineFeed>>(), () => SeriesStore.Open(dataFolder(p), p.GetRequiredService<IOptions<SeriesOptions>>().Value)));
        services.AddHostedService(static p => p.GetRequiredService<EngineHost>());
        services.AddHostedService(static p => p.GetRequiredService<EngineFeed>());
        services.AddHostedService(static p => new StartSampler(p.GetRequiredService<ReadModel>(), Time(p), p.GetRequiredService<ILogger<StartSampler>>()));
        services.AddHostedService(p => new StrategyTrying(
            p.GetRequiredService<EngineHost>(), () => dataFolder(p), Time(p), p.GetRequiredService<IOptions<EngineOptions>>().Value, p.GetRequiredService<ILogger<StrategyTrying>>()));
        return services;
    }

    private static TimeProvider Time(IServiceProvider services) => services.GetService<TimeProvider>() ?? TimeProvider.System;

    private sealed class Faults<TOptions>(Func<TOptions, IEnumerable<string>> of) : IValidateOptions<TOptions>
        where TOptions : class
    {
        public ValidateOptionsResult Validate(string? name, TOptions options)
        {
            string[] faults = [.. of(options)];
            return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
        }
    }
}
