using Microsoft.Extensions.Options;
using Nexus.Dashboard.Features.Alerts.Delivery;
using Nexus.Dashboard.Features.Alerts.Firing;
using Nexus.Dashboard.Features.Alerts.Metrics;
using Nexus.Dashboard.Features.Alerts.Rules;
using Nexus.Dashboard.Outbound;

namespace Nexus.Dashboard.Features.Alerts;

/// <summary>Alerting, wired up.</summary>
internal static class AlertsExtensions
{
    public static void AddNexusAlerts(this WebApplicationBuilder builder)
    {
        IServiceCollection services = builder.Services;
        services.AddOptions<OutboundOptions>().Bind(builder.Configuration.GetSection(OutboundOptions.Section));
        services.AddOptions<AlertOptions>().Bind(builder.Configuration.GetSection(AlertOptions.Section)).ValidateOnStart();
        services.AddOptions<SmtpOptions>().Bind(builder.Configuration.GetSection(SmtpOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AlertOptions>>(new Validator<AlertOptions>(static o => o.Faults()));
        services.AddSingleton<IValidateOptions<SmtpOptions>>(new Validator<SmtpOptions>(static o => o.Faults()));
        services.AddSingleton<OutboundHttp>();

        // What can be watched: a line each.
        services.AddSingleton<IAlertSource, QuotaSource>();
        services.AddSingleton<IAlertSource, PoolSource>();
        services.AddSingleton<IAlertSource, BudgetSource>();
        services.AddSingleton<IAlertSource, QueueSource>();
        services.AddSingleton<IAlertSource, EngineSource>();
        services.AddSingleton<IAlertSource, JournalSource>();
        services.AddSingleton<IAlertSource, DeliverySource>();
        services.AddSingleton<IAlertSource, SavingsSource>();
        services.AddSingleton<AlertSources>();

        // How people can be told.
        services.AddSingleton<MailServer>();
        services.AddSingleton<IAlertSender, WebhookSender>();
        services.AddSingleton<IAlertSender, EmailSender>();

        services.AddSingleton<AlertStore>();
        services.AddSingleton<AlertRules>();
        services.AddSingleton<AlertChannels>();
        services.AddSingleton<DeliveryFigures>();
        services.AddSingleton<AlertMeters>();
        services.AddSingleton<Outbox>();
        services.AddSingleton<Courier>();
        services.AddSingleton<AlertDesk>();
        services.AddSingleton<AlertService>();
        services.AddSingleton<AlertRuleService>();
        services.AddSingleton<AlertChannelService>();
        services.AddSingleton<DeliveryService>();
        services.AddHostedService<AlertWatching>();
        services.AddHostedService<Delivering>();
    }

    private sealed class Validator<TOptions>(Func<TOptions, IEnumerable<string>> of) : IValidateOptions<TOptions>
        where TOptions : class
    {
        public ValidateOptionsResult Validate(string? name, TOptions options)
        {
            string[] faults = [.. of(options)];
            return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
        }
    }
}
