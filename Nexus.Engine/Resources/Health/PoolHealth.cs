using Nexus.Engine.Core;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Resources.Health;

/// <summary>The health of a pool inside the engine: a circuit breaker whose half-open state widens as its probes succeed.</summary>
/// <remarks>
/// <para>Healthy → open when of the outcomes in the window too many are failures. Open → probing when its time has come. Probing, a bounded number of grants runs at a time: each success lets one more run, so that
/// they double with every round that succeeds, as in the slow start of TCP (Jacobson, 1988); each failure halves them (multiplicative decrease, Chiu and Jain, 1989). Where that leaves none, or too many of enough
/// outcomes were failures, it opens again for twice as long; once enough succeeded it is healthy.</para>
/// <para>Whole numbers only, and no clock: the same outcomes at the same times give the same health. What it decides becomes an event; <see cref="Verdict"/> changes nothing.</para>
/// </remarks>
internal sealed class PoolHealth(string pool, HealthSettings settings)
{
    // Sixteen times as long at most: with the usual settings eight minutes.
    private const int MostDoublings = 4;

    private readonly HealthWindow _window = new(settings.Window);
    private PoolHealthStatus _status;
    private int _opened;
    private int _probesSettled;
    private int _probesFailed;
    private PoolHealthState? _state;

    /// <summary>By which it is judged.</summary>
    public HealthSettings Settings { get; } = settings;

    /// <summary>How it does.</summary>
    public PoolHealthStatus Status => _status == PoolHealthStatus.Probing && _probesSettled > _probesFailed ? PoolHealthStatus.Recovering : _status;

    /// <summary>True while all is granted that there is, and may be promised.</summary>
    public bool IsHealthy => _status == PoolHealthStatus.Healthy;

    /// <summary>True while nothing is granted at this moment.</summary>
    public bool StopsGrants => _status == PoolHealthStatus.Open || (_status == PoolHealthStatus.Probing && Running >= Limit);

    /// <summary>When it opened first since it was healthy last.</summary>
    public Instant? Since { get; private set; }

    /// <summary>When it is probed, while it is open.</summary>
    public Instant? RetryAt { get; private set; }

    /// <summary>What opened it.</summary>
    public HealthEvidence? Evidence { get; private set; }

    /// <summary>How many grants may run at a time while it is probed.</summary>
    public int Limit { get; private set; }

    /// <summary>How many run that began since it is probed.</summary>
    public int Running { get; private set; }

    /// <summary>The event with which it was probed or reset last: grants that began before say nothing of it any more.</summary>
    public long ProbedFrom { get; private set; }

    /// <summary>The moment at which it is probed, for the queue of what is due.</summary>
    public HealthProbe Probe { get; } = new(pool);

    /// <summary>A grant began.</summary>
    public void Granted()
    {
        if (_status == PoolHealthStatus.Probing)
        {
            Running++;
            _state = null;
        }
    }

    /// <summary>A grant ended.</summary>
    /// <param name="lease">Its number.</param>
    /// <param name="outcome">How the work ended, where somebody said so.</param>
    /// <param name="at">When.</param>
    public void Ended(long lease, Outcome? outcome, Instant at)
    {
        if (lease <= ProbedFrom)
        {
            return;
        }

        bool failed = outcome == Outcome.Failed;
        if (_status == PoolHealthStatus.Probing)
        {
            Running--;
            if (outcome is not null)
            {
                Limit = failed ? Limit / 2 : Limit + 1;
                (_probesSettled, _probesFailed) = (_probesSettled + 1, _probesFailed + (failed ? 1 : 0));
            }
        }
        else if (_status == PoolHealthStatus.Healthy && outcome is not null)
        {
            _window.Add(failed, at);
        }

        _state = null;
    }

    /// <summary>What becomes of it after an outcome, or null: as it is.</summary>
    public PoolHealthChanged? Verdict(Instant at)
    {
        (int failed, int settled) = _status == PoolHealthStatus.Healthy ? _window.At(at) : (_probesFailed, _probesSettled);
        return _status switch
        {
            PoolHealthStatus.Healthy => Settings.IsTooMuch(failed, settled) ? Open() : null,
            PoolHealthStatus.Probing => Limit == 0 || Settings.IsTooMuch(failed, settled) ? Open()
                : settled >= Settings.MinimumSamples ? new PoolHealthChanged(pool, Status, PoolHealthStatus.Healthy, failed, settled, null)
                : null,
            _ => null,
        };

        PoolHealthChanged Open() => new(pool, Status, PoolHealthStatus.Open, failed, settled, at + (Settings.ProbeAfter * (1 << Math.Min(_opened, MostDoublings))));
    }

    /// <summary>What becomes of it when its time has come, or null: it is not open.</summary>
    public PoolHealthChanged? Due(Instant at) =>
        _status == PoolHealthStatus.Open && RetryAt <= at ? new PoolHealthChanged(pool, PoolHealthStatus.Open, PoolHealthStatus.Probing, Evidence!.Failed, Evidence.Settled, null) : null;

    /// <summary>Lets it have become another.</summary>
    public void Apply(PoolHealthChanged happened)
    {
        switch (happened.To)
        {
            case PoolHealthStatus.Open:
                Evidence = new HealthEvidence(happened.Failed, happened.Settled, _status == PoolHealthStatus.Healthy ? Settings.Window : null);
                (Since, RetryAt, Limit, Running, _opened) = (Since ?? happened.At, happened.RetryAt, 0, 0, _opened + 1);
                break;
            case PoolHealthStatus.Probing:
                (RetryAt, Limit, Running, ProbedFrom) = (null, Settings.Probes, 0, happened.Sequence);
                break;
            default:
                Heal();
                break;
        }

        _status = happened.To;
        (_probesSettled, _probesFailed) = (0, 0);
        _window.Clear();
        _state = null;
    }

    /// <summary>Somebody says that it is well again: it is judged anew, by what is granted from now on.</summary>
    public void Reset(long sequence)
    {
        Heal();
        (_status, _probesSettled, _probesFailed, ProbedFrom) = (PoolHealthStatus.Healthy, 0, 0, sequence);
        _window.Clear();
        _state = null;
    }

    private void Heal() => (Since, RetryAt, Evidence, Limit, Running, _opened) = (null, null, null, 0, 0, 0);

    /// <summary>The health as readers and snapshots see it; the same object until something changes.</summary>
    public PoolHealthState ToState() => _state ??= new PoolHealthState(Settings, Status, Since, RetryAt, Limit, Running, Evidence)
    {
        Opened = _opened,
        ProbedFrom = ProbedFrom,
        ProbesSettled = _probesSettled,
        ProbesFailed = _probesFailed,
        Slots = _window.Slots,
    };

    /// <summary>Takes what a snapshot kept.</summary>
    /// <param name="kept">What it kept.</param>
    /// <param name="running">How many of the grants that run began since it is probed: that follows from them.</param>
    public void Restore(PoolHealthState kept, int running)
    {
        _status = kept.Status == PoolHealthStatus.Recovering ? PoolHealthStatus.Probing : kept.Status;
        (Since, RetryAt, Evidence, Limit, Running) = (kept.Since, kept.RetryAt, kept.Evidence, kept.Limit, running);
        (_opened, ProbedFrom, _probesSettled, _probesFailed) = (kept.Opened, kept.ProbedFrom, kept.ProbesSettled, kept.ProbesFailed);
        _window.Restore(kept.Slots);
        _state = null;
    }
}
