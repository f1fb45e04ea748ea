namespace Nexus.Engine.Scheduling.Timelines;

/// <summary>What a change did to a pool's future.</summary>
internal enum ChangeKind
{
    /// <summary>Less is free: starts may move later, none earlier.</summary>
    Taken,

    /// <summary>More is free: starts may move earlier, none later.</summary>
    Freed,
}

/// <summary>A change of a pool's future over [from, to).</summary>
internal readonly record struct PoolChange(ChangeKind Kind, long From, long To);

/// <summary>The last changes of a pool's future, so that who planned on it finds out what of the plan still stands.</summary>
internal sealed class PoolChanges
{
    /// <summary>How many are kept; who missed more plans anew.</summary>
    public const int Kept = 64;

    private readonly PoolChange[] _ring = new PoolChange[Kept];

    /// <summary>How many there have been.</summary>
    public long Count { get; private set; }

    /// <summary>Notes a change.</summary>
    public void Add(ChangeKind kind, long from, long to)
    {
        _ring[Count % Kept] = new PoolChange(kind, from, to);
        Count++;
    }

    /// <summary>A change by its number, one of the last <see cref="Kept"/>.</summary>
    public PoolChange this[long number] => _ring[number % Kept];
}
