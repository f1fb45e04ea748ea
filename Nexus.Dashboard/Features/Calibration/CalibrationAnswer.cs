using Nexus.Dashboard.Api;
using Nexus.Engine.Hosting;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Features.Calibration;

/// <summary>How what was promised held.</summary>
/// <param name="Since">From when on it is known: older scores are forgotten, and none outlives the program.</param>
/// <param name="Promises">By kind of promise.</param>
internal sealed record CalibrationAnswer(DateTimeOffset Since, IReadOnlyList<PromiseAnswer> Promises)
{
    public static CalibrationAnswer Of(StartCalibration starts, SavingsCalibration savings) => new(starts.Since.ToDateTimeOffset(), [PromiseAnswer.Of(starts), PromiseAnswer.Of(savings)]);
}

/// <summary>What kind of promise.</summary>
internal enum PromiseKind
{
    /// <summary>When a waiting request starts.</summary>
    StartTimes,

    /// <summary>What an applied recommendation saves.</summary>
    Savings,
}

/// <summary>How one kind of promise held: <c>Kept</c> is the share of those scored that came true, of which <c>Promised</c> should; <c>BiasSeconds</c> by how much later than estimated it came, in the median.</summary>
internal sealed record PromiseAnswer(
    PromiseKind Kind, Amount Promised, int Scored, Amount? Kept, Amount? BiasSeconds,
    IReadOnlyList<BasisScoreAnswer> ByBasis, IReadOnlyList<PoolScoreAnswer> ByPool, IReadOnlyList<MissAnswer> Worst)
{
    /// <summary>Of savings: what was realised of what was expected, 1 for as much.</summary>
    public Amount? Realised { get; init; }

    /// <summary>Of savings: those furthest from what was expected.</summary>
    public IReadOnlyList<SavingMissAnswer>? WorstSavings { get; init; }

    public static PromiseAnswer Of(SavingsCalibration savings) => new(
        PromiseKind.Savings, new Amount(SavingsCalibration.Promised), savings.Scored, savings.Scored == 0 ? null : new Amount(decimal.Round((decimal)savings.Kept / savings.Scored, 3)), null, [], [], [])
    {
        Realised = savings.Realised is { } share ? new Amount(decimal.Round((decimal)share, 3)) : null,
        WorstSavings = savings.Scored == 0 ? null : [.. savings.Worst.Select(w => new SavingMissAnswer(
            w.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), w.Title, MoneyAnswer.Of(w.Expected, savings.Currency), MoneyAnswer.Of(w.Realised, savings.Currency), w.At))],
    };

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

/// <summary>A saving that came otherwise than was expected.</summary>
/// <param name="Id">The recommendation.</param>
/// <param name="Title">What it was.</param>
/// <param name="Expected">What was expected in a month.</param>
/// <param name="Realised">What was saved, by the last look at it.</param>
/// <param name="At">When that was.</param>
internal sealed record SavingMissAnswer(string Id, string Title, MoneyAnswer Expected, MoneyAnswer Realised, DateTimeOffset At);
