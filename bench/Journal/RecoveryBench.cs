using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Nexus.Engine.Core;
using Nexus.Engine.Storage;

namespace Nexus.Bench.Journal;

/// <summary>From opening a journal of a million events to an engine that knows its next due time: without a snapshot, reading alone, and from a snapshot.</summary>
internal static class RecoveryBench
{
    private const int Million = 1_000_000;
    private const int EventsABatch = 64;
    private const int RoundCount = 7;
    private const double GateSeconds = 5;

    public static int Run(string parent)
    {
        using TemporaryFolder folder = new(parent);
        Console.WriteLine($"recovery of {Million:N0} events in batches of {EventsABatch}, chain checked; writing them first …");
        Write(folder.Path);
        double[][] cold = Rounds.Interleave(RoundCount, () => Recover(folder.Path), () => ReadAlone(folder.Path));
        using (SqliteJournal journal = SqliteJournal.Open(folder.Path))
        {
            EngineSnapshot snapshot = Replayed(journal).Capture();
            (ReadOnlyMemory<byte> state, byte[] hash) = snapshot.Encode();
            journal.SaveSnapshot(new Snapshot(snapshot.Sequence, snapshot.At, state, hash));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"engine.db {new FileInfo(Path.Combine(folder.Path, "engine.db")).Length / 1e6:N0} MB, snapshot {state.Length / 1e6:N0} MB"));
        }

        double[][] warm = Rounds.Interleave(RoundCount, () => Recover(folder.Path));
        double median = Rounds.Median(cold[0]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"without a snapshot {cold[0].Min():N2}/{median:N2}/{cold[0].Max():N2} s (gate < {GateSeconds} s); reading and checking alone {Rounds.Median(cold[1]):N2} s; from a snapshot {Rounds.Median(warm[0]):N2} s"));
        bool holds = median < GateSeconds;
        Console.WriteLine(holds ? "gate holds" : "the gate is missed");
        return holds ? 0 : 1;
    }

    private static void Write(string folder)
    {
        // How fast it is written does not matter here.
        using SqliteJournal journal = SqliteJournal.Open(folder, new JournalOptions { WriterOpened = SynchronousOff });
        RecordedLife life = new();
        journal.Commit(life.First, []);
        while (journal.LastSequence < Million)
        {
            journal.Commit(life.Next((int)Math.Min(EventsABatch, Million - journal.LastSequence)), life.Archived);
        }
    }

    private static double Recover(string folder)
    {
        GC.Collect();
        long start = Stopwatch.GetTimestamp();
        using SqliteJournal journal = SqliteJournal.Open(folder);
        Engine.Core.Engine engine = Replayed(journal);
        _ = engine.NextDue;
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return engine.Sequence == Million ? seconds : throw new InvalidOperationException($"recovered to event {engine.Sequence}");
    }

    private static Engine.Core.Engine Replayed(SqliteJournal journal)
    {
        EngineLimits limits = new();
        Engine.Core.Engine engine = journal.LatestSnapshot() is { } snapshot ? Engine.Core.Engine.Restore(snapshot.State.Span, limits) : new(limits);
        foreach (JournalBatch batch in journal.Read(engine.Sequence))
        {
            EventReader events = new(batch.Events.Span);
            while (!events.AtEnd)
            {
                EngineEvent happened = EventCodec.Read(ref events);
                if (happened.Sequence > engine.Sequence)
                {
                    engine.Apply(happened);
                }
            }
        }

        return engine;
    }

    private static double ReadAlone(string folder)
    {
        long start = Stopwatch.GetTimestamp();
        using SqliteJournal journal = SqliteJournal.Open(folder);
        return journal.Read(0).Last().Last == Million ? Stopwatch.GetElapsedTime(start).TotalSeconds : throw new InvalidOperationException("events are missing");
    }

    private static void SynchronousOff(SqliteConnection connection)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "PRAGMA synchronous = OFF";
        command.ExecuteNonQuery();
    }
}
