using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Simulation;

/// <summary>A request that lives in a simulation.</summary>
internal sealed class Simulated
{
    /// <summary>Its identity.</summary>
    public required RequestKey Key { get; init; }

    /// <summary>What it does once it runs.</summary>
    public required Life Life { get; init; }

    /// <summary>The tenant it belongs to.</summary>
    public required SimulatedTenant Tenant { get; init; }

    /// <summary>When it was submitted.</summary>
    public required Instant SubmittedAt { get; init; }

    /// <summary>When it must be done, or null.</summary>
    public Instant? Deadline { get; init; }

    /// <summary>True when it commits to a duration: its deadline is met at its end, else at its start.</summary>
    public bool KnownDuration => Duration is not null;

    /// <summary>The duration that it commits to, of work whose amounts it left open with those that are chosen; or null.</summary>
    public TimeSpan? Duration { get; set; }

    /// <summary>How long its lease lasts unless renewed.</summary>
    public required TimeSpan LeaseLength { get; init; }

    /// <summary>False for one that ran when the simulation began: what became of its wait was decided before.</summary>
    public bool Counts { get; init; } = true;

    /// <summary>The index of its class among those of the report.</summary>
    public int Class { get; set; }

    /// <summary>The attempt that runs or waits, from 1.</summary>
    public int Attempt { get; set; } = 1;

    /// <summary>Its lease while it runs, else null.</summary>
    public Lease? Lease { get; set; }

    /// <summary>When it started first, or null.</summary>
    public Instant? FirstStart { get; set; }

    /// <summary>True while it is counted among those of its tenant that want more.</summary>
    public bool WantsMore { get; set; }

    /// <summary>The next step of its attempt.</summary>
    public int NextStep { get; set; }

    /// <summary>The end of its lease for which a renewal was last implied: one that moves it no further is not tried again.</summary>
    public long KeptAliveFor { get; set; }

    /// <summary>One that lives in the engine.</summary>
    /// <param name="request">The request.</param>
    /// <param name="life">What it does once it runs.</param>
    /// <param name="tally">Where it is counted.</param>
    /// <param name="since">When it was submitted, or again.</param>
    /// <param name="counts">False for one that ran when the simulation began.</param>
    public static Simulated Of(Request request, Life life, SimulationTally tally, Instant since, bool counts = true) => new()
    {
        Key = request.Key,
        Life = life,
        Tenant = tally.Tenant(request.Owner),
        SubmittedAt = since,
        Deadline = request.Spec.AskedDeadline,
        Duration = request.Spec.Duration,
        LeaseLength = request.Spec.LeaseLength,
        Counts = counts,
        Class = tally.Class(request.Priority),
        Attempt = request.Attempt,
    };

    /// <summary>True when its client releases it by then: the moment at which it had to end for a promised start was its own end.</summary>
    /// <param name="held">How long its attempt ran.</param>
    public bool ReleasesAfter(TimeSpan held) => Life.StepsOf(Attempt) is { Count: > 0 } steps && steps[^1] is ReleaseStep { Late: false } release && Life.TimeOf(release, Attempt, Duration) <= held;
}

/// <summary>A tenant in a simulation: what it holds, and what it is counted for.</summary>
internal sealed class SimulatedTenant(string name, int index)
{
    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>Its place among the tenants, in the order in which they came.</summary>
    public int Index { get; } = index;

    /// <summary>Its requests.</summary>
    public long Requests { get; set; }

    /// <summary>Those that ran to their end.</summary>
    public long Finished { get; set; }

    /// <summary>Those that were refused.</summary>
    public long Rejected { get; set; }

    /// <summary>Those with a deadline.</summary>
    public long Deadlines { get; set; }

    /// <summary>Of those, the ones that met it.</summary>
    public long DeadlinesMet { get; set; }

    /// <summary>What the ledger got of it.</summary>
    public Money Cost { get; set; }

    /// <summary>How many of them wait.</summary>
    public int WantMore { get; set; }

    /// <summary>What it holds of each kind, by the kind's index in <see cref="Fairness"/>: thousandths, of Metered kinds thousandths a day.</summary>
    public Int128[] Holds { get; set; } = [];

    /// <summary>Its dominant share now, in billionths.</summary>
    public long Share { get; set; }

    /// <summary>The contended time at which its sums were last brought up to date, in milliseconds.</summary>
    public long SummedAt { get; set; }

    /// <summary>Its dominant share over the contended time in which it wanted more, in billionths × milliseconds.</summary>
    public double Got { get; set; }

    /// <summary>An equal split of what those who wanted more got at the time, over the same time.</summary>
    public double EqualSplit { get; set; }

    /// <summary>The equal split's running sum when it began to want more.</summary>
    public double SplitAtEntry { get; set; }
}
