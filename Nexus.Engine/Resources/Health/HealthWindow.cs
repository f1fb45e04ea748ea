namespace Nexus.Engine.Resources.Health;

/// <summary>How many grants succeeded and failed lately: counted in steps of a tenth of the window, so that memory is bounded however many there are.</summary>
/// <remarks>An outcome counts from its own step to the ninth after it: between nine tenths of the window and the whole of it.</remarks>
internal sealed class HealthWindow(TimeSpan length)
{
    /// <summary>In so many steps it slides.</summary>
    public const int Steps = 10;

    private readonly long _step = Math.Max(1, (long)length.TotalMilliseconds / Steps);
    private HealthSlot[] _slots = [];

    /// <summary>The steps in which there were outcomes, oldest first. Never changed: each outcome replaces them.</summary>
    public IReadOnlyList<HealthSlot> Slots => _slots;

    /// <summary>Counts an outcome.</summary>
    public void Add(bool failed, Instant at)
    {
        long number = at.Milliseconds / _step;
        HealthSlot newest = _slots is [.., { } last] && last.Number >= number ? last : new HealthSlot(number, 0, 0);
        _slots = [.. _slots.Where(s => s.Number > number - Steps && s.Number < newest.Number), newest with { Settled = newest.Settled + 1, Failed = newest.Failed + (failed ? 1 : 0) }];
    }

    /// <summary>What counts at a moment.</summary>
    public (int Failed, int Settled) At(Instant now) => Sum(_slots, length, now);

    /// <summary>What counts of such steps at a moment.</summary>
    public static (int Failed, int Settled) Sum(IReadOnlyList<HealthSlot> slots, TimeSpan length, Instant now)
    {
        long oldest = (now.Milliseconds / Math.Max(1, (long)length.TotalMilliseconds / Steps)) - Steps;
        (int failed, int settled) = (0, 0);
        foreach (HealthSlot slot in slots)
        {
            (failed, settled) = slot.Number > oldest ? (failed + slot.Failed, settled + slot.Settled) : (failed, settled);
        }

        return (failed, settled);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => _slots = [];

    /// <summary>Takes what a snapshot kept.</summary>
    public void Restore(IReadOnlyList<HealthSlot> slots) => _slots = [.. slots];
}
