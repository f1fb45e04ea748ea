using Microsoft.EntityFrameworkCore;

namespace Nexus.Dashboard.Features.Recommendations;

/// <summary>How recommendations lie in <c>access.db</c>: beside the changes of access, so that a decision and its entry in the audit are one transaction.</summary>
internal static class RecommendationDb
{
    public static void Model(ModelBuilder builder)
    {
        builder.Entity<Recommendation>(recommendation =>
        {
            recommendation.ToTable("Recommendations");
            recommendation.HasKey(r => r.Id);
            recommendation.Ignore(r => r.Within);
            recommendation.Ignore(r => r.Saving);
            recommendation.Ignore(r => r.IsOpen);
            recommendation.Property(r => r.Type).HasConversion<string>();
            recommendation.Property(r => r.State).HasConversion<string>();
            recommendation.Property(r => r.Confidence).HasConversion<string>();
            recommendation.Property(r => r.Risk).HasConversion<string>();
            recommendation.Property(r => r.Effort).HasConversion<string>();

            // Of one cause there is at most one that is still to be decided.
            recommendation.HasIndex(r => r.Cause).IsUnique().HasFilter("State IN ('Open', 'Snoozed')");
        });
        builder.Entity<SavingsReview>(review =>
        {
            review.ToTable("SavingsReviews");
            review.HasKey(r => r.Id);
        });
    }
}
