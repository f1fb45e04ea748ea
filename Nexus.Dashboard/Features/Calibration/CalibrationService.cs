using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Recommendations;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Calibration;

/// <summary>What the engine promised and what came: authorises the caller, then reads it for the caller's path.</summary>
internal sealed class CalibrationService(ReadModel read, RecommendationService recommendations)
{
    /// <summary>How expected savings held of which the last look lies within a span; kept across restarts, unlike starts.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="from">Not before; null: since they are known.</param>
    /// <param name="to">Before; null: until now.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Result<SavingsCalibration>> SavingsAsync(Caller caller, DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellation)
    {
        Result<IReadOnlyList<Recommendation>> all = await recommendations.ListAsync(caller, null, cancellation);
        return all.Problem is { } problem ? problem : SavingsCalibration.Of(all.Value!, from, to, recommendations.Currency);
    }

    /// <summary>How promised starts held that came within a span.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="from">Not before; null: since they are known.</param>
    /// <param name="to">Before; null: until now.</param>
    public Result<StartCalibration> Starts(Caller caller, DateTimeOffset? from, DateTimeOffset? to) =>
        !caller.Allows(Scope.Read) ? Problem.MissingScope(Scope.Read, caller)
        : from >= to ? Problem.Field("invalid-value", 422, "from", "must be earlier than to")
        : read.Calibration(Moment(from), Moment(to), caller.Path);

    private static Instant? Moment(DateTimeOffset? time) => time is { } known ? Instant.From(known) : null;
}
