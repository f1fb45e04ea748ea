using System.Globalization;
using System.Text.Json;
using Nexus.Bench.Running;

namespace Nexus.Bench.Replay;

/// <summary>The real hour of LLM traffic (Azure LLM inference trace 2023, conversations) at 240 times its speed against the published program: what it takes in memory, and how fast it answers.</summary>
internal static class ReplayBench
{
    private const int Requests = 19_366;
    private const long InputTokens = 22_361_870;
    private const long OutputTokens = 4_088_665;
    private const int Speed = 240;
    private const double GateMegabytes = 300;

    public static async Task<int> RunAsync(string[] args)
    {
        string trace = args is [var chosen, ..]
            ? Path.GetFullPath(chosen)
            : Path.GetFullPath(Path.Combine(Repository.Root, "..", "shared", "data", "azure-llm-2023", "AzureLLMInferenceTrace_conv.csv"));
        if (!File.Exists(trace))
        {
            Console.WriteLine($"skipped: the trace is not at {trace} (elsewhere: replay FILE)");
            return 0;
        }

        using NexusServer nexus = await NexusServer.StartAsync();
        object unlimited = new { rate = 1_000_000_000, per = "PT1S", burst = 1_000_000_000 };
        await nexus.SetPoolAsync("llm", new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["llm.calls"] = unlimited,
            ["tokens.input"] = unlimited,
            ["tokens.output"] = unlimited,
            ["tokens.context"] = 200_000,
        });
        double before = Megabytes(nexus.Process.Resident);
        using CancellationTokenSource over = new();
        Task<double> peak = PeakAsync(nexus.Process, over.Token);
        TimeSpan cpu = nexus.Process.Cpu;
        using JsonDocument printed = JsonDocument.Parse(await Task.Run(() => nexus.RunRemote("replay", trace, "--speed", Speed.ToString(CultureInfo.InvariantCulture))));
        double after = Megabytes(nexus.Process.Resident);
        await over.CancelAsync();
        JsonElement report = printed.RootElement;
        JsonElement settled = report.GetProperty("settled");
        if (report.GetProperty("requests").GetInt32() != Requests || report.GetProperty("errors").GetInt32() != 0
            || settled.GetProperty("tokens.input").GetDecimal() != InputTokens || settled.GetProperty("tokens.output").GetDecimal() != OutputTokens)
        {
            throw new InvalidOperationException($"the replay does not add up: {report}");
        }

        JsonElement latency = report.GetProperty("latencyMs");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Requests:N0} requests at {Speed} times their speed, {InputTokens:N0} input and {OutputTokens:N0} output tokens settled, in {report.GetProperty("durationSeconds").GetDouble():0.0} s"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"answers p50 {latency.GetProperty("p50").GetDouble():0.00} ms, p99 {latency.GetProperty("p99").GetDouble():0.00} ms, max {latency.GetProperty("max").GetDouble():0.0} ms; server CPU {(nexus.Process.Cpu - cpu).TotalSeconds:0.0} s"));
        double most = await peak;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"resident before {before:0} MB, at most {most:0} MB"));
        Verdicts verdicts = new();
        verdicts.AtMost("resident memory after the replay, MB", [after], GateMegabytes, format: "0");
        return verdicts.ExitCode;
    }

    private static async Task<double> PeakAsync(ServerProcess process, CancellationToken over)
    {
        double peak = 0;
        while (!over.IsCancellationRequested)
        {
            peak = Math.Max(peak, Megabytes(process.Resident));
            await Task.Delay(250, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return peak;
    }

    private static double Megabytes(long bytes) => bytes / 1e6;
}
