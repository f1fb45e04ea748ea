using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Nexus.Dashboard.Access;
using Nexus.Engine.Quotas;

namespace Nexus.Dashboard.Features.Quotas.Proposals;

/// <summary>Where proposals and what was seen so far lie: in <c>access.db</c>, beside the changes of access. What was saved survives a restart.</summary>
internal sealed class ProposalStore(IDbContextFactory<AccessDb> databases)
{
    /// <summary>How many proposals are kept that were decided, the newest.</summary>
    public const int MostDecided = 500;

    /// <summary>All of them, the newest first.</summary>
    public async Task<IReadOnlyList<QuotaProposal>> AllAsync(CancellationToken cancellation)
    {
        await using AccessDb database = await databases.CreateDbContextAsync(cancellation);
        return await database.QuotaProposals.AsNoTracking().OrderByDescending(p => p.Id).ToListAsync(cancellation);
    }

    /// <summary>Adds one.</summary>
    /// <returns>It, with its number.</returns>
    public async Task<QuotaProposal> AddAsync(QuotaProposal proposal, CancellationToken cancellation)
    {
        await using AccessDb database = await databases.CreateDbContextAsync(cancellation);
        database.QuotaProposals.Add(proposal);
        await database.SaveChangesAsync(cancellation);
        return proposal;
    }

    /// <summary>Keeps what became of one, with an entry in the audit where nothing else tells of it, and forgets the oldest that were decided.</summary>
    public async Task DecideAsync(QuotaProposal proposal, AccessChange? audited, CancellationToken cancellation)
    {
        await using AccessDb database = await databases.CreateDbContextAsync(cancellation);
        database.QuotaProposals.Update(proposal);
        if (audited is not null)
        {
            database.Changes.Add(audited);
        }

        await database.SaveChangesAsync(cancellation);
        long last = await database.QuotaProposals.Where(p => p.State != ProposalState.Offered).OrderByDescending(p => p.Id).Select(p => p.Id).Skip(MostDecided).FirstOrDefaultAsync(cancellation);
        await database.QuotaProposals.Where(p => p.State != ProposalState.Offered && p.Id <= last).ExecuteDeleteAsync(cancellation);
    }

    /// <summary>What was seen so far, by node and rule.</summary>
    public async Task<Dictionary<(string Owner, string Rule), QuotaWatchState>> WatchesAsync(CancellationToken cancellation)
    {
        await using AccessDb database = await databases.CreateDbContextAsync(cancellation);
        List<QuotaWatchRow> rows = await database.QuotaWatches.AsNoTracking().ToListAsync(cancellation);
        return rows.ToDictionary(r => (r.Owner, r.Rule), r => JsonSerializer.Deserialize(r.State, WatchJson.Default.QuotaWatchState)!);
    }

    /// <summary>Keeps what was seen so far; what is not named is forgotten.</summary>
    public async Task KeepAsync(IReadOnlyDictionary<(string Owner, string Rule), QuotaWatch> watches, CancellationToken cancellation)
    {
        await using AccessDb database = await databases.CreateDbContextAsync(cancellation);
        Dictionary<(string, string), QuotaWatchRow> rows = (await database.QuotaWatches.ToListAsync(cancellation)).ToDictionary(r => (r.Owner, r.Rule));
        foreach (((string Owner, string Rule) key, QuotaWatch watch) in watches)
        {
            string state = JsonSerializer.Serialize(watch.State, WatchJson.Default.QuotaWatchState);
            if (rows.Remove(key, out QuotaWatchRow? row))
            {
                row.State = state;
            }
            else
            {
                database.QuotaWatches.Add(new QuotaWatchRow { Owner = key.Owner, Rule = key.Rule, State = state });
            }
        }

        database.QuotaWatches.RemoveRange(rows.Values);
        await database.SaveChangesAsync(cancellation);
    }
}

/// <summary>What was seen, as JSON.</summary>
[JsonSerializable(typeof(QuotaWatchState))]
internal sealed partial class WatchJson : JsonSerializerContext;
