using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Nexus.Dashboard.Features.Costs.Views;
using Nexus.Dashboard.Features.Alerts;
using Nexus.Dashboard.Features.Alerts.Delivery;
using Nexus.Dashboard.Features.Alerts.Firing;
using Nexus.Dashboard.Features.Alerts.Rules;
using Nexus.Dashboard.Features.Months.Mail;
using Nexus.Dashboard.Features.Prices.Invoices;
using Nexus.Dashboard.Features.Quotas.Proposals;
using Nexus.Dashboard.Features.Recommendations;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Access;

/// <summary>Somebody who may sign in.</summary>
internal sealed class Person : IdentityUser
{
    /// <summary>What the person may do.</summary>
    public Role Role { get; set; }

    /// <summary>Within which owner path; empty: everywhere.</summary>
    public string Path { get; set; } = "";

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? LastSeenAt { get; set; }

    /// <summary>Counts the changes, so that two administrators do not overwrite each other.</summary>
    public long Version { get; set; } = 1;

    /// <summary>The owner path within which the role holds.</summary>
    public OwnerPath Within => OwnerPath.Parse(Path);
}

/// <summary>An API key. The key itself is shown once and never stored.</summary>
internal sealed class ApiKey
{
    public string Id { get; set; } = "";

    public string Name { get; set; } = "";

    /// <summary>The SHA-256 of the key. A key has 256 random bits, so that nothing slower is needed.</summary>
    public byte[] Hash { get; set; } = [];

    /// <summary>Within which owner path it acts; empty: everywhere.</summary>
    public string Path { get; set; } = "";

    public Scope Scopes { get; set; }

    public string? MaxPriority { get; set; }

    public DateTimeOffset? ExpiresAt { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public string CreatedBy { get; set; } = "";

    public DateTimeOffset? LastUsedAt { get; set; }

    /// <summary>Counts the changes, so that two administrators do not overwrite each other.</summary>
    public long Version { get; set; } = 1;

    /// <summary>The owner path within which the key acts.</summary>
    public OwnerPath Within => OwnerPath.Parse(Path);
}

/// <summary>What people call this installation. One row.</summary>
internal sealed class Installation
{
    public const int TheOne = 1;

    public int Id { get; set; } = TheOne;

    public string Name { get; set; } = "";

    /// <summary>An IANA name.</summary>
    public string TimeZone { get; set; } = "UTC";
}

/// <summary>A change of who may do what. The engine's journal holds all other changes.</summary>
internal sealed class AccessChange
{
    public long Id { get; set; }

    public DateTimeOffset At { get; set; }

    public string ActorKind { get; set; } = "";

    public string ActorId { get; set; } = "";

    public string Source { get; set; } = "";

    public string? Address { get; set; }

    /// <summary>What was done: <c>createUser</c>, <c>revokeKey</c>, <c>signIn</c> …</summary>
    public string Action { get; set; } = "";

    /// <summary>To whom or what.</summary>
    public string Subject { get; set; } = "";

    /// <summary>What was before and after, as JSON without secrets.</summary>
    public string? Before { get; set; }

    public string? After { get; set; }
}

/// <summary>People, keys and the changes of access, what is proposed for quotas, what people are told of, what could be saved, views that people keep, the invoices of providers, and the statements that are sent, in <c>access.db</c>, apart from the engine's journal.</summary>
internal sealed class AccessDb(DbContextOptions<AccessDb> options) : IdentityUserContext<Person>(options)
{
    public DbSet<ApiKey> Keys => Set<ApiKey>();

    public DbSet<AccessChange> Changes => Set<AccessChange>();

    public DbSet<Installation> Installations => Set<Installation>();

    public DbSet<QuotaProposal> QuotaProposals => Set<QuotaProposal>();

    public DbSet<QuotaWatchRow> QuotaWatches => Set<QuotaWatchRow>();

    public DbSet<SavedView> Views => Set<SavedView>();

    public DbSet<AlertRuleRow> AlertRules => Set<AlertRuleRow>();

    public DbSet<AlertChannel> AlertChannels => Set<AlertChannel>();

    public DbSet<Alert> Alerts => Set<Alert>();

    public DbSet<AlertSilence> AlertSilences => Set<AlertSilence>();

    public DbSet<AlertDelivery> AlertDeliveries => Set<AlertDelivery>();

    public DbSet<Invoice> Invoices => Set<Invoice>();

    public DbSet<Recommendation> Recommendations => Set<Recommendation>();

    public DbSet<SavingsReview> SavingsReviews => Set<SavingsReview>();

    public DbSet<StatementSchedule> StatementSchedules => Set<StatementSchedule>();

    public DbSet<StatementSending> StatementSendings => Set<StatementSending>();

    public DbSet<StatementMail> StatementMails => Set<StatementMail>();

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<Person>(person =>
        {
            person.Ignore(p => p.Within);
            person.Property(p => p.Role).HasConversion<string>();
            person.Property(p => p.Version).HasDefaultValue(1L);
        });
        builder.Entity<ApiKey>(key =>
        {
            key.HasKey(k => k.Id);
            key.Ignore(k => k.Within);
            key.Property(k => k.Version).HasDefaultValue(1L);
            key.HasIndex(k => k.Hash).IsUnique();
        });
        builder.Entity<AccessChange>().HasIndex(c => c.At);
        builder.Entity<Installation>().Property(i => i.Id).ValueGeneratedNever();
        builder.Entity<QuotaProposal>(proposal =>
        {
            proposal.HasKey(p => p.Id);
            proposal.Ignore(p => p.Node);
            proposal.Ignore(p => p.Raises);
            proposal.Property(p => p.State).HasConversion<string>();
        });
        builder.Entity<QuotaWatchRow>().HasKey(w => new { w.Owner, w.Rule });
        builder.Entity<SavedView>().HasKey(v => new { v.OwnerKind, v.OwnerId, v.Name });
        AlertDb.Model(builder);
        InvoiceStore.Model(builder);
        RecommendationDb.Model(builder);
        StatementMailDb.Model(builder);
        foreach (Microsoft.EntityFrameworkCore.Metadata.IMutableProperty time in builder.Model.GetEntityTypes()
            .SelectMany(e => e.GetProperties()).Where(p => p.ClrType == typeof(DateTimeOffset) || p.ClrType == typeof(DateTimeOffset?)))
        {
            // SQLite has no time type: whole milliseconds sort and compare as they should.
            time.SetValueConverter(new Microsoft.EntityFrameworkCore.Storage.ValueConversion.ValueConverter<DateTimeOffset, long>(
                at => at.ToUnixTimeMilliseconds(), ms => DateTimeOffset.FromUnixTimeMilliseconds(ms)));
        }
    }
}
