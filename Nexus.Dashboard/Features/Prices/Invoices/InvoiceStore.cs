using Microsoft.EntityFrameworkCore;
using Nexus.Dashboard.Access;

namespace Nexus.Dashboard.Features.Prices.Invoices;

/// <summary>Where invoices lie: in <c>access.db</c>, beside the audit of what people decide about them.</summary>
internal sealed class InvoiceStore(IDbContextFactory<AccessDb> databases)
{
    /// <summary>How many invoices are kept.</summary>
    public const int Most = 1_000;

    /// <summary>How invoices lie in the database.</summary>
    public static void Model(ModelBuilder builder) => builder.Entity<Invoice>(invoice =>
    {
        invoice.ToTable("Invoices");
        invoice.HasKey(i => i.Id);
        invoice.Property(i => i.State).HasConversion<string>();
        invoice.HasIndex(i => i.From);
    });

    /// <summary>All of them without their lines, the latest month first.</summary>
    public async Task<IReadOnlyList<Invoice>> AllAsync(CancellationToken cancellation)
    {
        await using AccessDb database = await databases.CreateDbContextAsync(cancellation);
        return await database.Invoices.AsNoTracking().OrderByDescending(i => i.To).ThenByDescending(i => i.ReceivedAt).Select(i => new Invoice
        {
            Id = i.Id, Provider = i.Provider, Layout = i.Layout, Currency = i.Currency, Rate = i.Rate, From = i.From, To = i.To, ReceivedAt = i.ReceivedAt, ReceivedBy = i.ReceivedBy, Hash = i.Hash,
            ReadLines = i.ReadLines, UnreadLines = i.UnreadLines, State = i.State, Reason = i.Reason, DecidedBy = i.DecidedBy, DecidedAt = i.DecidedAt, Billed = i.Billed, Ledger = i.Ledger, Largest = i.Largest, ComparedAt = i.ComparedAt,
        }).ToListAsync(cancellation);
    }

    /// <summary>One of them; null where there is none.</summary>
    public async Task<Invoice?> GetAsync(string id, CancellationToken cancellation)
    {
        await using AccessDb database = await databases.CreateDbContextAsync(cancellation);
        return await database.Invoices.AsNoTracking().FirstOrDefaultAsync(i => i.Id == id, cancellation);
    }

    /// <summary>Adds one, with its entry in the audit.</summary>
    /// <returns>The one that has its id already; null where it was added.</returns>
    public async Task<Invoice?> AddAsync(Invoice invoice, AccessChange entry, CancellationToken cancellation)
    {
        await using AccessDb database = await databases.CreateDbContextAsync(cancellation);
        database.Invoices.Add(invoice);
        database.Changes.Add(entry);
        try
        {
            await database.SaveChangesAsync(cancellation);
            return null;
        }
        catch (DbUpdateException) when (database.Invoices.AsNoTracking().Any(i => i.Id == invoice.Id))
        {
            // Somebody sent it at the same moment.
            return await database.Invoices.AsNoTracking().FirstAsync(i => i.Id == invoice.Id, cancellation);
        }
    }

    /// <summary>Changes one, with an entry in the audit where somebody decided it.</summary>
    /// <returns>False where there is none.</returns>
    public async Task<bool> ChangeAsync(string id, Action<Invoice> change, AccessChange? entry, CancellationToken cancellation)
    {
        await using AccessDb database = await databases.CreateDbContextAsync(cancellation);
        if (await database.Invoices.FindAsync([id], cancellation) is not { } invoice)
        {
            return false;
        }

        change(invoice);
        if (entry is not null)
        {
            database.Changes.Add(entry);
        }

        await database.SaveChangesAsync(cancellation);
        return true;
    }

    /// <summary>Deletes one, with its entry in the audit.</summary>
    /// <returns>False where there is none.</returns>
    public async Task<bool> DeleteAsync(string id, AccessChange entry, CancellationToken cancellation)
    {
        await using AccessDb database = await databases.CreateDbContextAsync(cancellation);
        if (await database.Invoices.FindAsync([id], cancellation) is not { } invoice)
        {
            return false;
        }

        database.Invoices.Remove(invoice);
        database.Changes.Add(entry);
        await database.SaveChangesAsync(cancellation);
        return true;
    }
}
