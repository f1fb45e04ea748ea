using System.Security.Cryptography;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Simulation;
using Nexus.Engine.Simulation.Recorded;
using Nexus.Engine.Storage;

namespace Nexus.Dashboard.Features.Simulator;

/// <summary>A part of the recorded past, read from the journal to be replayed.</summary>
/// <param name="From">When it begins: not before anything is recorded.</param>
/// <param name="Workload">What came from outside in it.</param>
/// <param name="Hash">The hash of what was decided in it, in the journal's bytes: under unchanged rules a replay gives the same.</param>
internal sealed record RecordedWindow(Instant From, Workload Workload, string Hash)
{
    /// <summary>Reads it.</summary>
    /// <param name="folder">Where the journal lies.</param>
    /// <param name="limits">Those of the engine.</param>
    /// <param name="maxEvents">How many events it may hold.</param>
    /// <param name="from">When it is to begin.</param>
    /// <param name="to">When it ends; all until then is on disk.</param>
    /// <param name="begins">Told when it really begins, before the reading.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="SimulationException">The window holds too much, or nothing.</exception>
    public static RecordedWindow Read(string folder, EngineLimits limits, int maxEvents, Instant from, Instant to, Action<Instant>? begins, CancellationToken stop)
    {
        using JournalPast past = new(folder, limits);
        Instant since = past.Since() ?? throw new SimulationException("nothing is recorded yet");
        from = from > since ? from : since;
        if (from >= to)
        {
            throw new SimulationException($"nothing is recorded before {since}: choose a window that ends later");
        }

        begins?.Invoke(from);
        Engine.Core.Engine engine = past.StateAt(from, stop);
        RecordedPast recorded = new(engine, from, to);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        EventBuffer bytes = new();
        foreach (EngineEvent happened in past.After(engine.Sequence))
        {
            stop.ThrowIfCancellationRequested();
            if (recorded.IsComplete)
            {
                break;
            }

            if (happened.At <= to)
            {
                bytes.Clear();
                EventCodec.Write(bytes, happened);
                hash.AppendData(bytes.Written.Span);
            }

            recorded.Add(happened);
            if (recorded.Events > maxEvents)
            {
                throw new SimulationException($"the window and what it needs beyond it hold more than {maxEvents} events ({SimulatorOptions.Section}:{nameof(SimulatorOptions.MaxEvents)}): choose a shorter one");
            }
        }

        string recordedHash = Convert.ToHexStringLower(hash.GetHashAndReset());
        ReadOnlyMemory<byte> state = engine.Capture().Encode().State;
        return new RecordedWindow(from, recorded.ToWorkload(() => Engine.Core.Engine.Restore(state.Span, limits)), recordedHash);
    }
}
