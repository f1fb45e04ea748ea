using Nexus.Dashboard.Features.Months.Checks;
using Nexus.Dashboard.Features.Months.Mail;
using Nexus.Dashboard.Features.Months.Statements;

namespace Nexus.Dashboard.Features.Months;

/// <summary>Month end, wired up.</summary>
internal static class MonthsExtensions
{
    public static void AddNexusMonths(this WebApplicationBuilder builder)
    {
        IServiceCollection services = builder.Services;
        services.AddOptions<MonthOptions>().Bind(builder.Configuration.GetSection(MonthOptions.Section)).Validate(static o => o.IsValid, MonthOptions.Fault).ValidateOnStart();

        // What is looked at before a month is closed: a line each.
        services.AddSingleton<IMonthCheck, UnpricedUsageCheck>();
        services.AddSingleton<IMonthCheck, OpenLeasesCheck>();
        services.AddSingleton<IMonthCheck, InvoicesCheck>();
        services.AddSingleton<IMonthCheck, EarlierMonthsCheck>();

        services.AddSingleton<MonthService>();
        services.AddSingleton<StatementService>();
        services.AddSingleton<StatementSchedules>();
        services.AddSingleton<StatementOutbox>();
        services.AddSingleton<StatementScheduleService>();
        services.AddHostedService<MonthClosing>();
        services.AddHostedService<StatementMailing>();
    }
}
