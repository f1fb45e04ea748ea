using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Nexus.Engine.Core;
using Nexus.Engine.Storage;

namespace Nexus.Bench.Journal;

/// <summary>The journal's row for each batch against a row for each event (docs/decisions/0002): commits of 64 events, and reading them back, in turn.</summary>
internal static class RowShapeBench
{
    private const int RoundCount = 9;
    private const int CommitsARound = 200;
    private const int Events = 64;

    public static int Run(string parent)
    {
        using TemporaryFolder batches = new(parent);
        using TemporaryFolder singles = new(parent);
        using SqliteJournal journal = SqliteJournal.Open(batches.Path);
        using RowPerEvent other = new(Path.Combine(singles.Path, "events.db"));
        (RecordedLife left, RecordedLife right) = (new(), new());
        journal.Commit(left.First, []);
        other.Commit(right.First);
        double[] cpu = [0, 0];
        double[][] seconds = Rounds.Interleave(
            RoundCount,
            () => Measure(left, batch => journal.Commit(batch, []), ref cpu[0]),
            () => Measure(right, other.Commit, ref cpu[1]));
        long read = 0;
        double[][] reading = Rounds.Interleave(
            5, () => Timed(() => read = journal.Read(0).Sum(batch => batch.Last - batch.First + 1)), () => Timed(() => Check(other.Read(), read)));

        double commits = RoundCount * CommitsARound;
        Console.WriteLine($"row for each batch against row for each event, {Events} events a commit, {RoundCount} interleaved rounds of {CommitsARound} commits, both WAL and FULL");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"commit   {Rounds.Median(seconds[0]) / CommitsARound * 1000:N2} ms against {Rounds.Median(seconds[1]) / CommitsARound * 1000:N2} ms, ratio {Rounds.Ratios(seconds[0], seconds[1])}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"CPU      {cpu[0] / commits / Events * 1e6:N1} µs an event against {cpu[1] / commits / Events * 1e6:N1} µs, ratio {cpu[0] / cpu[1]:N2}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"reading  {read / Rounds.Median(reading[0]):N0} events/s (chain checked) against {read / Rounds.Median(reading[1]):N0}, time ratio {Rounds.Ratios(reading[0], reading[1])}"));
        return 0;
    }

    private static double Measure(RecordedLife life, Action<JournalBatch> commit, ref double cpu)
    {
        JournalBatch[] batches = [.. Enumerable.Range(0, CommitsARound).Select(_ => life.Next(Events))];
        TimeSpan before = Environment.CpuUsage.TotalTime;
        double seconds = Timed(() => Array.ForEach(batches, commit));
        cpu += (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        return seconds;
    }

    private static void Check(long events, long expected)
    {
        if (events != expected)
        {
            throw new InvalidOperationException($"{events} events were read where {expected} were written");
        }
    }

    private static double Timed(Action act)
    {
        long start = Stopwatch.GetTimestamp();
        act();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>The other shape, as lean as it can be: no chain, one prepared insert, one transaction a batch.</summary>
    private sealed class RowPerEvent : IDisposable
    {
        private readonly SqliteConnection _connection;
        private readonly SqliteCommand _begin;
        private readonly SqliteCommand _commit;
        private readonly SqliteCommand _insert;

        public RowPerEvent(string file)
        {
            _connection = new SqliteConnection($"Data Source={file};Pooling=False");
            _connection.Open();
            Command("PRAGMA journal_mode = WAL").ExecuteNonQuery();
            Command("PRAGMA synchronous = FULL").ExecuteNonQuery();
            Command("CREATE TABLE events (sequence INTEGER PRIMARY KEY, at INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT").ExecuteNonQuery();
            (_begin, _commit, _insert) = (Command("BEGIN IMMEDIATE"), Command("COMMIT"), Command("INSERT INTO events VALUES ($1, $2, $3)"));
            foreach (string name in (string[])["$1", "$2", "$3"])
            {
                _insert.Parameters.Add(new SqliteParameter { ParameterName = name });
            }
        }

        public void Commit(JournalBatch batch)
        {
            _begin.ExecuteNonQuery();
            long sequence = batch.First;
            EventReader events = new(batch.Events.Span);
            while (!events.AtEnd)
            {
                int start = events.Position;
                events.Block();
                _insert.Parameters[0].Value = sequence++;
                _insert.Parameters[1].Value = batch.At.Milliseconds;
                _insert.Parameters[2].Value = batch.Events[start..events.Position].ToArray();
                _insert.ExecuteNonQuery();
            }

            _commit.ExecuteNonQuery();
        }

        public long Read()
        {
            using SqliteDataReader row = Command("SELECT sequence, at, bytes FROM events ORDER BY sequence").ExecuteReader();
            long count = 0;
            while (row.Read())
            {
                count += row.GetFieldValue<byte[]>(2).Length > 0 ? 1 : 0;
            }

            return count;
        }

        public void Dispose() => _connection.Dispose();

        private SqliteCommand Command(string sql)
        {
            SqliteCommand command = _connection.CreateCommand();
            command.CommandText = sql;
            return command;
        }
    }
}
