using Nexus.Dashboard.Api;
using Nexus.Engine.Hosting;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Features.Calibration;

/// <summary>How what was promised held.</summary>
/// <param name="Since">From when on it is known: older scores are forgotten, and none outlives the program.</param>
/// <param name="Promises">By kind of promise.</param>
internal sealed record CalibrationAnswer(DateTimeOffset Since, IReadOnlyList<PromiseAnswer> Promises)
{
    public static CalibrationAnswer Of(StartCalibration starts) => new(starts.Since.ToDateTimeOffset(), [PromiseAnswer.Of(starts)]);
}

/// <summary>What kind of promise.</summary>
internal enum PromiseKind
{
    /// <summary>When a waiting request starts.</summary>
    StartTimes,
}

/// <summary>How one kind of promise held: <c>Kept</c> is the share of those scored that came true, of which <c>Promised</c> should; <c>BiasSeconds</c> by how much later than estimated it came, in the median.</summary>
internal sealed record PromiseAnswer(
    PromiseKind Kind, Amount Promised, int Scored, Amount? Kept, Amount? BiasSeconds,
    IReadOnlyList<BasisScoreAnswer> ByBasis, IReadOnlyList<PoolScoreAnswer> ByPool, IReadOnlyList<MissAnswer> Worst)
{
    public static PromiseAnswer Of(StartCalibration starts) => new(
        PromiseKind.StartTimes, new Amount(starts.Promised), starts.All.Scored, Share(starts.All), Seconds(starts.All.Bias),
        [.. starts.ByBasis.Select(b => new BasisScoreAnswer(b.Key, b.Value.Scored, Share(b.Value), Seconds(b.Value.Bias)))],
        [.. starts.ByPool.Select(p => new PoolScoreAnswer(p.Key, p.Value.Scored, Share(p.Value), Seconds(p.Value.Bias)))],
        [.. starts.Worst.Select(MissAnswer.Of)]);

    private static Amount? Share(PromiseScore score) => score.Scored == 0 ? null : new Amount(decimal.Round((decimal)score.Kept / score.Scored, 3));

    private static Amount? Seconds(TimeSpan? time) => time is { } known ? new Amount((decimal)(known.Ticks / TimeSpan.TicksPerMillisecond) / 1000m) : null;
}

/// <summary>How the promises held whose estimates came from the same.</summary>
internal sealed record BasisScoreAnswer(EstimateBasis Basis, int Scored, Amount? Kept, Amount? BiasSeconds);

/// <summary>How the promises held of starts that a pool granted.</summary>
internal sealed record PoolScoreAnswer(string Pool, int Scored, Amount? Kept, Amount? BiasSeconds);

/// <summary>A start outside the interval that was promised.</summary>
internal sealed record MissAnswer(
    string Id, string Owner, string Pool, EstimateBasis Basis, DateTimeOffset PromisedAt, DateTimeOffset From, DateTimeOffset To, DateTimeOffset Estimated, DateTimeOffset Actual)
{
    public static MissAnswer Of(ScoredStart start) => new(
        start.Request.Id, start.Owner.ToString(), start.Pool, start.Basis, start.MadeAt.ToDateTimeOffset(),
        start.Between.From.ToDateTimeOffset(), start.Between.To.ToDateTimeOffset(), start.Estimated.ToDateTimeOffset(), start.StartedAt.ToDateTimeOffset());
}
