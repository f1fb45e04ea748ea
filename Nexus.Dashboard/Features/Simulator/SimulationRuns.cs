using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using Nexus.Engine.Hosting;
using Nexus.Engine.Simulation;
using Nexus.Engine.Simulation.Traces;
using Nexus.Engine.Storage;

namespace Nexus.Dashboard.Features.Simulator;

/// <summary>Runs simulations beside the engine, a few at once, on threads that give way to it.</summary>
internal sealed class SimulationRuns(IOptions<SimulatorOptions> options, ILogger<SimulationRuns> log) : IHostedService, IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<Simulation> _all = [];
    private readonly List<Thread> _threads = [];
    private bool _stopped;

    /// <summary>Those that are known, the newest first.</summary>
    public IReadOnlyList<Simulation> All
    {
        get
        {
            lock (_lock)
            {
                return [.. Enumerable.Reverse(_all)];
            }
        }
    }

    /// <summary>One of them.</summary>
    public Simulation? Find(string id) => All.FirstOrDefault(s => s.Id == id);

    /// <summary>Takes it in, to be run in its turn.</summary>
    /// <returns>False when too many wait already.</returns>
    public bool TryAdd(Simulation simulation)
    {
        lock (_lock)
        {
            if (_stopped || _all.Count(s => !s.State.HasEnded) >= options.Value.MaxRunning + options.Value.MaxQueued)
            {
                return false;
            }

            _all.Add(simulation);
            while (_all.Count(s => s.State.HasEnded) > options.Value.MaxKept - 1 && _all.Find(s => s.State.HasEnded) is { } oldest)
            {
                _all.Remove(oldest);
                oldest.Dispose();
            }

            StartNext();
            return true;
        }
    }

    /// <summary>Looks whether one that waits was asked to stop, and who is next.</summary>
    public void Look()
    {
        lock (_lock)
        {
            foreach (Simulation stopped in _all.Where(s => s.State.Status == SimulationStatus.Queued && s.Stop.IsCancellationRequested))
            {
                stopped.Becomes(stopped.State with { Status = SimulationStatus.Cancelled });
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Thread[] running;
        lock (_lock)
        {
            _stopped = true;
            _all.ForEach(s => s.Cancel());
            running = [.. _threads];
        }

        await Task.Run(() => Array.ForEach(running, thread => thread.Join()), cancellationToken);
    }

    public void Dispose() => _all.ForEach(s => s.Dispose());

    // The lock is held.
    private void StartNext()
    {
        while (_threads.Count < options.Value.MaxRunning && _all.Find(s => s.State.Status == SimulationStatus.Queued) is { } next)
        {
            next.Becomes(next.State with { Status = SimulationStatus.Running });
            Thread thread = new(() => Run(next)) { IsBackground = true, Name = $"simulation {next.Id}", Priority = ThreadPriority.BelowNormal };
            _threads.Add(thread);
            thread.Start();
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "a fault of one simulation must not end the program: it is told to whoever asked for it")]
    private void Run(Simulation simulation)
    {
        try
        {
            simulation.Work(simulation);
        }
        catch (OperationCanceledException) when (simulation.Stop.IsCancellationRequested)
        {
            simulation.Becomes(simulation.State with { Status = SimulationStatus.Cancelled });
        }
        catch (Exception fault) when (fault is SimulationException or TraceFormatException or JournalException or EngineUnavailableException)
        {
            simulation.Becomes(simulation.State with { Status = SimulationStatus.Failed, Error = fault.Message });
        }
        catch (Exception bug)
        {
            log.LogError(bug, "Simulation {Id} failed", simulation.Id);
            simulation.Becomes(simulation.State with { Status = SimulationStatus.Failed, Error = "Something went wrong here, which is a fault of Nexus: its log has the rest." });
        }

        lock (_lock)
        {
            _threads.Remove(Thread.CurrentThread);
            if (!_stopped)
            {
                StartNext();
            }
        }
    }
}
