using System.Diagnostics;
using System.Globalization;
using System.Text;
using Nexus.Bench.Running;

namespace Nexus.Bench.Ledgers;

/// <summary>Exports of 100,000 lines and of a million from the whole published program, in every format, each right after a start: the most memory that it has while it writes must not depend on how many they are.</summary>
internal static class ExportBench
{
    private const int Few = 100_000;
    private const int Times = 10;
    private const int BatchSize = 1_000;
    private const int RoundsOfEach = 3;
    private const int DaysAgo = 30;
    private static readonly DateTimeOffset From = new(DateTime.UtcNow.Date.AddDays(-DaysAgo), TimeSpan.Zero);
    private static readonly string[] Formats = ["csv", "focus", "parquet"];
    private static readonly string[] Models = ["gpt-4o", "gpt-4o-mini", "claude", "llama"];
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);

    public static async Task<int> RunAsync(string[] args)
    {
        using NexusServer nexus = await NexusServer.StartAsync(args is [var disk, ..] ? Path.GetFullPath(disk) : Path.GetTempPath());
        await ReportAsync(nexus);
        Console.WriteLine($"{Few:N0} lines of a day and {Few * Times:N0} of ten, {RoundsOfEach} rounds of each format in turns, each in a program that has just started and exported the few once; the most resident memory while it writes, looked at every {LookEvery.TotalMilliseconds} ms");
        Verdicts verdicts = new();
        Dictionary<string, List<double>> ratios = Formats.ToDictionary(f => f, _ => new List<double>(), StringComparer.Ordinal);
        for (int round = 0; round < RoundsOfEach; round++)
        {
            foreach (string format in Formats)
            {
                Export few = await ExportAsync(nexus, format, 1);
                Export many = await ExportAsync(nexus, format, Times);
                ratios[format].Add(many.Peak / few.Peak);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{format,8}: {few} | {many} | {Few * Times / many.Seconds:N0} lines/s"));
            }
        }

        foreach (string format in Formats)
        {
            verdicts.AtMost($"{format}: memory over {Few * Times:N0} lines to memory over {Few:N0}", [.. ratios[format]], 1.1);
        }

        return verdicts.ExitCode;
    }

    private static async Task<Export> ExportAsync(NexusServer nexus, string format, int days)
    {
        nexus.Kill();
        await nexus.StartAsync();
        await MeasureAsync(nexus, format, 1);
        return await MeasureAsync(nexus, format, days);
    }

    private static async Task<Export> MeasureAsync(NexusServer nexus, string format, int days)
    {
        using CancellationTokenSource done = new();
        Task<double> peak = PeakAsync(nexus, done.Token);
        long start = Stopwatch.GetTimestamp();
        using HttpResponseMessage answer = await nexus.Http.GetAsync($"/api/v1/costs/export?format={format}&from={From:yyyy-MM-dd}T00:00:00Z&to={From.AddDays(days):yyyy-MM-dd}T00:00:00Z", HttpCompletionOption.ResponseHeadersRead);
        await using Stream body = await answer.EnsureSuccessStatusCode().Content.ReadAsStreamAsync();
        byte[] buffer = new byte[64 * 1024];
        long bytes = 0;
        while (await body.ReadAsync(buffer) is var read and > 0)
        {
            bytes += read;
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await done.CancelAsync();
        return new Export(await peak, bytes, seconds);
    }

    private static async Task<double> PeakAsync(NexusServer nexus, CancellationToken done)
    {
        double peak = 0;
        while (!done.IsCancellationRequested)
        {
            peak = Math.Max(peak, nexus.Process.Resident);
            await Task.Delay(LookEvery, CancellationToken.None);
        }

        return peak;
    }

    // Use of two hundred owners and four models, spread over ten days.
    private static async Task ReportAsync(NexusServer nexus)
    {
        string prices = string.Join(',', Models.Select(m => $$"""{"sku":"{{m}} in","resource":"tokens.input","provider":"maker","model":"{{m}}","unitPrice":"0.0000025"}"""));
        using StringContent book = new($$"""{"items":[{{prices}}]}""", Encoding.UTF8, "application/json");
        (await nexus.Http.PutAsync("/api/v1/prices", book)).EnsureSuccessStatusCode().Dispose();
        for (int first = 0; first < Few * Times; first += BatchSize)
        {
            IEnumerable<string> records = Enumerable.Range(first, BatchSize).Select(i =>
                $$"""{"id":"r{{i}}","time":"{{From.AddMilliseconds(i * 864L):yyyy-MM-dd'T'HH:mm:ss.fff'Z'}}","owner":"tenant-{{i % 10}}/user-{{i % 20}}/flow-{{i % 4}}/agent-{{i % 200}}","resource":"tokens.input","quantity":{{100 + (i * 7L % 900)}},"provider":"maker","model":"{{Models[i % 4]}}","labels":{"run":"run-{{i / 100}}"} }""");
            using StringContent body = new($"[{string.Join(',', records)}]", Encoding.UTF8, "application/json");
            using HttpResponseMessage answer = await nexus.Http.PostAsync("/api/v1/usage", body);
            string said = await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
            if (said.Contains("\"error\"", StringComparison.Ordinal))
            {
                throw new InvalidOperationException(said[..Math.Min(300, said.Length)]);
            }
        }
    }

    private sealed record Export(double Peak, long Bytes, double Seconds)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Bytes / 1e6,6:0.0} MB in {Seconds,5:0.00} s, {Peak / 1e6:0} MB resident");
    }
}
