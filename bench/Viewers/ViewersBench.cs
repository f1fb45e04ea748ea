using System.Globalization;
using System.Net;
using System.Text.Json;
using Nexus.Bench.Running;

namespace Nexus.Bench.Viewers;

/// <summary>What those cost who watch the Overview while the demo workload runs: the same server without any, with subscribers of the hub, and with whole pages.</summary>
internal static class ViewersBench
{
    private const int RoundsOfEach = 3;
    private const int Most = 200;
    private const int AtOnce = 8;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(8);

    public static async Task<int> RunAsync(string[] args)
    {
        int count = args is [var chosen, ..] ? int.Parse(chosen, CultureInfo.InvariantCulture) : Most;
        using NexusServer nexus = await NexusServer.StartAsync(demo: true);
        using JsonDocument added = JsonDocument.Parse(nexus.Run("users", "add", "viewer", "--role", "viewer"));
        CookieContainer session = await Person.SessionAsync(nexus.Url, "viewer", added.RootElement.GetProperty("password").GetString()!);
        Console.WriteLine($"{count} viewers (another number: viewers N) of the Overview of the demo workload, {RoundsOfEach} rounds of {Length.TotalSeconds:0} s of each in turn, after {WarmUp.TotalSeconds:0} s to warm up and {Settle.TotalSeconds:0} s for each crowd to settle");
        await WatchAsync(nexus, session, PageViewer.OpenAsync, count / 4);
        await Task.Delay(WarmUp);
        List<Watched> none = [], hub = [], pages = [];
        for (int round = 0; round < RoundsOfEach; round++)
        {
            none.Add(await WatchAsync(nexus, session, HubViewer.OpenAsync, 0));
            hub.Add(await WatchAsync(nexus, session, HubViewer.OpenAsync, count));
            pages.Add(await WatchAsync(nexus, session, PageViewer.OpenAsync, count));
        }

        Console.WriteLine("                                      % of a core   KB/s to each   seen/s by each");
        Print("nobody", none);
        Print("subscribers of the hub", hub);
        Print("pages (circuit and hub)", pages);
        Verdicts verdicts = new();
        double[] Added(List<Watched> of) => [.. of.Zip(none, (w, n) => (w.Core - n.Core) * 100)];
        verdicts.AtMost($"what {count} subscribers of the hub add, % of a core", Added(hub), 15, format: "0.0");
        verdicts.AtMost($"what {count} open pages add, % of a core", Added(pages), 15, format: "0.0");
        verdicts.AtMost("KB a second to a subscriber of the hub", [.. hub.Select(w => w.KilobytesASecond)], 10, format: "0.0");
        verdicts.AtMost("KB a second to an open page", [.. pages.Select(w => w.KilobytesASecond)], 10, format: "0.0");
        return verdicts.ExitCode;
    }

    private static async Task<Watched> WatchAsync(NexusServer nexus, CookieContainer session, Func<Uri, CookieContainer, Task<Viewer>> open, int count)
    {
        List<Viewer> viewers = [];
        try
        {
            while (viewers.Count < count)
            {
                viewers.AddRange(await Task.WhenAll(Enumerable.Range(0, Math.Min(AtOnce, count - viewers.Count)).Select(_ => open(nexus.Url, session))));
            }

            await Task.Delay(Settle);
            (TimeSpan cpu, TimeSpan age) = (nexus.Process.Cpu, nexus.Process.Age);
            (long bytes, int[] seen) = (viewers.Sum(v => v.Bytes), [.. viewers.Select(v => v.Seen)]);
            await Task.Delay(Length);
            double seconds = (nexus.Process.Age - age).TotalSeconds;
            if (viewers.Where((v, i) => v.Seen == seen[i]).Any())
            {
                throw new InvalidOperationException("a viewer saw nothing any more: the figures would mean nothing");
            }

            double each = Math.Max(1, count) * seconds;
            return new Watched((nexus.Process.Cpu - cpu).TotalSeconds / seconds, (viewers.Sum(v => v.Bytes) - bytes) / 1024.0 / each, (viewers.Sum(v => v.Seen) - seen.Sum()) / each);
        }
        finally
        {
            await Task.WhenAll(viewers.Select(v => v.DisposeAsync().AsTask()));
        }
    }

    private static void Print(string name, List<Watched> rounds)
    {
        double Median(Func<Watched, double> of) => Rounds.Median(rounds.Select(of));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-36}{Median(w => w.Core * 100),13:0.0}{Median(w => w.KilobytesASecond),15:0.0}{Median(w => w.Seen),17:0.0}"));
    }

    private sealed record Watched(double Core, double KilobytesASecond, double Seen);
}
