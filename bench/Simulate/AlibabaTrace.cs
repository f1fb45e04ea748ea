using System.Globalization;
using Nexus.Bench.Running;
using Nexus.Engine.Resources;
using Nexus.Engine.Simulation.Traces;

namespace Nexus.Bench.Simulate;

/// <summary>
/// Makes a trace in the native layout of the pods of the Alibaba GPU trace, with what that trace lacks to tell strategies apart: tenants of unequal size, and deadlines.
/// </summary>
/// <remarks>
/// Times, amounts, class and <c>preemptible</c> are the pod's, as <c>simulate</c> reads them. A tenant is drawn by Zipf's law (the k-th in proportion to 1 ÷ k), and a
/// deadline is the arrival and 1.5, 3 or 10 times the duration after it, each as likely. The same seed makes the same file.
/// </remarks>
internal static class AlibabaTrace
{
    private const string Pods = "alibaba-gpu-2023/openb_pod_list_default.csv";
    private const string Usage = "usage: dotnet run -c Release --project bench -- alibaba OUT.csv [--seed N]    (N is 1 unless given)";
    private const int Tenants = 10;

    private static readonly decimal[] Slack = [1.5m, 3, 10];
    private static readonly string[] Kinds = ["cpu", "memory", "gpu"];

    // The weights of the first tenant, the first two, the first three …
    private static readonly double[] UpTo = [.. Enumerable.Range(1, Tenants).Select(k => Enumerable.Range(1, k).Sum(j => 1.0 / j))];

    public static async Task<int> RunAsync(string[] args)
    {
        int seed = 1;
        if (args.Length is not (1 or 3) || args[0].StartsWith('-') || (args.Length == 3 && (args[1] != "--seed" || !int.TryParse(args[2], CultureInfo.InvariantCulture, out seed))))
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        string pods = Path.Combine(Repository.Root, "..", "shared", "data", Pods);
        if (!File.Exists(pods))
        {
            Console.WriteLine($"skipped: ../shared/data/{Pods} is not here");
            return 0;
        }

        using StreamReader text = File.OpenText(pods);
        string[] rows = [.. Rows(TraceReader.Read(text, pods), new Random(seed))];
        await File.WriteAllLinesAsync(args[0], ["time,id,owner,priority,duration,deadline,preemptible," + string.Join(',', Kinds), .. rows]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rows.Length:N0} requests of {Tenants} tenants, seed {seed}: {args[0]}"));
        return 0;
    }

    private static IEnumerable<string> Rows(IEnumerable<TraceRequest> pods, Random random)
    {
        foreach (TraceRequest pod in pods)
        {
            double drawn = random.NextDouble() * UpTo[^1];
            int tenant = Array.FindIndex(UpTo, upTo => drawn < upTo) + 1;
            decimal slack = Slack[random.Next(Slack.Length)];
            decimal at = Seconds(pod.At);
            decimal runs = Seconds(pod.Duration ?? throw new InvalidOperationException($"pod {pod.Id} states no end"));
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{at:0.###},{pod.Id},tenant-{tenant}/{pod.Owner.Segments[^1]},{pod.Priority},{runs:0.###},{at + (runs * slack):0.###},{(pod.Preemptible ? "true" : "false")},{Amounts(pod.Resources)}");
        }
    }

    private static string Amounts(ResourceVector needs) => string.Join(',', Kinds.Select(kind => needs.Has(kind) ? needs[kind].ToString() : ""));

    private static decimal Seconds(TimeSpan span) => span.Ticks / (decimal)TimeSpan.TicksPerSecond;
}
