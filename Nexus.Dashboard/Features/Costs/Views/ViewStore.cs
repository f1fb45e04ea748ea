using Microsoft.EntityFrameworkCore;
using Nexus.Dashboard.Access;

namespace Nexus.Dashboard.Features.Costs.Views;

/// <summary>Where saved views lie: in <c>access.db</c>, beside the people whose they are.</summary>
internal sealed class ViewStore(IDbContextFactory<AccessDb> databases)
{
    /// <summary>Those of somebody, by name.</summary>
    public async Task<IReadOnlyList<SavedView>> AllAsync(string ownerKind, string ownerId, CancellationToken cancellation)
    {
        await using AccessDb database = await databases.CreateDbContextAsync(cancellation);
        return await database.Views.AsNoTracking().Where(v => v.OwnerKind == ownerKind && v.OwnerId == ownerId).OrderBy(v => v.Name).ToListAsync(cancellation);
    }

    /// <summary>Keeps one, in place of what was kept under its name.</summary>
    /// <returns>False where there are as many already as one may have.</returns>
    public async Task<bool> PutAsync(SavedView view, int most, CancellationToken cancellation)
    {
        await using AccessDb database = await databases.CreateDbContextAsync(cancellation);
        if (await database.Views.FindAsync([view.OwnerKind, view.OwnerId, view.Name], cancellation) is { } there)
        {
            (there.Query, there.SavedAt) = (view.Query, view.SavedAt);
        }
        else if (await database.Views.CountAsync(v => v.OwnerKind == view.OwnerKind && v.OwnerId == view.OwnerId, cancellation) >= most)
        {
            return false;
        }
        else
        {
            database.Views.Add(view);
        }

        await database.SaveChangesAsync(cancellation);
        return true;
    }

    /// <summary>Forgets one.</summary>
    /// <returns>False where there was none.</returns>
    public async Task<bool> DeleteAsync(string ownerKind, string ownerId, string name, CancellationToken cancellation)
    {
        await using AccessDb database = await databases.CreateDbContextAsync(cancellation);
        return await database.Views.Where(v => v.OwnerKind == ownerKind && v.OwnerId == ownerId && v.Name == name).ExecuteDeleteAsync(cancellation) > 0;
    }
}
