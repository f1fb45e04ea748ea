using Microsoft.EntityFrameworkCore;
using Nexus.Dashboard.Access;

namespace Nexus.Dashboard.Features.Recommendations;

/// <summary>Where recommendations and reviews lie: in <c>access.db</c>. What was saved survives a restart.</summary>
internal sealed class RecommendationStore(IDbContextFactory<AccessDb> databases)
{
    /// <summary>How many recommendations are kept that are closed, dismissed or reverted, the newest.</summary>
    public const int MostDecided = 1_000;

    private const int MostReviews = 100;

    /// <summary>All of them, the newest first.</summary>
    public async Task<IReadOnlyList<Recommendation>> AllAsync(CancellationToken cancellation)
    {
        await using AccessDb database = await databases.CreateDbContextAsync(cancellation);
        return await database.Recommendations.AsNoTracking().OrderByDescending(r => r.Id).ToListAsync(cancellation);
    }

    /// <summary>The last review; null where there was none.</summary>
    public async Task<SavingsReview?> LastReviewAsync(CancellationToken cancellation)
    {
        await using AccessDb database = await databases.CreateDbContextAsync(cancellation);
        return await database.SavingsReviews.AsNoTracking().OrderByDescending(r => r.Id).FirstOrDefaultAsync(cancellation);
    }

    /// <summary>Keeps what a review found, all of it or nothing, and forgets the oldest that are over.</summary>
    /// <param name="changed">Those that are new, of number 0, or as they are now.</param>
    /// <param name="review">The review.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task KeepAsync(IReadOnlyList<Recommendation> changed, SavingsReview review, CancellationToken cancellation)
    {
        await using AccessDb database = await databases.CreateDbContextAsync(cancellation);
        await using Microsoft.EntityFrameworkCore.Storage.IDbContextTransaction transaction = await database.Database.BeginTransactionAsync(cancellation);

        // What is over first: of one cause there is no second that is open.
        database.Recommendations.UpdateRange(changed.Where(r => r.Id != 0));
        await database.SaveChangesAsync(cancellation);
        database.Recommendations.AddRange(changed.Where(r => r.Id == 0));
        database.SavingsReviews.Add(review);
        await database.SaveChangesAsync(cancellation);
        long last = await database.SavingsReviews.OrderByDescending(r => r.Id).Select(r => r.Id).Skip(MostReviews).FirstOrDefaultAsync(cancellation);
        await database.SavingsReviews.Where(r => r.Id <= last).ExecuteDeleteAsync(cancellation);
        RecommendationState[] over = [RecommendationState.Closed, RecommendationState.Dismissed, RecommendationState.Reverted];
        long oldest = await database.Recommendations.Where(r => over.Contains(r.State)).OrderByDescending(r => r.Id).Select(r => r.Id).Skip(MostDecided).FirstOrDefaultAsync(cancellation);
        await database.Recommendations.Where(r => over.Contains(r.State) && r.Id <= oldest).ExecuteDeleteAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>Keeps what became of one, with its entry in the audit.</summary>
    public async Task DecideAsync(Recommendation recommendation, AccessChange audited, CancellationToken cancellation)
    {
        await using AccessDb database = await databases.CreateDbContextAsync(cancellation);
        database.Recommendations.Update(recommendation);
        database.Changes.Add(audited);
        await database.SaveChangesAsync(cancellation);
    }
}
