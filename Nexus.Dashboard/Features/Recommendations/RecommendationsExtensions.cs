using Microsoft.Extensions.Options;
using Nexus.Dashboard.Features.Recommendations.Review;

namespace Nexus.Dashboard.Features.Recommendations;

/// <summary>Savings, wired up.</summary>
internal static class RecommendationsExtensions
{
    public static void AddNexusRecommendations(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<SavingsOptions>().Bind(builder.Configuration.GetSection(SavingsOptions.Section)).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<SavingsOptions>, Validator>();
        builder.Services.AddSingleton<CallReading>();
        builder.Services.AddSingleton<SavingsReading>();
        builder.Services.AddSingleton<RecommendationStore>();
        builder.Services.AddSingleton<SavingsReplay>();
        builder.Services.AddSingleton<SavingsReviewer>();
        builder.Services.AddSingleton<RecommendationChange>();
        builder.Services.AddSingleton<RecommendationService>();
        builder.Services.AddHostedService<SavingsReviewing>();
    }

    private sealed class Validator : IValidateOptions<SavingsOptions>
    {
        public ValidateOptionsResult Validate(string? name, SavingsOptions options)
        {
            string[] faults = [.. options.Faults()];
            return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
        }
    }
}
