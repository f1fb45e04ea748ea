using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling.Timelines;

/// <summary>What is reserved on one pool for one owner, and how much of it the owner needs: what those within it use, less what reservations below it cover.</summary>
/// <remarks>
/// At any moment <c>left = max(0, reserved − needed)</c> is held for the owner, and <c>excess = max(0, needed − reserved)</c> is what the next reserve above is asked for.
/// So it depends only on what is reserved and used, not on who came first: who uses two thirds of a reservation leaves a third of it, whichever grants these are.
/// Both are kept twice: with the planned starts of those who wait, and as if there were none.
/// </remarks>
internal sealed class Reserve : IRelief
{
    private readonly Timeline _timeline;
    private readonly int _kinds;
    private readonly long[] _changes;

    /// <summary>A reserve of nothing.</summary>
    public Reserve(OwnerPath owner, int kinds, long begins)
    {
        (Owner, _kinds) = (owner, kinds);
        _timeline = new Timeline(3 * kinds);
        _timeline.Advance(begins);
        _changes = new long[3 * kinds];
        DrawnByPlans = new Drawn(this);
    }

    /// <summary>For whom.</summary>
    public OwnerPath Owner { get; }

    /// <summary>How many reservations it consists of.</summary>
    public int Reservations { get; set; }

    /// <summary>Less than nothing: what planned starts draw from it would be held if they were not there.</summary>
    public IRelief DrawnByPlans { get; }

    /// <summary>What of a kind is left for the owner.</summary>
    public long At(int kind, long at) => Math.Max(0, Reserved(kind, at) - Needed(kind, at));

    /// <summary>What of a kind the owner needs beyond what is reserved.</summary>
    public long Excess(int kind, long at) => Math.Max(0, Needed(kind, at) - Reserved(kind, at));

    /// <summary>What of a kind the owner needs beyond what is reserved, without planned starts.</summary>
    public long PromisedExcess(int kind, long at) => Math.Max(0, Promised(kind, at) - Reserved(kind, at));

    /// <inheritdoc/>
    public long NextChange(long after) => _timeline.NextChange(after);

    /// <summary>Forgets what was before a moment.</summary>
    public void Advance(long now) => _timeline.Advance(now);

    /// <summary>Needs amounts over [from, to), before anything is reserved.</summary>
    public void Need(long from, long to, ReadOnlySpan<long> needed, ReadOnlySpan<long> promised)
    {
        _changes.AsSpan(0, _kinds).Clear();
        needed.CopyTo(_changes.AsSpan(_kinds));
        promised.CopyTo(_changes.AsSpan(2 * _kinds));
        _timeline.Add(from, to, _changes);
    }

    /// <summary>Reserves more or less, and needs more or less, over [from, to), in which neither changed before.</summary>
    /// <param name="from">When it begins.</param>
    /// <param name="to">When it ends.</param>
    /// <param name="reserved">The change of what is reserved, by kind.</param>
    /// <param name="needed">The change of what is needed, by kind; becomes the change of the excess.</param>
    /// <param name="promised">The same without planned starts.</param>
    /// <param name="left">To which the change of what is left is added.</param>
    public void Change(long from, long to, ReadOnlySpan<long> reserved, Span<long> needed, Span<long> promised, Span<long> left)
    {
        reserved.CopyTo(_changes);
        needed.CopyTo(_changes.AsSpan(_kinds));
        promised.CopyTo(_changes.AsSpan(2 * _kinds));
        for (int kind = 0; kind < _kinds; kind++)
        {
            long spare = Reserved(kind, from) - Needed(kind, from);
            long then = spare + reserved[kind] - needed[kind];
            left[kind] += Math.Max(0, then) - Math.Max(0, spare);
            needed[kind] = Math.Max(0, -then) - Math.Max(0, -spare);

            spare = Reserved(kind, from) - Promised(kind, from);
            promised[kind] = Math.Max(0, promised[kind] - reserved[kind] - spare) - Math.Max(0, -spare);
        }

        _timeline.Change(from, to, _changes, 1);
    }

    private long Reserved(int kind, long at) => _timeline.UsedAt(kind, at);

    private long Needed(int kind, long at) => _timeline.UsedAt(_kinds + kind, at);

    private long Promised(int kind, long at) => _timeline.UsedAt((2 * _kinds) + kind, at);

    private sealed class Drawn(Reserve reserve) : IRelief
    {
        public long At(int kind, long at) => reserve.At(kind, at) - Math.Max(0, reserve.Reserved(kind, at) - reserve.Promised(kind, at));

        public long NextChange(long after) => reserve.NextChange(after);
    }
}
