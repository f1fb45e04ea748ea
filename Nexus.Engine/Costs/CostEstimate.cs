using Nexus.Engine.Resources;

namespace Nexus.Engine.Costs;

/// <summary>What something is expected to cost.</summary>
/// <param name="Resource">The kind.</param>
/// <param name="From">The moment to which a Metered cost belongs; of what is held the beginning of the time that is paid for.</param>
/// <param name="To">Its end; the beginning where it is a moment.</param>
/// <param name="Cost">How much, not below zero.</param>
public readonly record struct EstimateLine(string Resource, Instant From, Instant To, Money Cost)
{
    /// <summary>The part of the cost that falls between two moments. Parts that follow one another without a gap add up to the whole, to the last digit.</summary>
    public Money Between(Instant from, Instant to) => To == From ? (from <= From && From < to ? Cost : default) : UpTo(to) - UpTo(from);

    private Money UpTo(Instant at)
    {
        long length = To.Milliseconds - From.Milliseconds;
        long passed = Math.Clamp(at.Milliseconds - From.Milliseconds, 0, length);
        return passed == length ? Cost : new Money(Cost.Picos * passed / length);
    }
}

/// <summary>What a grant is expected to cost until its lease ends, as far as it is not in the ledger yet. Budgets reserve it, and the settlement replaces it.</summary>
public sealed class CostEstimate : IEquatable<CostEstimate>
{
    private readonly EstimateLine[] _lines;

    /// <summary>An estimate of these parts.</summary>
    public CostEstimate(IEnumerable<EstimateLine> lines)
    {
        _lines = [.. lines];
        From = _lines.Length > 0 ? _lines[0].From : default;
        foreach (EstimateLine line in _lines)
        {
            From = line.From < From ? line.From : From;
            Total += line.Cost;
            Until = line.To > Until ? line.To : Until;
            LastFrom = line.From > LastFrom ? line.From : LastFrom;
        }
    }

    /// <summary>The most that one part can be: what is more is as little to be paid as this.</summary>
    public static Money Most { get; } = Money.Of(1_000_000_000_000);

    /// <summary>Of nothing.</summary>
    internal static CostEstimate None { get; } = new([]);

    /// <summary>Its parts.</summary>
    public IReadOnlyList<EstimateLine> Lines => _lines;

    /// <summary>All of it.</summary>
    public Money Total { get; }

    /// <summary>When the first of its parts begins.</summary>
    internal Instant From { get; }

    /// <summary>When the last of its parts begins.</summary>
    internal Instant LastFrom { get; }

    /// <summary>Up to when it reaches.</summary>
    public Instant Until { get; }

    /// <summary>What is left of it when what is held is in the ledger up to a moment; null where nothing is.</summary>
    public CostEstimate? After(Instant until)
    {
        List<EstimateLine> left = new(_lines.Length);
        foreach (EstimateLine line in _lines)
        {
            if (line.To == line.From || line.From >= until)
            {
                left.Add(line);
            }
            else if (line.To > until)
            {
                left.Add(line with { From = until, Cost = line.Cost - line.Between(line.From, until) });
            }
        }

        return left.Count == 0 ? null : new CostEstimate(left);
    }

    /// <summary>What of it falls before a moment; null where nothing does.</summary>
    public CostEstimate? UpTo(Instant until)
    {
        List<EstimateLine> kept = new(_lines.Length);
        foreach (EstimateLine line in _lines)
        {
            if (line.To <= until)
            {
                kept.Add(line);
            }
            else if (line.From < until)
            {
                kept.Add(line with { To = until, Cost = line.Between(line.From, until) });
            }
        }

        return kept.Count == 0 ? null : new CostEstimate(kept);
    }

    internal ReadOnlySpan<EstimateLine> AsSpan() => _lines;

    /// <inheritdoc/>
    public bool Equals(CostEstimate? other) => other is not null && _lines.AsSpan().SequenceEqual(other._lines);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CostEstimate);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_lines.Length, Total);
}
