using Nexus.Dashboard.Access;
using Nexus.Engine.Resources;
using Nexus.Engine.Simulation;

namespace Nexus.Dashboard.Features.Simulator;

/// <summary>Where a simulation stands.</summary>
internal enum SimulationStatus
{
    /// <summary>It waits for its turn.</summary>
    Queued,

    /// <summary>It runs.</summary>
    Running,

    /// <summary>All variants are done.</summary>
    Finished,

    /// <summary>It could not be done.</summary>
    Failed,

    /// <summary>Somebody stopped it.</summary>
    Cancelled,
}

/// <summary>How far the variant is that is being simulated.</summary>
/// <param name="Share">0 … 1.</param>
/// <param name="At">The virtual time it has come to.</param>
/// <param name="Events">How many decisions were made.</param>
/// <param name="EventsPerSecond">How many were made a second, of real time.</param>
internal sealed record VariantProgress(double Share, Instant At, long Events, double EventsPerSecond);

/// <summary>What is known of a simulation at one moment. Never changed: replaced by another.</summary>
internal sealed record SimulationState(SimulationStatus Status, double Progress, IReadOnlyList<SimulationReport> Variants, (Instant From, Instant To)? Window = null, string? Error = null)
{
    /// <summary>How far the variant is that is being simulated; null before the first begins and once all are done.</summary>
    public VariantProgress? Current { get; init; }

    public static SimulationState Waiting { get; } = new(SimulationStatus.Queued, 0, []);

    public bool HasEnded => Status is not (SimulationStatus.Queued or SimulationStatus.Running);
}

/// <summary>A simulation that somebody asked for.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Caller">Who asked.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="Work">Does it, on the thread it is called on.</param>
internal sealed record Simulation(string Id, Caller Caller, DateTimeOffset CreatedAt, Action<Simulation> Work) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private volatile SimulationState _state = SimulationState.Waiting;
    private volatile TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What was asked, without the text of a trace.</summary>
    public SimulationBody Asked { get; init; } = new();

    /// <summary>What is known of it now.</summary>
    public SimulationState State => _state;

    /// <summary>Stops it.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Ends when its status changes.</summary>
    public Task News => _news.Task;

    /// <summary>Asks it to stop.</summary>
    public void Cancel() => _stop.Cancel();

    /// <summary>What is known now. Only whoever does the work says so.</summary>
    public void Becomes(SimulationState state)
    {
        SimulationStatus before = _state.Status;
        _state = state;
        if (state.Status != before)
        {
            Interlocked.Exchange(ref _news, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        }
    }

    public void Dispose() => _stop.Dispose();
}
