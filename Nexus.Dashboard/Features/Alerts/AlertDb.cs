using Microsoft.EntityFrameworkCore;
using Nexus.Dashboard.Features.Alerts.Delivery;
using Nexus.Dashboard.Features.Alerts.Firing;
using Nexus.Dashboard.Features.Alerts.Rules;

namespace Nexus.Dashboard.Features.Alerts;

/// <summary>How alerting lies in <c>access.db</c>: beside the changes of access, so that a change and its entry in the audit, and an alert and its deliveries, are one transaction.</summary>
internal static class AlertDb
{
    public static void Model(ModelBuilder builder)
    {
        builder.Entity<AlertRuleRow>(rule =>
        {
            rule.ToTable("AlertRules");
            rule.HasKey(r => r.Id);
            rule.Property(r => r.Severity).HasConversion<string>();
        });
        builder.Entity<AlertChannel>(channel =>
        {
            channel.ToTable("AlertChannels");
            channel.HasKey(c => c.Id);
            channel.Ignore(c => c.Within);
            channel.Ignore(c => c.Addresses);
            channel.Ignore(c => c.Where);
            channel.Property(c => c.Kind).HasConversion<string>();
        });
        builder.Entity<Alert>(alert =>
        {
            alert.ToTable("Alerts");
            alert.HasKey(a => a.Id);
            alert.Ignore(a => a.Within);
            alert.Ignore(a => a.IsOpen);
            alert.Ignore(a => a.Of);
            alert.Property(a => a.Severity).HasConversion<string>();
            alert.Property(a => a.State).HasConversion<string>();

            // Of one subject of a rule there is at most one that has not ended.
            alert.HasIndex(a => new { a.Rule, a.Subject }).IsUnique().HasFilter("ResolvedAt IS NULL");
            alert.HasIndex(a => a.ResolvedAt);
        });
        builder.Entity<AlertSilence>(silence =>
        {
            silence.ToTable("AlertSilences");
            silence.HasKey(s => s.Id);
            silence.Ignore(s => s.Within);
        });
        builder.Entity<AlertDelivery>(delivery =>
        {
            delivery.ToTable("AlertDeliveries");
            delivery.HasKey(d => d.Id);
            delivery.Ignore(d => d.AlertIds);
            delivery.Property(d => d.State).HasConversion<string>();
            delivery.Property(d => d.Kind).HasConversion<string>();
            delivery.HasIndex(d => new { d.State, d.DueAt });
        });
    }
}
