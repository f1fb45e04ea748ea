using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Engine.Hosting;

namespace Nexus.Dashboard.Features.Calibration;

/// <summary>HTTP to <see cref="CalibrationService"/>, and nothing else.</summary>
internal static class CalibrationEndpoints
{
    public static void MapCalibration(this IEndpointRouteBuilder api) =>
        api.MapGet("/calibration", GetAsync).WithName("getCalibration").WithSummary("How what was promised held: the starts that were estimated, and what applied recommendations were to save").Gives<CalibrationAnswer>(200).Fails(401, 403, 422)
            .With("missing-scope", "invalid-value")
            .Asks("from", "Only promises that fell due at or after.", "2026-11-24T00:00:00Z").Asks("to", "Only promises that fell due before.", "2026-11-25T00:00:00Z");

    private static async Task GetAsync(HttpContext http, Caller caller, CalibrationService calibration)
    {
        (DateTimeOffset? from, DateTimeOffset? to) = (null, null);
        Problem? wrong = http.TimeOf("from", out from) ?? http.TimeOf("to", out to);
        Result<StartCalibration> starts = wrong is not null ? wrong : calibration.Starts(caller, from, to);
        Result<SavingsCalibration> savings = starts.Problem is { } unknown ? unknown : await calibration.SavingsAsync(caller, from, to, http.RequestAborted);
        await (savings.Problem is { } problem ? problem.WriteAsync(http) : http.WriteAsync(CalibrationAnswer.Of(starts.Value!, savings.Value!), ApiJson.Default.CalibrationAnswer));
    }
}
