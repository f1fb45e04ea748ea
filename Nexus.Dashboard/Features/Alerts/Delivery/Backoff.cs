namespace Nexus.Dashboard.Features.Alerts.Delivery;

/// <summary>How long is waited between attempts: twice as long each time, up to half an hour, a fifth more or less by chance so that what failed together does not come back together.</summary>
internal static class Backoff
{
    private const double Spread = 0.2;
    private const int MostDoublings = 12;
    private static readonly TimeSpan First = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    /// <summary>How long after an attempt that failed.</summary>
    /// <param name="attempts">How many were made; 1 or more.</param>
    /// <param name="chance">0 – 1, from chance.</param>
    /// <param name="atLeast">What the other side asked for; honoured up to half an hour.</param>
    public static TimeSpan After(int attempts, double chance, TimeSpan? atLeast = null)
    {
        TimeSpan doubled = First * Math.Pow(2, Math.Clamp(attempts - 1, 0, MostDoublings));
        TimeSpan wait = (doubled < Longest ? doubled : Longest) * (1 - Spread + (2 * Spread * chance));
        TimeSpan asked = atLeast is { } least ? (least < Longest ? least : Longest) : TimeSpan.Zero;
        return wait > asked ? wait : asked;
    }
}
