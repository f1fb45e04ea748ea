using Microsoft.Extensions.Options;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Commands;
using Nexus.Dashboard.Features.Audit;
using Nexus.Dashboard.Shared;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Storage;

namespace Nexus.Dashboard.Features.Settings;

/// <summary>What the settings' page shows: people, keys, catalogue, data, health.</summary>
internal sealed class SettingsService(EngineHost host, CatalogueService catalogue, AuditTrail trail, IServiceScopeFactory scopes, DataDirectory data, IOptions<EngineOptions> engine)
{
    /// <summary>Kinds, classes and owners.</summary>
    public CatalogueService Catalogue => catalogue;

    public async Task<SettingsView> GetAsync(Caller caller, CancellationToken cancellation)
    {
        // A database context of its own for each load: two at once must not share one.
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        AccessService access = scope.ServiceProvider.GetRequiredService<AccessService>();
        return new SettingsView(
            await scope.ServiceProvider.GetRequiredService<InstallationService>().GetAsync(cancellation),
            (await access.PeopleAsync(caller, cancellation)).Value ?? [], (await access.KeysAsync(caller, cancellation)).Value ?? [],
            host.Read.Configuration, host.Health, data.Path,
            Figures(), Limits(engine.Value), typeof(SettingsService).Assembly.GetName().Version!.ToString(3), host.Read.Pools.Count)
        {
            InstallationSource = await access.NewestAsync("changeInstallation", cancellation) is { } change ? new SettingSource(change.ActorId, change.At) : null,
        };
    }

    /// <summary>Who last changed a kind, class or owner here, and when; null where nobody did.</summary>
    public SettingSource? SourceOf(string what, string name) => trail.Newest(what, name) is { } change ? new SettingSource(change.Actor.Id, change.At.ToDateTimeOffset()) : null;

    public Task AcceptClockAsync(Caller caller, CancellationToken cancellation) =>
        caller.AllowsEverywhere(Scope.Admin) ? host.AcceptClockAsync(caller.Actor, cancellation) : Task.CompletedTask;

    /// <summary>Does something with people and keys, in a scope of its own.</summary>
    public async Task<T> WithAccessAsync<T>(Func<AccessService, Task<T>> act)
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<AccessService>());
    }

    /// <summary>The names of the classes, highest first.</summary>
    public IReadOnlyList<string> Classes => [.. host.Read.Configuration.Classes.Select(c => c.Name)];

    /// <summary>Changes what people call this installation, and its time zone.</summary>
    public async Task<Problem?> SetInstallationAsync(Caller caller, string name, string timeZone)
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<InstallationService>().SetAsync(caller, name, timeZone, CancellationToken.None);
    }

    private static (string Name, string Value)[] Limits(EngineOptions engine) =>
    [
        ("Callers waiting to be decided", Numbers.Count(engine.ChannelCapacity)),
        ("Commands committed together", Numbers.Count(engine.BatchCapacity)),
        ("Calls waiting for news", Numbers.Count(engine.MaxWaiters)),
        ("Ended requests in memory", Numbers.Count(engine.EndedInMemory)),
        ("Events in memory", Numbers.Count(engine.EventsInMemory)),
        ("A snapshot after", $"{Numbers.Count(engine.SnapshotEvents)} events or {Numbers.Duration(engine.SnapshotInterval)}"),
    ];

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
            ("On disk", Binary(journal.Bytes)),
            ("Growth of events", journal.BytesPerDay is { } growth ? $"{Binary(growth)} a day" : "not known before a minute of it"),
            ("Disk free", Binary(journal.DiskFreeBytes)),
            ("Disk full", journal.BytesPerDay is > 0 and var daily ? $"in {Numbers.Count(journal.DiskFreeBytes / daily)} days as events grow now, if nothing were trimmed; the ledger grows beside them" : "not foreseeable"),
            ("Kept", $"{journal.KeepFor.TotalDays:0} days or {Binary(journal.KeepBytes)}, from appsettings.json, read only"),
        ];
    }

    private static string Binary(long bytes) => bytes < 1L << 30
        ? $"{Numbers.Count(Math.Round(bytes / 1024m / 1024m, 1))}\u00A0MiB"
        : $"{Numbers.Count(Math.Round(bytes / 1024m / 1024m / 1024m, 1))}\u00A0GiB";
}

/// <summary>What the page shows at one moment.</summary>
internal sealed record SettingsView(
    Installation Installation, IReadOnlyList<Person> People, IReadOnlyList<ApiKey> Keys, Configuration Configuration, EngineHealth Health, string Folder, IReadOnlyList<(string Name, string Value)> Figures,
    IReadOnlyList<(string Name, string Value)> Limits, string Version, int Pools)
{
    /// <summary>Who last changed name and time zone of the installation.</summary>
    public SettingSource? InstallationSource { get; init; }
}

/// <summary>Who changed a setting here, and when.</summary>
internal sealed record SettingSource(string Who, DateTimeOffset At);
