using Nexus.Engine.Resources;

namespace Nexus.Engine.Quotas;

/// <summary>What was seen of a rule in a turn.</summary>
/// <param name="Most">The most that was used at once, in thousandths.</param>
/// <param name="Refused">How many requests and extensions it was the lowest to refuse.</param>
/// <param name="Waited">How many it kept waiting at once, at most.</param>
public readonly record struct QuotaTurn(long Most, long Refused, int Waited)
{
    /// <summary>True where somebody was refused or kept waiting.</summary>
    public bool HeldBack => Refused > 0 || Waited > 0;

    /// <summary>Two looks within one turn.</summary>
    public QuotaTurn With(QuotaTurn other) => new(Math.Max(Most, other.Most), Refused + other.Refused, Math.Max(Waited, other.Waited));
}

/// <summary>What must be kept of a watch to go on with it.</summary>
/// <param name="Limit">The limit that is watched, in thousandths.</param>
/// <param name="Turns">The turns that were seen since it changed, the oldest first.</param>
/// <param name="Calm">For how many turns use has been far below it.</param>
/// <param name="LastRaised">Whether its last change raised it; null where it has not been changed by its use.</param>
/// <param name="Reversals">How often its changes turned round.</param>
public sealed record QuotaWatchState(long Limit, IReadOnlyList<QuotaTurn> Turns, int Calm, bool? LastRaised, int Reversals);

/// <summary>
/// Looks at what is used under one rule, turn by turn, and says when its limit should be another. It reads no clock: a turn is a number that grows.
/// </summary>
/// <remarks>
/// <para>Damped, so that no load makes it swing. A limit is lowered only after a whole window of turns far below it, and then not below what was used in all of them. Evidence
/// begins anew with each change, so that a change in the other direction needs a whole window of it. Each time that the direction turns round, calm must last twice as long before
/// the next lowering: a load that comes and goes with whatever period has the limit settle above its peaks after a number of turns round that grows with the logarithm of the period alone.</para>
/// <para>Keeps one window of turns, 24 bytes each.</para>
/// </remarks>
public sealed class QuotaWatch
{
    /// <summary>The longest window, in turns.</summary>
    public const int MostTurns = 10_000;

    // Raising again goes on after a part of the window: who is held back should not wait a day for each step.
    private const int PartsOfWindow = 4;
    private const int Percentile = 95;
    private const int MostDoublings = 20;

    private readonly Queue<QuotaTurn> _turns = new();
    private (long Number, QuotaTurn Seen)? _current;
    private long _calm;
    private bool? _lastRaised;
    private int _reversals;

    /// <summary>A watch that has seen nothing.</summary>
    /// <param name="limit">The limit, in thousandths.</param>
    /// <param name="window">How many turns a window has; 1 – <see cref="MostTurns"/>.</param>
    public QuotaWatch(long limit, int window)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(window, MostTurns);
        (Limit, Window) = (limit, window);
    }

    /// <summary>A watch that goes on.</summary>
    public QuotaWatch(QuotaWatchState state, int window)
        : this((state ?? throw new ArgumentNullException(nameof(state))).Limit, window)
    {
        (_calm, _lastRaised, _reversals) = (state.Calm, state.LastRaised, state.Reversals);
        foreach (QuotaTurn turn in state.Turns.TakeLast(window))
        {
            _turns.Enqueue(turn);
        }
    }

    /// <summary>The limit that is watched, in thousandths.</summary>
    public long Limit { get; private set; }

    /// <summary>How many turns a window has.</summary>
    public int Window { get; }

    /// <summary>How many turns were seen since the limit changed, one window at most.</summary>
    public int Seen => _turns.Count;

    /// <summary>What is to be kept of it.</summary>
    public QuotaWatchState State => new(Limit, [.. _turns], (int)Math.Min(_calm, int.MaxValue), _lastRaised, _reversals);

    /// <summary>What was seen in the window.</summary>
    public QuotaEvidence Evidence
    {
        get
        {
            long[] used = [.. _turns.Select(t => t.Most).Order()];
            int p95 = Math.Max(0, (((used.Length * Percentile) + 99) / 100) - 1);
            return new QuotaEvidence(
                used.Length, used.Length == 0 ? 0 : used[p95], used.Length == 0 ? 0 : used[^1], _turns.Count(t => t.HeldBack), _turns.Sum(t => t.Refused), _turns.Count(t => t.Most == 0));
        }
    }

    /// <summary>Takes what a look saw. A turn is over, and counts, when the next one begins; turns in which nobody looked do not count.</summary>
    /// <param name="turn">The number of the turn in which it was; never a smaller one than before.</param>
    /// <param name="seen">What was seen; of refusals those since the look before.</param>
    /// <returns>True where a turn was over.</returns>
    public bool See(long turn, QuotaTurn seen)
    {
        if (_current is not { } current || current.Number == turn)
        {
            _current = (turn, _current is { } same ? same.Seen.With(seen) : seen);
            return false;
        }

        _current = (turn, seen);
        _turns.Enqueue(current.Seen);
        if (_turns.Count > Window)
        {
            _turns.Dequeue();
        }

        _calm = !current.Seen.HeldBack && QuotaAdvice.IsCalm(current.Seen.Most, Limit) ? _calm + 1 : 0;
        return true;
    }

    /// <summary>What the limit should be, or null while it may stay.</summary>
    public QuotaAdvice? Advise(QuotaAdjustment bounds)
    {
        ArgumentNullException.ThrowIfNull(bounds);
        int toRaise = _lastRaised == true ? Math.Max(1, Window / PartsOfWindow) : Window;
        if (_turns.Count < Math.Min(toRaise, Window))
        {
            return null;
        }

        QuotaEvidence evidence = Evidence;
        return QuotaAdvice.ToRaise(Limit, bounds, evidence)
            ?? (_turns.Count == Window && StillSpeaksFor(raises: false) && _calm >= (long)Window << Math.Min(_reversals, MostDoublings) ? QuotaAdvice.ToLower(Limit, bounds, evidence) : null);
    }

    /// <summary>True while what speaks for a change has not been contradicted: nobody is held back under a limit to be raised, or use has risen under one to be lowered.</summary>
    public bool StillSpeaksFor(bool raises) => raises ? _turns.Any(t => t.HeldBack) : _calm > 0 && (_current is not { Seen: var now } || (!now.HeldBack && QuotaAdvice.IsCalm(now.Most, Limit)));

    /// <summary>The limit was changed as it had advised: evidence begins anew.</summary>
    public void Changed(long limit)
    {
        bool raised = limit > Limit;
        _reversals += _lastRaised is { } before && before != raised ? 1 : 0;
        _lastRaised = raised;
        Begin(limit);
    }

    /// <summary>Its advice was turned down or taken back: it is quiet until a whole window speaks for a change again, and where it was taken back until calm has lasted twice as long.</summary>
    public void TurnedDown(long limit, bool takenBack)
    {
        _reversals += takenBack ? 1 : 0;
        _lastRaised = null;
        Begin(limit);
    }

    private void Begin(long limit)
    {
        (Limit, _calm, _current) = (limit, 0, null);
        _turns.Clear();
    }
}
