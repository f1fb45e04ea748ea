using Microsoft.Extensions.Options;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Commands;
using Nexus.Dashboard.Shared;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Storage;

namespace Nexus.Dashboard.Features.Settings;

/// <summary>What the settings' page shows: people, keys, catalogue, data, health.</summary>
internal sealed class SettingsService(EngineHost host, CatalogueService catalogue, IServiceScopeFactory scopes, DataDirectory data, IOptions<JournalOptions> journal)
{
    /// <summary>Kinds, classes and owners.</summary>
    public CatalogueService Catalogue => catalogue;

    public async Task<SettingsView> GetAsync(Caller caller, CancellationToken cancellation)
    {
        // A database context of its own for each load: two at once must not share one.
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        AccessService access = scope.ServiceProvider.GetRequiredService<AccessService>();
        return new SettingsView(
            (await access.PeopleAsync(caller, cancellation)).Value ?? [], (await access.KeysAsync(caller, cancellation)).Value ?? [],
            host.Read.Configuration, host.Health, data.Path,
            [.. new DirectoryInfo(data.Path).EnumerateFiles().Where(f => f.Name.EndsWith(".db", StringComparison.Ordinal) || f.Name.EndsWith(".db-wal", StringComparison.Ordinal))
                .OrderBy(f => f.Name, StringComparer.Ordinal).Select(f => (f.Name, $"{Numbers.Count(f.Length / 1024 / 1024m)} MiB"))],
            Retention(journal.Value), typeof(SettingsService).Assembly.GetName().Version!.ToString(3), host.Read.Pools.Count);
    }

    public Task AcceptClockAsync(Caller caller, CancellationToken cancellation) =>
        caller.AllowsEverywhere(Scope.Admin) ? host.AcceptClockAsync(caller.Actor, cancellation) : Task.CompletedTask;

    /// <summary>Does something with people and keys, in a scope of its own.</summary>
    public async Task<T> WithAccessAsync<T>(Func<AccessService, Task<T>> act)
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<AccessService>());
    }

    private static string Retention(JournalOptions options) => $"{options.KeepFor.TotalDays:0} days or {Numbers.Count(options.KeepBytes / 1_000_000_000m)} GB";
}

/// <summary>What the page shows at one moment.</summary>
internal sealed record SettingsView(
    IReadOnlyList<Person> People, IReadOnlyList<ApiKey> Keys, Configuration Configuration, EngineHealth Health, string Folder, IReadOnlyList<(string Name, string Size)> Files,
    string Retention, string Version, int Pools);
