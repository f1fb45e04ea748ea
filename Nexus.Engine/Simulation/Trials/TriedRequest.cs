using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Simulation.Trials;

/// <summary>A request in a stretch of the past that is replayed.</summary>
/// <param name="spec">What is asked.</param>
/// <param name="since">When it began to wait in the stretch.</param>
/// <param name="pools">The pools that could serve it, by their numbers.</param>
internal sealed class TriedRequest(RequestSpec spec, Instant since, int[] pools)
{
    private Instant _startedAt;
    private Money _estimate;

    /// <summary>The pools that could serve it, by their numbers.</summary>
    public int[] Pools { get; } = pools;

    /// <summary>Its tenant.</summary>
    public string Tenant => spec.Owner.Tenant;

    /// <summary>True when it has a deadline.</summary>
    public bool HasDeadline => spec.AskedDeadline is not null;

    /// <summary>True until it starts or ends.</summary>
    public bool Waits { get; private set; } = true;

    /// <summary>When it started first or ended without; before that: when it is asked.</summary>
    public Instant? WaitedUntil { get; private set; }

    /// <summary>True when it was granted.</summary>
    public bool WasGranted { get; private set; }

    /// <summary>True when it ended without having been granted, and nobody took it back.</summary>
    public bool WasRefused { get; private set; }

    /// <summary>The duration that it commits to, with what was chosen for it; or null.</summary>
    public TimeSpan? Duration { get; set; } = spec.Duration;

    /// <summary>True when it meets its deadline, as far as its end is known.</summary>
    public bool Meets { get; private set; }

    /// <summary>What its grants are expected to cost, those that were cut short for the time they ran.</summary>
    public Money Cost { get; private set; }

    /// <summary>How long it waited between two moments, in milliseconds, until it started first.</summary>
    public long WaitedBy(Instant end) => Math.Max(0, ((WaitedUntil is { } until && until < end ? until : end) - since).Ticks / TimeSpan.TicksPerMillisecond);

    /// <summary>It starts.</summary>
    public void Start(Instant at, CostEstimate? estimate)
    {
        (_startedAt, _estimate, Waits, WasGranted) = (at, estimate?.Total ?? Money.Zero, false, true);
        WaitedUntil ??= at;
        Cost += _estimate;
        Meets = spec.AskedDeadline >= at + (Duration ?? TimeSpan.Zero);
    }

    /// <summary>What ran of it is lost, and it waits again.</summary>
    public void Cut(Instant at)
    {
        long planned = (long)(Duration ?? spec.LeaseLength).TotalMilliseconds;
        long ran = Math.Clamp(at.Milliseconds - _startedAt.Milliseconds, 0, planned);
        Cost -= new Money(_estimate.Picos - (_estimate.Picos * ran / Math.Max(1, planned)));
        (Meets, Waits, _estimate) = (false, true, Money.Zero);
    }

    /// <summary>It ends.</summary>
    /// <param name="at">When.</param>
    /// <param name="refused">True where it was refused, or waited for longer than it would.</param>
    public void End(Instant at, bool refused)
    {
        WaitedUntil ??= at;
        (Waits, WasRefused) = (false, refused && !WasGranted);
    }
}
