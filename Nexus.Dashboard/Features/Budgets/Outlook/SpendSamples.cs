using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Budgets.Outlook;

/// <summary>What was spent of a budget lately, as often as it was looked at: finer than the hours of the ledger's sums. Forgotten when the program ends.</summary>
internal sealed class SpendSamples
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(2);

    private readonly List<(Instant At, double Total)> _samples = [];
    private Instant _start;
    private double _spent;
    private double _total;

    /// <summary>Notes how a budget stands.</summary>
    /// <param name="at">Now.</param>
    /// <param name="start">When its period began.</param>
    /// <param name="spent">What is spent in it.</param>
    public void Add(Instant at, Instant start, double spent)
    {
        // A period that ended took what it had with it; a correction may take something back, but nobody spends less than nothing.
        _total += _samples.Count == 0 ? 0 : Math.Max(0, start == _start ? spent - _spent : spent);
        (_start, _spent) = (start, spent);
        _samples.Add((at, _total));
        _samples.RemoveAll(s => at - s.At > Kept);
    }

    /// <summary>What was spent within the last while; null where it was not looked at for so long.</summary>
    public double? Within(TimeSpan span, Instant now)
    {
        int first = _samples.FindLastIndex(s => now - s.At >= span);
        if (first < 0)
        {
            return null;
        }

        // On the line between the two looks around its beginning.
        (Instant At, double Total) before = _samples[first];
        (Instant At, double Total) after = first + 1 < _samples.Count ? _samples[first + 1] : before;
        double share = after.At > before.At ? ((now - span) - before.At) / (after.At - before.At) : 0;
        return _total - (before.Total + ((after.Total - before.Total) * share));
    }
}
