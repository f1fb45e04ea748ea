using Microsoft.Extensions.Logging;
using Nexus.Engine.Core;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Storage;

namespace Nexus.Engine.Hosting;

/// <summary>The engine as its journal makes it: the latest snapshot that is sound, and every event after it.</summary>
/// <param name="Engine">The engine.</param>
/// <param name="Events">The last events.</param>
/// <param name="Snapshot">The last event in the snapshot it started from, or null.</param>
/// <param name="Unarchived">Requests that memory no longer holds and the index does not hold either, as <see cref="EngineOptions.EndedInMemory"/> was lowered: the next commit must archive them.</param>
internal sealed record Recovered(Core.Engine Engine, EventRing Events, long? Snapshot, IReadOnlyList<Request> Unarchived);

/// <summary>Builds the state from the journal.</summary>
internal static partial class Recovery
{
    /// <summary>The engine at the last event on disk.</summary>
    /// <exception cref="JournalException">The journal cannot be read, or nothing sound reaches back to its first event.</exception>
    public static Recovered From(IJournal journal, EngineOptions options, ILogger log, CancellationToken cancellation)
    {
        (Core.Engine engine, long? snapshot) = Begin(journal, options, log);
        EventRing events = new(options.EventsInMemory);
        List<Request> unarchived = [];
        List<Request> left = [];
        long remembered = Math.Max(journal.FirstSequence - 1, journal.LastSequence - options.EventsInMemory);
        foreach (JournalBatch batch in journal.Read(Math.Min(engine.Sequence, remembered)))
        {
            cancellation.ThrowIfCancellationRequested();
            left.Clear();
            foreach (EngineEvent happened in EventCodec.ReadAll(batch.Events))
            {
                if (happened.Sequence > engine.Sequence)
                {
                    engine.Apply(happened, left.Add);
                }

                if (happened.Sequence > remembered)
                {
                    events.Add(happened);
                }
            }

            // They left in order: where the last one is in the index, those before it are.
            if (left.Count > 0 && journal.FindArchived(left[^1].Key) is null)
            {
                unarchived.AddRange(left.Where(r => journal.FindArchived(r.Key) is null));
            }
        }

        LogRecovered(log, engine.Sequence, snapshot ?? 0);
        return new Recovered(engine, events, snapshot, unarchived);
    }

    private static (Core.Engine Engine, long? Snapshot) Begin(IJournal journal, EngineOptions options, ILogger log)
    {
        for (long atMost = long.MaxValue; journal.LatestSnapshot(atMost) is { } snapshot; atMost = snapshot.Sequence - 1)
        {
            try
            {
                return (Core.Engine.Restore(snapshot.State.Span, options.Limits), snapshot.Sequence);
            }
            catch (Exception error) when (error is InvalidDataException or InvalidOperationException or IndexOutOfRangeException or ArgumentException or NullReferenceException or KeyNotFoundException or OverflowException)
            {
                // A snapshot only saves time; the journal holds all that is in it.
                LogNotRestored(log, snapshot.Sequence, error.Message);
            }
        }

        return (new Core.Engine(options.Limits), null);
    }

    [LoggerMessage(1, LogLevel.Information, "The engine stands at event {Sequence}, replayed from the snapshot of event {Snapshot}.")]
    private static partial void LogRecovered(ILogger log, long sequence, long snapshot);

    [LoggerMessage(2, LogLevel.Warning, "The snapshot of event {Sequence} is not used: {Fault}. The state is rebuilt from an older one and the journal.")]
    private static partial void LogNotRestored(ILogger log, long sequence, string fault);
}
