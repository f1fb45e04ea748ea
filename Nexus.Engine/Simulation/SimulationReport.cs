using Nexus.Engine.Resources;

namespace Nexus.Engine.Simulation;

/// <summary>What came of a workload under one variant. Times are seconds of virtual time, to a millisecond; shares are 0 … 1.</summary>
/// <param name="Name">The variant.</param>
/// <param name="Strategy">The strategy that its pools follow; <c>mixed</c> where they follow several.</param>
/// <param name="Requests">Requests that were submitted, or waited when the simulation began.</param>
/// <param name="Finished">Of those, the ones that ran to their end; one that was preempted and started again counts once.</param>
/// <param name="Rejected">Refused, at once or while waiting.</param>
/// <param name="RejectedBy">The same by the reason's code.</param>
/// <param name="Expired">Waited longer than they were willing to, or lost their lease.</param>
/// <param name="Cancelled">Cancelled by somebody, waiting or running; or preempted without a way back.</param>
/// <param name="Waiting">Still waiting at the end.</param>
/// <param name="Running">Still running at the end.</param>
/// <param name="MakespanSeconds">From the first submission to the last end; of a window its length.</param>
/// <param name="Utilization">By pool and kind: of a Held kind the share of capacity × time that grants held; of a Metered one what was settled, of all that the bucket gave: its burst and what flowed in.</param>
/// <param name="WaitSeconds">From submission to first start, over those that started; and over those that wait at the end of a window, so far.</param>
/// <param name="Deadlines">Requests with a deadline.</param>
/// <param name="DeadlinesMet">Of those, the ones that ended by it; without a known duration, that started by it.</param>
/// <param name="Jain">Fairness among tenants, 1 ÷ their number … 1; <see cref="Fairness"/> defines it.</param>
/// <param name="Preemptions">Grants that were ended for others, reclaimed ones counted.</param>
/// <param name="WorkLostSeconds">What preempted grants had run.</param>
/// <param name="NotApplied">Recorded inputs that meant nothing under this variant, for example the renewal of a lease that had ended.</param>
/// <param name="Owners">By tenant, the busiest first, at most <see cref="SimulationTally.MostOwners"/>.</param>
/// <param name="UtilizationOverTime">The same as <paramref name="Utilization"/>, in at most <see cref="PoolUse.MostSteps"/> steps of time.</param>
/// <param name="Events">How many decisions were made.</param>
/// <param name="Hash">The SHA-256 of those decisions in the journal's bytes, in lower-case hexadecimal: the same inputs under the same rules give the same.</param>
public sealed record SimulationReport(
    string Name,
    string Strategy,
    long Requests,
    long Finished,
    long Rejected,
    IReadOnlyDictionary<string, long> RejectedBy,
    long Expired,
    long Cancelled,
    long Waiting,
    long Running,
    double MakespanSeconds,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> Utilization,
    WaitReport WaitSeconds,
    long Deadlines,
    long DeadlinesMet,
    double Jain,
    long Preemptions,
    double WorkLostSeconds,
    long NotApplied,
    IReadOnlyList<OwnerReport> Owners,
    UseOverTime UtilizationOverTime,
    long Events,
    string Hash)
{
    /// <summary>Of the recorded past under unchanged rules: true when every decision was made again as it is recorded. Absent otherwise.</summary>
    public bool? AsRecorded { get; init; }

    /// <summary>What the grants and the reported usage of the simulation cost, as they were entered into its ledger; absent where nothing has a price. What runs at the end counts as far as it is entered by then.</summary>
    public CostFigure? Cost { get; init; }

    /// <summary>How <see cref="Cost"/> came together over time; absent where nothing has a price.</summary>
    public CostOverTime? CostOverTime { get; init; }
}

/// <summary>How long requests waited, in seconds. Percentiles are exact, by nearest rank.</summary>
/// <param name="Mean">The mean; 0 where nothing started.</param>
/// <param name="P50">The median.</param>
/// <param name="P95">95 of a hundred waited no longer.</param>
/// <param name="P99">99 of a hundred waited no longer.</param>
/// <param name="Max">The longest.</param>
/// <param name="ByPriority">By class.</param>
/// <param name="Quantiles">For a curve: the percentiles 0, 1 … 100; empty where nothing started.</param>
public sealed record WaitReport(double Mean, double P50, double P95, double P99, double Max, IReadOnlyDictionary<string, ClassWait> ByPriority, IReadOnlyList<double> Quantiles);

/// <summary>How long requests of one class waited, in seconds.</summary>
/// <param name="Requests">How many started.</param>
/// <param name="Mean">The mean.</param>
/// <param name="P95">95 of a hundred waited no longer.</param>
public sealed record ClassWait(long Requests, double Mean, double P95);

/// <summary>What one tenant got.</summary>
/// <param name="Owner">The tenant.</param>
/// <param name="Requests">Its requests.</param>
/// <param name="Finished">Those that ran to their end.</param>
/// <param name="MeanWaitSeconds">The mean wait of those that started.</param>
/// <param name="P95WaitSeconds">95 of a hundred waited no longer.</param>
public sealed record OwnerReport(string Owner, long Requests, long Finished, double MeanWaitSeconds, double P95WaitSeconds)
{
    /// <summary>Its requests that were refused, at once or while waiting.</summary>
    public long Rejected { get; init; }

    /// <summary>Its requests with a deadline.</summary>
    public long Deadlines { get; init; }

    /// <summary>Of those, the ones that met it.</summary>
    public long DeadlinesMet { get; init; }

    /// <summary>What it costs; absent where nothing has a price.</summary>
    public CostFigure? Cost { get; init; }
}

/// <summary>How much of the pools was used, step by step.</summary>
/// <param name="StepSeconds">How long a step is.</param>
/// <param name="Pools">By pool and kind, the share of each step.</param>
public sealed record UseOverTime(double StepSeconds, IReadOnlyDictionary<string, IReadOnlyDictionary<string, IReadOnlyList<double>>> Pools);

/// <summary>What it had cost, step by step, in at most <see cref="CostCourse.MostSteps"/> steps: what is held evenly over the time that is paid for, what is consumed at its moment.</summary>
/// <param name="StepSeconds">How long a step is.</param>
/// <param name="Amounts">By the end of each step, in the currency of the cost; decimal texts, exact.</param>
public sealed record CostOverTime(double StepSeconds, IReadOnlyList<string> Amounts);

/// <summary>How far a comparison is.</summary>
/// <param name="Variant">The variant that is being simulated, from 0.</param>
/// <param name="Requests">Requests submitted in it so far.</param>
/// <param name="Events">Decisions made in it so far.</param>
/// <param name="At">The virtual time it has come to.</param>
public readonly record struct SimulationProgress(int Variant, long Requests, long Events, Instant At);
