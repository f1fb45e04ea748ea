using Microsoft.Extensions.Options;

namespace Nexus.Dashboard.Features.Quotas.Proposals;

/// <summary>Limits that follow their use, wired up.</summary>
internal static class ProposalsExtensions
{
    public static void AddNexusProposals(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<QuotaAdjustOptions>().Bind(builder.Configuration.GetSection(QuotaAdjustOptions.Section)).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<QuotaAdjustOptions>, Validator>();
        builder.Services.AddSingleton<ProposalStore>();
        builder.Services.AddSingleton<QuotaAdjuster>();
        builder.Services.AddSingleton<ProposalService>();
        builder.Services.AddHostedService<QuotaAdjusting>();
    }

    private sealed class Validator : IValidateOptions<QuotaAdjustOptions>
    {
        public ValidateOptionsResult Validate(string? name, QuotaAdjustOptions options)
        {
            string[] faults = [.. options.Faults()];
            return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
        }
    }
}
