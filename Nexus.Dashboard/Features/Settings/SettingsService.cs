using Nexus.Dashboard.Access;
using Nexus.Dashboard.Commands;
using Nexus.Dashboard.Shared;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Storage;

namespace Nexus.Dashboard.Features.Settings;

/// <summary>What the settings' page shows: people, keys, catalogue, data, health.</summary>
internal sealed class SettingsService(EngineHost host, CatalogueService catalogue, IServiceScopeFactory scopes, DataDirectory data)
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
            Figures(), typeof(SettingsService).Assembly.GetName().Version!.ToString(3), host.Read.Pools.Count);
    }

    public Task AcceptClockAsync(Caller caller, CancellationToken cancellation) =>
        caller.AllowsEverywhere(Scope.Admin) ? host.AcceptClockAsync(caller.Actor, cancellation) : Task.CompletedTask;

    /// <summary>Does something with people and keys, in a scope of its own.</summary>
    public async Task<T> WithAccessAsync<T>(Func<AccessService, Task<T>> act)
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<AccessService>());
    }

    private IReadOnlyList<(string Name, string Value)> Figures()
    {
        JournalFigures? journal;
        try
        {
            journal = host.Journal?.Measure();
        }
        catch (JournalException)
        {
            journal = null;
        }

        return journal is null ? [("Journal", "cannot be measured now")] :
        [
            ("Events kept", $"{Numbers.Count(journal.FirstSequence)} to {Numbers.Count(journal.LastSequence)}"),
            ("On disk", MiB(journal.Bytes)),
            ("Growth", journal.BytesPerDay is { } growth ? $"{MiB(growth)} a day" : "not known before a minute of it"),
            ("Disk free", MiB(journal.DiskFreeBytes)),
            ("Disk full", journal.BytesPerDay is > 0 and var daily ? $"in {Numbers.Count(journal.DiskFreeBytes / daily)} days as it grows now, if nothing were trimmed" : "not foreseeable"),
            ("Kept", $"{journal.KeepFor.TotalDays:0} days or {MiB(journal.KeepBytes)}, from appsettings.json, read only"),
        ];
    }

    private static string MiB(long bytes) => $"{Numbers.Count(Math.Round(bytes / 1024m / 1024m, 1))} MiB";
}

/// <summary>What the page shows at one moment.</summary>
internal sealed record SettingsView(
    IReadOnlyList<Person> People, IReadOnlyList<ApiKey> Keys, Configuration Configuration, EngineHealth Health, string Folder, IReadOnlyList<(string Name, string Value)> Figures,
    string Version, int Pools);
