using Nexus.Dashboard.Commands;

namespace Nexus.Dashboard.Access;

/// <summary>Makes access.db, or brings it up to date, before the program listens.</summary>
internal sealed class AccessMigration(IServiceProvider services, DataDirectory data) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => services.MigrateAccessAsync(data, cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
