using Nexus.Engine.Resources;

namespace Nexus.Engine.Quotas;

/// <summary>What was seen of a rule over some time, as whoever decides about its limit is told.</summary>
/// <param name="Turns">How many turns were seen: of a calendar period each one, else spans of equal length.</param>
/// <param name="P95">What was used at most in 95 of 100 turns, in thousandths.</param>
/// <param name="Peak">The most that was used at once, in thousandths.</param>
/// <param name="HeldBackTurns">In how many turns somebody was refused or kept waiting by the rule.</param>
/// <param name="Refused">How many requests and extensions it was the lowest to refuse.</param>
/// <param name="IdleTurns">In how many turns nothing was used.</param>
public sealed record QuotaEvidence(int Turns, long P95, long Peak, int HeldBackTurns, long Refused, int IdleTurns);

/// <summary>A change of a limit that use speaks for.</summary>
/// <param name="From">The limit as it is.</param>
/// <param name="To">The limit as it should be, within the bounds that the operator set.</param>
/// <param name="Evidence">Why.</param>
public sealed record QuotaAdvice(Quantity From, Quantity To, QuotaEvidence Evidence)
{
    private const long OneUnit = 1_000;
    private const int Hundred = 100;

    // Raised by a quarter, lowered by a quarter at most: what is lowered so keeps above what it was calm below.
    private const int RaisedPercent = 125;
    private const int LoweredPercent = 75;
    private const int CalmPercent = 60;
    private const int NearPercent = 90;
    private const int HeldBackPercent = 5;
    private const int SmallestPercent = 10;

    /// <summary>True where it is raised.</summary>
    public bool Raises => To > From;

    /// <summary>True where use is far below a limit: only when it stays so is the limit lowered.</summary>
    internal static bool IsCalm(long used, long limit) => (Int128)used * Hundred <= (Int128)limit * CalmPercent;

    /// <summary>Raises the limit where 95 of 100 turns came near to it and it held somebody back in more than a few of them.</summary>
    /// <returns>Null where the evidence or the bounds do not speak for it, or where the step would be too small to matter.</returns>
    internal static QuotaAdvice? ToRaise(long limit, QuotaAdjustment bounds, QuotaEvidence evidence) =>
        evidence.HeldBackTurns * Hundred < evidence.Turns * HeldBackPercent || evidence.HeldBackTurns == 0 || (Int128)evidence.P95 * Hundred < (Int128)limit * NearPercent
            ? null
            : Step(limit, Math.Min(Math.Max(Up(limit, RaisedPercent, limit), limit + OneUnit), bounds.Max.Thousandths), bounds.Max.Thousandths, raises: true, evidence);

    /// <summary>Lowers the limit to a quarter above the peak, a quarter of it at once at most; only where nobody was held back.</summary>
    /// <returns>Null where the evidence or the bounds do not speak for it, or where the step would be too small to matter.</returns>
    internal static QuotaAdvice? ToLower(long limit, QuotaAdjustment bounds, QuotaEvidence evidence)
    {
        if (evidence.HeldBackTurns > 0 || !IsCalm(evidence.Peak, limit))
        {
            return null;
        }

        long quarter = Math.Max(Down(limit, LoweredPercent), Up(limit, CalmPercent, limit));
        long to = Math.Max(Math.Max(Up(evidence.Peak, RaisedPercent, limit), quarter), bounds.Min.Thousandths);
        return to > bounds.Max.Thousandths ? null : Step(limit, to, bounds.Min.Thousandths, raises: false, evidence);
    }

    // A step that is not worth the trouble is left alone, unless it is the last to the bound.
    private static QuotaAdvice? Step(long limit, long to, long bound, bool raises, QuotaEvidence evidence)
    {
        long by = raises ? to - limit : limit - to;
        return by <= 0 || (to != bound && (Int128)by * Hundred < (Int128)limit * SmallestPercent) ? null
            : new QuotaAdvice(Quantity.FromThousandths(limit), Quantity.FromThousandths(to), evidence);
    }

    private static long Up(long amount, int percent, long limit)
    {
        long grain = Grain(limit);
        return (long)((((Int128)amount * percent) + (((Int128)grain * Hundred) - 1)) / ((Int128)grain * Hundred)) * grain;
    }

    private static long Down(long amount, int percent)
    {
        long grain = Grain(amount);
        return (long)((Int128)amount * percent / ((Int128)grain * Hundred)) * grain;
    }

    // Whole units, and of large limits two digits: a person reads 2,500,000, not 2,483,112.
    private static long Grain(long limit)
    {
        long grain = OneUnit;
        while (limit / grain >= Hundred)
        {
            grain *= 10;
        }

        return grain;
    }
}
