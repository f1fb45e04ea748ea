using Microsoft.EntityFrameworkCore;

namespace Nexus.Dashboard.Features.Months.Mail;

/// <summary>How the mailing of statements lies in <c>access.db</c>.</summary>
internal static class StatementMailDb
{
    public static void Model(ModelBuilder builder)
    {
        builder.Entity<StatementSchedule>(schedule =>
        {
            schedule.ToTable("StatementSchedules");
            schedule.HasKey(s => s.Id);
            schedule.Ignore(s => s.Owner);
            schedule.Ignore(s => s.Addresses);
            schedule.Property(s => s.When).HasConversion<string>();
        });
        builder.Entity<StatementSending>(sending =>
        {
            sending.ToTable("StatementSendings");
            sending.HasKey(s => s.Id);

            // Of one month a schedule sends one statement, however often the program dies in between.
            sending.HasIndex(s => new { s.Schedule, s.Tenant, s.Month, s.Occasion }).IsUnique();
            sending.HasIndex(s => s.CreatedAt);
        });
        builder.Entity<StatementMail>(mail =>
        {
            mail.ToTable("StatementMails");
            mail.HasKey(m => m.Id);
            mail.Property(m => m.State).HasConversion<string>();
            mail.HasIndex(m => new { m.Sending, m.Address }).IsUnique();
            mail.HasIndex(m => new { m.State, m.DueAt });
        });
    }
}
