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
/// With <c>--halves</c> it is a day of two stretches of twelve hours each, by their numbers from the trace's start on, of pods of at most six hours and without deadlines: a load that changes at noon.
/// </remarks>
internal static class AlibabaTrace
{
    private const string Pods = "alibaba-gpu-2023/openb_pod_list_default.csv";
    private const string Usage = "usage: dotnet run -c Release --project bench -- alibaba OUT.csv [--seed N] [--halves N,N]    (the seed is 1 unless given)";
    private const int Tenants = 10;
    private const int Deadline = 5;

    private static readonly TimeSpan Half = TimeSpan.FromHours(12);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(6);

    private static readonly decimal[] Slack = [1.5m, 3, 10];
    private static readonly string[] Kinds = ["cpu", "memory", "gpu"];

    // The weights of the first tenant, the first two, the first three …
    private static readonly double[] UpTo = [.. Enumerable.Range(1, Tenants).Select(k => Enumerable.Range(1, k).Sum(j => 1.0 / j))];

    public static async Task<int> RunAsync(string[] args)
    {
        if (!TryRead(args, out int seed, out int[] halves))
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
        TraceRequest[] all = [.. TraceReader.Read(text, pods)];
        string[] rows = [.. Rows(all, new Random(seed), halves)];
        await File.WriteAllLinesAsync(args[0], ["time,id,owner,priority,duration,deadline,preemptible," + string.Join(',', Kinds), .. rows]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rows.Length:N0} requests of {Tenants} tenants, seed {seed}: {args[0]}"));
        return 0;
    }

    private static bool TryRead(string[] args, out int seed, out int[] halves)
    {
        (seed, halves) = (1, []);
        if (args.Length is not (1 or 3 or 5) || args[0].StartsWith('-'))
        {
            return false;
        }

        for (int i = 1; i < args.Length; i += 2)
        {
            int[] numbers = [.. args[i + 1].Split(',').Select(n => int.TryParse(n, CultureInfo.InvariantCulture, out int number) ? number : -1)];
            if (args[i] == "--seed" && numbers is [>= 0 and var drawn])
            {
                seed = drawn;
            }
            else if (args[i] == "--halves" && numbers is [>= 0, >= 0])
            {
                halves = numbers;
            }
            else
            {
                return false;
            }
        }

        return true;
    }

    private static IEnumerable<string> Rows(IReadOnlyList<TraceRequest> pods, Random random, int[] halves)
    {
        string[] all = [.. Rows(pods, random)];
        return halves.Length == 0 ? all : halves.SelectMany((half, place) => pods.Select((pod, i) => (Pod: pod, Row: all[i])).Where(p => (int)(p.Pod.At / Half) == half && p.Pod.Duration <= Longest)
            .Select(p => InHalf(p.Row, Seconds(p.Pod.At - (half * Half) + (place * Half)))));
    }

    // The row with another time, and without a deadline.
    private static string InHalf(string row, decimal at) =>
        string.Join(',', row.Split(',').Select((cell, i) => i == 0 ? at.ToString("0.###", CultureInfo.InvariantCulture) : i == Deadline ? "" : cell));

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
