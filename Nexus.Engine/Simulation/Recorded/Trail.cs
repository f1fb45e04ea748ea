using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Simulation.Recorded;

/// <summary>What a recorded request did, attempt by attempt.</summary>
/// <param name="spec">What was asked.</param>
/// <param name="order">Its place in the record.</param>
/// <param name="firstAttempt">The attempt with which the record begins.</param>
internal sealed class Trail(RequestSpec spec, long order, int firstAttempt)
{
    private static readonly Actor Nobody = new(ActorKind.Key, "simulation", "simulation");

    private readonly List<Attempt> _attempts = [];
    private int _attempt = firstAttempt;
    private Instant? _runsSince;
    private ResourceVector _usage = ResourceVector.Empty;
    private TimeSpan? _duration = IsOpen(spec) ? spec.Duration : null;

    /// <summary>What was asked.</summary>
    public RequestSpec Spec { get; } = spec;

    /// <summary>True while it runs.</summary>
    public bool Runs => _runsSince is not null;

    /// <summary>How long it ran where it ran to its end; else null.</summary>
    public TimeSpan? RanFor => _attempts.Find(a => a.Whole)?.Length;

    /// <summary>Other amounts were chosen for it.</summary>
    public void Sized(AmountChosen happened) => _duration = happened.Duration;

    /// <summary>Another of its configurations was chosen for it.</summary>
    public void Sized(AlternativeChosen happened) => _duration = happened.Duration;

    /// <summary>An attempt began.</summary>
    public void Begin(Instant at, ResourceVector usage)
    {
        (_runsSince, _usage) = (at, usage);
        _attempts.Add(new Attempt(_attempt, at, _duration));
    }

    /// <summary>The lease was renewed.</summary>
    public void Renewed(LeaseRenewed happened)
    {
        // Only what was newly said: a report that arrived late never took back a later one.
        ResourceVector said = ResourceVector.Of(happened.Usage.Where(a => a.Quantity != _usage[a.Kind] || !_usage.Has(a.Kind)));
        _usage = happened.Usage;
        Step(new RenewStep(Since(happened.At), happened.Sequence, happened.Actor, happened.Refusal is null ? happened.Extended : happened.Wanted, said));
    }

    /// <summary>The attempt ended, and what there was to do was done or given up.</summary>
    /// <param name="at">When.</param>
    /// <param name="last">How its client ended it; null where the lease lapsed.</param>
    public void End(Instant at, Func<TimeSpan, LifeStep>? last)
    {
        TimeSpan length = Since(at);
        if (last is not null)
        {
            Step(last(length));
        }

        (_attempts[^1].Whole, _attempts[^1].Length, _runsSince) = (true, length, null);
    }

    /// <summary>The attempt was cut short.</summary>
    public void Cut(Instant at) => (_attempts[^1].Length, _runsSince) = (Since(at), null);

    /// <summary>Another attempt is to begin.</summary>
    public void Again() => _attempt++;

    /// <summary>A release came after the end.</summary>
    public void CorrectedAfter(SettlementCorrected happened)
    {
        if (_attempts.Count > 0)
        {
            Step(new ReleaseStep(
                happened.At - _attempts[^1].Since, happened.Sequence, happened.Actor, Stated(happened.Settlement), happened.Labels, happened.Settlement.Outcome, Late: true, happened.Prior));
        }
    }

    /// <summary>What it does once it runs, whenever that is.</summary>
    /// <param name="end">The end of the record.</param>
    /// <param name="estimate">How long it would run where the record does not say.</param>
    public Life ToLife(Instant end, TimeSpan estimate)
    {
        Attempt? whole = _attempts.Find(a => a.Whole);
        TimeSpan runs = whole?.Length ?? estimate;

        // What came after the end of a lease was said of that lease, and of no other.
        LifeStep[]? known = whole?.Steps.Where(s => s is not ReleaseStep { Late: true }).ToArray();
        IReadOnlyList<LifeStep> unrecorded = known ?? [ReleaseAfter(runs)];
        List<IReadOnlyList<LifeStep>> attempts = [];
        foreach (Attempt attempt in _attempts)
        {
            attempts.AddRange(Enumerable.Repeat(unrecorded, attempt.Number - 1 - attempts.Count));
            TimeSpan so = attempt.Length ?? end - attempt.Since;
            attempts.Add(attempt.Whole ? attempt.Steps : [.. attempt.Steps, .. known?.Where(s => s.After > so) ?? [ReleaseAfter(Longer(runs, so))]]);
        }

        return new Life([.. attempts, unrecorded], runs)
        {
            Durations = _attempts.Where(a => a.Duration is not null).ToDictionary(a => a.Number, a => a.Duration!.Value),
            Duration = whole is null ? IsOpen(Spec) ? Spec.Duration : null : whole.Duration,

            // Of one that still ran when the record ended it is known that it had not been renewed until then.
            Cuts = _attempts.Where(a => !a.Whole).ToDictionary(a => a.Number, a => a.Length ?? (end - a.Since + TimeSpan.FromMilliseconds(1))),
        };
    }

    /// <summary>What a settlement says was used, as a release would state it.</summary>
    public static ResourceVector Stated(Settlement settlement) => ResourceVector.Of(settlement.Metered.Concat(settlement.Peaks));

    /// <summary>What a release stated, as far as its end tells.</summary>
    public static ResourceVector Stated(RequestEnded ended) => ended.Unstated.Count == 0 ? Stated(ended.Settlement!) : ResourceVector.Of(Stated(ended.Settlement!).Where(a => !ended.Unstated.Contains(a.Kind)));

    // It takes so long as the engine chose for it.
    private static bool IsOpen(RequestSpec spec) => spec is not { Work: null, Alternatives: null };

    // What still ran when the record ended ran at least so long.
    private static TimeSpan Longer(TimeSpan runs, TimeSpan so) => runs > so ? runs : so + TimeSpan.FromMilliseconds(1);

    private ReleaseStep ReleaseAfter(TimeSpan runs) => new(runs, order, Nobody, ResourceVector.Empty, Labels.None, null);

    private TimeSpan Since(Instant at) => at - _runsSince!.Value;

    private void Step(LifeStep step) => _attempts[^1].Steps.Add(step);

    private sealed class Attempt(int number, Instant since, TimeSpan? duration)
    {
        public TimeSpan? Duration { get; } = duration;

        public int Number { get; } = number;

        public Instant Since { get; } = since;

        public List<LifeStep> Steps { get; } = [];

        public bool Whole { get; set; }

        public TimeSpan? Length { get; set; }
    }
}
