using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Nexus.Dashboard.Access;

namespace Nexus.Dashboard.Features.Alerts;

/// <summary>Reads and changes what alerting keeps in <c>access.db</c>.</summary>
internal sealed class AlertStore(IDbContextFactory<AccessDb> databases) : IDisposable
{
    private readonly SemaphoreSlim _writing = new(1, 1);

    /// <summary>Reads.</summary>
    public async Task<T> ReadAsync<T>(Func<AccessDb, Task<T>> read, CancellationToken cancellation)
    {
        await using AccessDb database = await databases.CreateDbContextAsync(cancellation);
        return await read(database);
    }

    /// <summary>Changes something, in one transaction and alone: nobody seals a delivery while an alert joins it. All of it is on disk when this returns, or nothing.</summary>
    public async Task<T> WriteAsync<T>(Func<AccessDb, Task<T>> change, CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation);
        try
        {
            await using AccessDb database = await databases.CreateDbContextAsync(cancellation);
            await using IDbContextTransaction transaction = await database.Database.BeginTransactionAsync(cancellation);
            T made = await change(database);
            await database.SaveChangesAsync(cancellation);
            await transaction.CommitAsync(cancellation);
            return made;
        }
        finally
        {
            _writing.Release();
        }
    }

    public void Dispose() => _writing.Dispose();
}
