using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Replay;

/// <summary>One real hour of LLM traffic (Azure, 2023), sent at 240 times its speed while people watch.</summary>
[Collection(typeof(AloneOnTheMachine))]
public sealed class WatchedReplayTests(Chromium chromium, ITestOutputHelper output)
{
    private const int Speed = 240;

    // The whole hour is for --long.
    private static readonly int Most = Environment.GetEnvironmentVariable("NEXUS_LONG") is { Length: > 0 } ? int.MaxValue : 8_000;

    private static readonly string Hour = Path.GetFullPath(Path.Combine(PublishedProgram.Root, "..", "shared", "data", "azure-llm-2023", "AzureLLMInferenceTrace_conv.csv"));

    [Fact]
    public async Task Watched_on_four_pages_it_is_live_and_smooth_and_the_totals_on_the_pages_are_the_reports()
    {
        Assert.SkipUnless(File.Exists(Hour), $"The trace is not here: {Hour}");
        (string trace, int requests, long input, long generated) = await ShortenAsync();
        await using NexusSystem nexus = await NexusSystem.StartAsync(chromium);
        // The buckets are never empty, and refill a little slower than the traffic takes from them, so that there is something to see.
        await nexus.Server.CallAsync(HttpMethod.Put, "/api/v1/pools/llm", """
            {"resources":{"llm.calls":{"rate":1000,"per":"PT1S","burst":1000000},"tokens.input":{"rate":1000000,"per":"PT1S","burst":100000000},"tokens.output":{"rate":200000,"per":"PT1S","burst":100000000},"tokens.context":200000}}
            """);
        string key = await nexus.Server.CreateKeyAsync("/", "requests", "read");
        TaskCompletionSource<JsonElement> replay = new(TaskCreationOptions.RunContinuationsAsynchronously);
        List<Task> opened = [];
        string total = requests.ToString("#,0", CultureInfo.InvariantCulture);

        Task[] watching =
        [
            WatchAsync(nexus, "/", ".ov-strip", opened, replay.Task, async page =>
            {
                // The share of refusals is summed over the points of the series, of which there is one every ten seconds.
                await Assertions.Expect(page.Locator(".ov-strip")).ToContainTextAsync($"0 of {total}, last hour", new() { Timeout = 15_000 });
            }),
            WatchAsync(nexus, "/pools", "tbody tr", opened, replay.Task, async page =>
                await Assertions.Expect(page.Locator("tfoot")).ToContainTextAsync("tokens.input 0 of 100", new() { Timeout = 30_000 })),
            WatchAsync(nexus, "/pools/llm", "table.nxt tbody", opened, replay.Task, async page =>
            {
                await Assertions.Expect(page.GetByTitle(input.ToString("#,0", CultureInfo.InvariantCulture), new() { Exact = true })).ToBeVisibleAsync();
                await Assertions.Expect(page.GetByTitle(generated.ToString("#,0", CultureInfo.InvariantCulture), new() { Exact = true })).ToBeVisibleAsync();
            }),
            WatchAsync(nexus, "/queue?status=ended", "nav.seg", opened, replay.Task, async page =>
            {
                await Assertions.Expect(page.Locator("nav.seg")).ToContainTextAsync($"Ended{total}");
                await Assertions.Expect(page.Locator("nav.seg")).ToContainTextAsync("Running0");
                await Assertions.Expect(page.Locator("nav.seg")).ToContainTextAsync("Waiting0");
            }),
        ];
        // A page that is opened late would see nothing of so short a replay. One that does not open at all ends the wait, and fails below.
        await Task.WhenAny([Task.WhenAll(opened), .. watching]);
        JsonElement report = await NexusServer.RunAsync("replay", trace, "--url", nexus.Server.Url.ToString(), "--key", key, "--speed", Speed.ToString(CultureInfo.InvariantCulture));
        replay.SetResult(report);
        await Task.WhenAll(watching);

        JsonElement settled = report.GetProperty("settled");
        Assert.Equal((requests, 0), (report.GetProperty("requests").GetInt32(), report.GetProperty("errors").GetInt32()));
        Assert.Equal(requests, report.GetProperty("allocated").GetInt32() + report.GetProperty("queuedThenAllocated").GetInt32());
        Assert.Equal((input, generated), ((long)settled.GetProperty("tokens.input").GetDecimal(), (long)settled.GetProperty("tokens.output").GetDecimal()));
        output.WriteLine($"{total} requests, {report.GetProperty("latencyMs")}");
    }

    // Looks at a part of a page until the replay ends; it must change all the time, and nothing may hold the page up.
    private async Task WatchAsync(NexusSystem nexus, string address, string part, List<Task> opened, Task<JsonElement> replay, Func<IPage, Task> afterwards)
    {
        TaskCompletionSource open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        opened.Add(open.Task);
        await nexus.VisitAsync("viewer", address, async visitor =>
        {
            open.TrySetResult();
            await visitor.Page.EvaluateAsync("window.longest = 0; new PerformanceObserver(all => { for (const one of all.getEntries()) window.longest = Math.max(window.longest, one.duration); }).observe({ entryTypes: ['longtask'] })");
            HashSet<string> seen = [];
            while (!replay.IsCompleted)
            {
                seen.Add(await visitor.Page.Locator(part).First.InnerTextAsync());
                await Task.WhenAny(replay, Task.Delay(200));
            }

            await afterwards(visitor.Page);
            int longest = await visitor.Page.EvaluateAsync<int>("Math.round(window.longest)");
            output.WriteLine($"{address}: {seen.Count} states seen, the page was held up for {longest} ms at most");
            Assert.True(seen.Count >= 5, $"{address} changed {seen.Count - 1} times");
            Assert.True(longest < 1_000, $"{address} stood still for {longest} ms");
        });
    }

    private static async Task<(string Trace, int Requests, long Input, long Generated)> ShortenAsync()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("nexus-trace-").FullName, "hour.csv");
        string[] lines = [.. (await File.ReadAllLinesAsync(Hour)).Where(line => line.Length > 0)];
        string[] rows = [.. lines.Skip(1).Take(Most)];
        await File.WriteAllLinesAsync(file, [lines[0], .. rows]);
        return (file, rows.Length, Sum(1), Sum(2));

        long Sum(int column) => rows.Sum(row => long.Parse(row.Split(',')[column], CultureInfo.InvariantCulture));
    }
}
