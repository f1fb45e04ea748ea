using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using Nexus.Bench.Journal;
using Nexus.Bench.Running;

namespace Nexus.Bench.Ledgers;

/// <summary>Reported use through the whole published program, in batches of 500, against bare prepared inserts of the same rows with the same unique index, a transaction a batch.</summary>
internal static class LedgerBench
{
    private const int RoundsToWarmUp = 10;
    private const int RoundsOfEach = 15;
    private const int BatchSize = 500;
    private const int Batches = 40;
    private static readonly string[] Models = ["gpt-4o", "gpt-4o-mini", "claude", "llama"];

    public static async Task<int> RunAsync(string[] args)
    {
        string disk = args is [var chosen, ..] ? Path.GetFullPath(chosen) : Path.GetTempPath();
        using NexusServer nexus = await NexusServer.StartAsync(disk);
        await PriceAsync(nexus);
        using TemporaryFolder folder = new(disk);
        using SqliteConnection bare = Open(Path.Combine(folder.Path, "bare.db"));
        Console.WriteLine($"on the disk of {disk} (another: ledger DIR); {RoundsOfEach} interleaved rounds of {Batches} batches of {BatchSize} records after {RoundsToWarmUp} in which the program's methods are compiled, one after the other on one connection; min/median/max of the rounds");

        List<double> nexusRates = [], bareRates = [];
        for (int round = -RoundsToWarmUp; round < RoundsOfEach; round++)
        {
            Record[][] batches = [.. Enumerable.Range(0, Batches).Select(b => Records(round, b))];
            double posted = await PostAsync(nexus, batches);
            double inserted = Insert(bare, batches);
            if (round >= 0)
            {
                nexusRates.Add(posted);
                bareRates.Add(inserted);
            }
        }

        Console.WriteLine(Figures("POST /usage, priced, summed, with quotas asked", nexusRates));
        Console.WriteLine(Figures("bare prepared inserts", bareRates));
        Verdicts verdicts = new();
        verdicts.AtLeast("records a second, POST /usage to bare inserts", [.. nexusRates.Zip(bareRates, (a, b) => a / b)], 0.4);
        return verdicts.ExitCode;
    }

    private static string Figures(string what, List<double> rates) => string.Create(CultureInfo.InvariantCulture, $"{what,-50} {rates.Min(),9:N0}/{Rounds.Median(rates),9:N0}/{rates.Max(),9:N0} records/s");

    private static async Task PriceAsync(NexusServer nexus)
    {
        string items = string.Join(',', Models.SelectMany(m => (string[])[Item(m, "tokens.input", "0.0000025"), Item(m, "tokens.output", "0.00001")]));
        using StringContent body = new($$"""{"items":[{{items}}]}""", Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await nexus.Http.PutAsync("/api/v1/prices", body);
        answer.EnsureSuccessStatusCode();

        static string Item(string model, string resource, string price) => $$"""{"sku":"{{model}} {{resource}}","resource":"{{resource}}","provider":"maker","model":"{{model}}","unitPrice":"{{price}}"}""";
    }

    // Two lines a call, of two hundred owners and four models, as an instrumented agent would report them.
    private static Record[] Records(int round, int batch) =>
    [
        .. Enumerable.Range(0, BatchSize).Select(i => new Record(
            $"r{round}-{batch}-{i}", DateTimeOffset.UtcNow, $"tenant-{i % 10}/user-{i % 20}/flow-{i % 4}/agent-{i % 5}", i % 2 == 0 ? "tokens.input" : "tokens.output", 100 + (i * 7 % 900), Models[i % 4], $"run-{batch}")),
    ];

    private static async Task<double> PostAsync(NexusServer nexus, Record[][] batches)
    {
        string[] bodies = [.. batches.Select(b => $"[{string.Join(',', b.Select(r => r.ToJson()))}]")];
        long start = Stopwatch.GetTimestamp();
        foreach (string json in bodies)
        {
            using StringContent body = new(json, Encoding.UTF8, "application/json");
            using HttpResponseMessage answer = await nexus.Http.PostAsync("/api/v1/usage", body);
            string said = await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
            if (said.Contains("\"error\"", StringComparison.Ordinal) || said.Contains("duplicate", StringComparison.Ordinal))
            {
                throw new InvalidOperationException(said[..Math.Min(300, said.Length)]);
            }
        }

        return Batches * BatchSize / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static SqliteConnection Open(string file)
    {
        SqliteConnection connection = new($"Data Source={file};Pooling=False");
        connection.Open();
        Run(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
        Run(connection, "CREATE TABLE usage (id TEXT NOT NULL, tenant TEXT NOT NULL, at INTEGER NOT NULL, owner TEXT NOT NULL, resource TEXT NOT NULL, quantity INTEGER NOT NULL, provider TEXT, model TEXT, labels TEXT, sku TEXT, price INTEGER, cost INTEGER) STRICT; CREATE UNIQUE INDEX usage_by_id ON usage (id, tenant);");
        return connection;
    }

    private static double Insert(SqliteConnection connection, Record[][] batches)
    {
        using SqliteCommand insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO usage VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
        SqliteParameter[] values = [.. Enumerable.Range(0, 12).Select(i => insert.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" }))];
        long start = Stopwatch.GetTimestamp();
        foreach (Record[] batch in batches)
        {
            using SqliteTransaction transaction = connection.BeginTransaction();
            insert.Transaction = transaction;
            foreach (Record record in batch)
            {
                object[] row =
                [
                    record.Id, record.Owner[..record.Owner.IndexOf('/', StringComparison.Ordinal)], record.Time.ToUnixTimeMilliseconds(), record.Owner, record.Resource, record.Quantity * 1_000L, "maker", record.Model,
                    $"{{\"run\":\"{record.Run}\"}}", $"{record.Model} {record.Resource}", 2_500_000L, record.Quantity * 2_500_000L,
                ];
                for (int i = 0; i < row.Length; i++)
                {
                    values[i].Value = row[i];
                }

                insert.ExecuteNonQuery();
            }

            transaction.Commit();
        }

        return Batches * BatchSize / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private sealed record Record(string Id, DateTimeOffset Time, string Owner, string Resource, int Quantity, string Model, string Run)
    {
        public string ToJson() =>
            $$"""{"id":"{{Id}}","time":"{{Time:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}}","owner":"{{Owner}}","resource":"{{Resource}}","quantity":{{Quantity}},"provider":"maker","model":"{{Model}}","labels":{"run":"{{Run}}"} }""";
    }
}
