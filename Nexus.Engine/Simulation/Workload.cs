using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Simulation;

/// <summary>What comes from outside in a simulation, and the engine it comes upon: the same for every variant, so that only the rules differ.</summary>
/// <param name="Begin">Makes the engine as it stands before the first input; called once for each variant.</param>
/// <param name="Inputs">What comes, in the order of <see cref="Input.At"/>; enumerated once for each variant.</param>
/// <param name="LifeOf">What a request does that waits or runs already when the simulation begins; null where none can.</param>
/// <param name="From">The start: no input comes before it.</param>
/// <param name="To">Where the simulation is cut off; null: it goes on until nothing runs and nothing more can start.</param>
public sealed record Workload(Func<Core.Engine> Begin, Func<IEnumerable<Input>> Inputs, Func<Request, Life>? LifeOf, Instant From, Instant? To)
{
    /// <summary>True when nothing that comes at a moment or later matters: the simulation ends before it. Null: everything does.</summary>
    public Func<Instant, bool>? IsOver { get; init; }
}

/// <summary>Something that comes from outside at its time.</summary>
/// <param name="At">When.</param>
/// <param name="Order">Its place among what comes at the same time, lower first.</param>
/// <param name="Command">What is wanted. A <see cref="Cancel"/> is meant for a request that waits: one that runs is left alone.</param>
/// <param name="Life">What the request does once it runs, where <paramref name="Command"/> is a <see cref="Submit"/>.</param>
/// <param name="Where">The place in the source, for errors: <c>row 812</c>; null where inputs are known to be good and what does not apply is passed over.</param>
public readonly record struct Input(Instant At, long Order, Command Command, Life? Life = null, string? Where = null);

/// <summary>What a request does from its start on, whenever that is. Renewals are implied where the next step comes after the lease's end.</summary>
/// <param name="Attempts">The steps of the first attempt, the second, and so on, each in the order of their times; the last one's are those of all later attempts. At least one.</param>
/// <param name="Runs">How long an attempt that nobody cuts short takes.</param>
public sealed record Life(IReadOnlyList<IReadOnlyList<LifeStep>> Attempts, TimeSpan Runs)
{
    private static readonly IReadOnlyDictionary<int, TimeSpan> None = new Dictionary<int, TimeSpan>();

    /// <summary>A life of one step: it runs, and is released with what it used.</summary>
    public static Life Of(TimeSpan runs, ReleaseStep release) => new([[release]], runs);

    /// <summary>After how long recorded attempts were cut short, by their number; an attempt whose lease ended at that very moment was not renewed for it.</summary>
    public IReadOnlyDictionary<int, TimeSpan> Cuts { get; init; } = None;

    /// <summary>How long the work was to take with the amounts chosen for recorded attempts, by their number, of a request that left its amounts open.</summary>
    public IReadOnlyDictionary<int, TimeSpan> Durations { get; init; } = None;

    /// <summary>The same for the attempts that were not recorded; null where the amounts are fixed.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>How long after the start a step of an attempt comes; with other amounts than were chosen then, so much sooner or later as the work takes another time.</summary>
    /// <param name="step">The step.</param>
    /// <param name="attempt">The attempt, from 1.</param>
    /// <param name="duration">The duration that the request commits to now, of work left open with the amounts that are chosen; null for none.</param>
    public TimeSpan TimeOf(LifeStep step, int attempt, TimeSpan? duration)
    {
        ArgumentNullException.ThrowIfNull(step);
        return duration is not { } takes || (Durations.TryGetValue(attempt, out TimeSpan took) ? took : Duration) is not { } recorded || recorded == takes ? step.After
            : TimeSpan.FromMilliseconds((long)((Int128)(long)step.After.TotalMilliseconds * (long)takes.TotalMilliseconds / Math.Max(1, (long)recorded.TotalMilliseconds)));
    }

    /// <summary>The steps of an attempt, from 1.</summary>
    public IReadOnlyList<LifeStep> StepsOf(int attempt) => Attempts[Math.Min(attempt, Attempts.Count) - 1];
}

/// <summary>Something that a request's client does while it runs.</summary>
/// <param name="After">How long after the start.</param>
/// <param name="Order">Its place among what comes at the same time, lower first.</param>
/// <param name="Actor">Who does it.</param>
public abstract record LifeStep(TimeSpan After, long Order, Actor Actor);

/// <summary>The lease is renewed.</summary>
/// <param name="After">How long after the start.</param>
/// <param name="Order">Its place among what comes at the same time.</param>
/// <param name="Actor">Who renews.</param>
/// <param name="Extend">What is wanted in addition.</param>
/// <param name="Usage">What is said to be used so far.</param>
public sealed record RenewStep(TimeSpan After, long Order, Actor Actor, ResourceVector Extend, ResourceVector Usage) : LifeStep(After, Order, Actor);

/// <summary>The lease is released; after its end: its settlement is corrected.</summary>
/// <param name="After">How long after the start.</param>
/// <param name="Order">Its place among what comes at the same time.</param>
/// <param name="Actor">Who releases.</param>
/// <param name="Usage">What was really used; kinds not named settle at their estimate.</param>
/// <param name="Labels">Labels that the release adds.</param>
/// <param name="Outcome">How the work ended.</param>
/// <param name="Late">True for a release that comes after the lease has ended by itself: it keeps no lease alive.</param>
/// <param name="Prior">The request as the index had it, for a late release of one that memory no longer holds.</param>
public sealed record ReleaseStep(
    TimeSpan After, long Order, Actor Actor, ResourceVector Usage, Labels Labels, Outcome? Outcome, bool Late = false, Request? Prior = null) : LifeStep(After, Order, Actor);

/// <summary>Somebody cancels it while it runs.</summary>
/// <param name="After">How long after the start.</param>
/// <param name="Order">Its place among what comes at the same time.</param>
/// <param name="Actor">Who cancels.</param>
public sealed record CancelStep(TimeSpan After, long Order, Actor Actor) : LifeStep(After, Order, Actor);

/// <summary>The rules under which a workload is simulated.</summary>
/// <param name="Name">What it is called in the comparison; unique there.</param>
/// <param name="Changes">What is configured before the first input, in this order; given the engine as it stands then.</param>
/// <param name="Rewrite">What becomes of a change of the configuration that the workload itself brings; null: it is left as it is.</param>
/// <param name="Strategy">The name of the strategy that all pools follow; null: whatever each is configured to.</param>
public sealed record Variant(string Name, Func<Core.Engine, IEnumerable<Command>> Changes, Func<Command, Command?>? Rewrite = null, string? Strategy = null)
{
    /// <summary>True where the past of adaptive pools is replayed beside the simulation, and they learn from that; false where they learn from what was recorded of such replays.</summary>
    public bool Learns { get; init; }

    /// <summary>The rules as they are.</summary>
    public static Variant Unchanged(string name) => new(name, static _ => []);
}

/// <summary>A workload cannot be simulated as it is. The message says which request, what is wrong and what to write instead.</summary>
public sealed class SimulationException(string message) : Exception(message);
