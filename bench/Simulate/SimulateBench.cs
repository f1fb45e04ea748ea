using System.Globalization;
using Nexus.Bench.Running;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Simulation;
using Nexus.Engine.Simulation.Traces;

namespace Nexus.Bench.Simulate;

/// <summary>How many requests of the Azure trace one core simulates a second, the reading of the trace included, where its pool has a share of what the busiest minute asks for.</summary>
internal static class SimulateBench
{
    private const int WarmUp = 15;
    private const int RoundsRun = 9;
    private const double Gate = 100_000;
    private const decimal Gated = 0.8m;
    private const string Azure = "azure-llm-2023/AzureLLMInferenceTrace_conv.csv";

    private static readonly Actor Author = new(ActorKind.Local, "bench", "cli");

    public static Task<int> RunAsync(string[] args)
    {
        string? file = SharedData(Azure);
        if (file is null)
        {
            Console.WriteLine($"skipped: ../shared/data/{Azure} is not here");
            return Task.FromResult(0);
        }

        Verdicts verdicts = new();
        foreach (decimal share in (decimal[])[Gated, 0.7m])
        {
            PoolDefinition pool = AtShareOfBusiestMinute(file, share);
            Variant variant = new("bench", _ => [new SetPool(pool) { Actor = Author }]);
            Workload workload = TraceWorkload.Of(() => Read(file), [pool], 50, TraceWorkload.DefaultStart);
            double[] rates = new double[RoundsRun];
            SimulationReport report = null!;
            for (int round = -WarmUp; round < RoundsRun; round++)
            {
                TimeSpan began = Environment.CpuUsage.TotalTime;
                report = Simulator.Compare(workload, [variant])[0];
                rates[Math.Max(0, round)] = report.Requests / (Environment.CpuUsage.TotalTime - began).TotalSeconds;
            }

            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"at {share:P0} of the busiest minute: {report.Requests:N0} requests, {report.Events:N0} decisions, mean wait {report.WaitSeconds.Mean:N3} s, hash {report.Hash[..12]}"));
            if (share == Gated)
            {
                verdicts.AtLeast("requests simulated a second of processor time, collector included", rates, Gate, 150_000, "#,0");
            }
            else
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"requests simulated a second of processor time: {Rounds.Median(rates):N0} (no gate: hundreds wait, of all sizes)"));
            }
        }

        return Task.FromResult(verdicts.ExitCode);
    }

    private static IEnumerable<TraceRequest> Read(string file)
    {
        using StreamReader text = File.OpenText(file);
        foreach (TraceRequest request in TraceReader.Read(text, file, owners: 10))
        {
            yield return request;
        }
    }

    private static PoolDefinition AtShareOfBusiestMinute(string file, decimal share)
    {
        Dictionary<string, decimal> busiest = new(StringComparer.Ordinal);
        foreach (IGrouping<long, TraceRequest> minute in Read(file).GroupBy(r => (long)r.At.TotalMinutes))
        {
            foreach (IGrouping<string, ResourceAmount> kind in minute.SelectMany(r => r.Resources).GroupBy(a => a.Kind, StringComparer.Ordinal))
            {
                busiest[kind.Key] = Math.Max(busiest.GetValueOrDefault(kind.Key), kind.Sum(a => a.Quantity.Units));
            }
        }

        return new(
            "model",
            [
                .. busiest.OrderBy(b => b.Key, StringComparer.Ordinal).Select(b => b.Key == "tokens.context"
                    ? new Supply(b.Key, Quantity.Of(1_000_000))
                    : new Supply(b.Key, Quantity.Of((long)(b.Value * share)), Quantity.Of((long)(b.Value * share)), TimeSpan.FromMinutes(1))),
            ],
            Labels.None, PurchaseOption.OnDemand, null);
    }

    private static string? SharedData(string path)
    {
        string file = Path.Combine(Repository.Root, "..", "shared", "data", path);
        return File.Exists(file) ? file : null;
    }
}
