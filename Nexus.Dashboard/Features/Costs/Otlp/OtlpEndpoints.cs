using Microsoft.Extensions.Options;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;

namespace Nexus.Dashboard.Features.Costs.Otlp;

/// <summary>OTLP/HTTP to <see cref="OtlpService"/>, and nothing else. It lies outside /api/v1, where exporters look for it.</summary>
internal static class OtlpEndpoints
{
    /// <summary>Where exporters send spans.</summary>
    public const string Address = "/v1/traces";

    /// <summary>The most spans that are taken at once.</summary>
    public const int MostSpans = 20_000;

    public static void AddNexusOtlp(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<OtlpOptions>().Bind(builder.Configuration.GetSection(OtlpOptions.Section)).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<OtlpOptions>, OtlpOptions.Validator>();
        builder.Services.AddSingleton(static p => p.GetRequiredService<IOptions<OtlpOptions>>().Value.TryLoad(out SpanMapping mapping) is null ? mapping : SpanMapping.Default);
        builder.Services.AddSingleton<OtlpMeters>();
        builder.Services.AddSingleton<OtlpService>();
    }

    // What is spoken here is described by its protocol, not by the document of our own API.
    public static void MapOtlp(this WebApplication app) => app.MapPost(Address, TakeAsync).AllowAnonymous().ExcludeFromDescription();

    private static async Task TakeAsync(HttpContext http, Caller caller, OtlpService otlp)
    {
        Result<List<OtlpSpan>> spans = OtlpService.Refused(caller) is { } refused ? refused : await OtlpBody.ReadAsync(http, otlp.Mapping);
        Result<SpansTaken> taken = spans.Problem is { } unreadable ? unreadable : await otlp.TakeAsync(caller, spans.Value!, http.RequestAborted);
        await (taken.Problem is { } problem ? problem.WriteAsync(http) : OtlpAnswer.WriteAsync(http, taken.Value!));
    }
}
