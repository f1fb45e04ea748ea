using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Engine.Simulation;

namespace Nexus.Dashboard.Features.Simulator;

/// <summary>The recorded past under rules that are looked at on a page and not applied: one simulation at a time, dropped when others are looked at or the page is left.</summary>
internal sealed class PastReplay(SimulationService simulations, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    private Simulation? _simulation;
    private Caller? _caller;
    private string? _wrong;

    /// <summary>How it stands.</summary>
    public PastReplayState State => _simulation?.State switch
    {
        null => PastReplayState.None with { Wrong = _wrong },
        { Status: SimulationStatus.Cancelled } => PastReplayState.None,
        { Status: SimulationStatus.Failed, Error: var error } => PastReplayState.None with { Wrong = error },
        { HasEnded: false, Progress: var progress } => PastReplayState.None with { IsRunning = true, Progress = progress },
        { Variants: var variants, Window: var window } => new PastReplayState(
            false, 1, null, window is { } cut ? (cut.From.ToDateTimeOffset(), cut.To.ToDateTimeOffset()) : null, variants),
    };

    /// <summary>Replays it, and tells whenever there is something new to show, until it has ended or was dropped.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="variants">The rules, each compared with the first.</param>
    /// <param name="back">How far back the past begins.</param>
    /// <param name="news">Called when there is something new to show.</param>
    /// <param name="left">The page is left.</param>
    public async Task RunAsync(Caller caller, IReadOnlyList<VariantBody> variants, TimeSpan back, Action news, CancellationToken left)
    {
        Drop();
        _caller = caller;
        DateTimeOffset now = time.GetUtcNow();
        Result<Simulation> begun = await simulations.StartAsync(caller, new SimulationBody { Window = new WindowBody(now - back, now), Variants = [.. variants] }, left);
        (_simulation, _wrong) = (begun.Value, begun.Problem?.Detail);
        news();
        while (_simulation is { State.HasEnded: false } running && running == begun.Value && !left.IsCancellationRequested)
        {
            await simulations.WaitAsync(running, Look, left);
            news();
        }
    }

    /// <summary>Forgets it; what still runs is stopped.</summary>
    public void Drop()
    {
        if (_simulation is { State.HasEnded: false } running)
        {
            simulations.Cancel(_caller!, running.Id);
        }

        (_simulation, _wrong) = (null, null);
    }
}

/// <summary>How a replay stands.</summary>
/// <param name="IsRunning">True while it runs, or waits for its turn.</param>
/// <param name="Progress">How far it is, 0 … 1.</param>
/// <param name="Wrong">Why it could not be done.</param>
/// <param name="Window">From when to when: no more than is recorded.</param>
/// <param name="Variants">What came of each of the rules, in their order; empty until all are done.</param>
public sealed record PastReplayState(bool IsRunning, double Progress, string? Wrong, (DateTimeOffset From, DateTimeOffset To)? Window, IReadOnlyList<SimulationReport> Variants)
{
    /// <summary>Nothing was replayed.</summary>
    public static PastReplayState None { get; } = new(false, 0, null, null, []);

    /// <summary>How many requests were replayed.</summary>
    public long Requests => Variants.Count == 0 ? 0 : Variants[0].Requests;

    /// <summary>True where unchanged rules did not decide as it is recorded.</summary>
    public bool Differs => Variants.Any(v => v.AsRecorded == false);
}

/// <summary>How far back a replay may begin.</summary>
/// <param name="Words">As the page says it.</param>
/// <param name="Length">So far.</param>
public sealed record ReplaySpan(string Words, TimeSpan Length)
{
    /// <summary>An hour.</summary>
    public static ReplaySpan Hour { get; } = new("the last hour", TimeSpan.FromHours(1));

    /// <summary>A quarter of a day.</summary>
    public static ReplaySpan SixHours { get; } = new("the last 6 h", TimeSpan.FromHours(6));

    /// <summary>A day.</summary>
    public static ReplaySpan Day { get; } = new("the last day", TimeSpan.FromDays(1));

    /// <summary>A week.</summary>
    public static ReplaySpan Week { get; } = new("the last 7 days", TimeSpan.FromDays(7));
}
