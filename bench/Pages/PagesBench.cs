using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Nexus.Bench.Running;

namespace Nexus.Bench.Pages;

/// <summary>From the start of the process to ready, and to the first page with everything it names, against a Blazor Server program with MudBlazor that does nothing.</summary>
internal static partial class PagesBench
{
    private const int RoundsOfEach = 9;

    public static async Task<int> RunAsync(string[] args)
    {
        string empty = Repository.Publish("bench/Empty");
        using NexusServer nexus = NexusServer.Prepare();
        TimeSpan first = await nexus.StartAsync();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the very first start, which makes both databases, was ready after {first.TotalSeconds:0.00} s"));
        using HttpClient person = await SignInAsync(nexus);
        nexus.Kill();
        using HttpClient nobody = new();
        await EmptyAsync(empty, nobody);
        List<Start> nexuses = [], empties = [];
        for (int round = 0; round < RoundsOfEach; round++)
        {
            empties.Add(await EmptyAsync(empty, nobody));
            nexuses.Add(await NexusAsync(nexus, person));
        }

        Console.WriteLine($"{RoundsOfEach} starts of each in turn, published, files in the cache of the system; ready = /health/ready answers; page = the document of / (Nexus: the Overview, signed in); complete = and every style, script and font that it names");
        Console.WriteLine("seconds            ready    page  complete   files     KB");
        Print("empty program", empties);
        Print("Nexus", nexuses);
        Verdicts verdicts = new();
        double[] Against(Func<Start, TimeSpan> of) => [.. nexuses.Zip(empties, (n, e) => of(n) / of(e))];
        verdicts.AtMost("start to ready against the empty program", Against(s => s.Ready), 2, 1.5);
        verdicts.AtMost("start to first page complete against the empty program", Against(s => s.Complete), 2, 1.5);
        return verdicts.ExitCode;
    }

    private static async Task<Start> EmptyAsync(string program, HttpClient http)
    {
        Uri url = ServerProcess.FreeAddress();
        using ServerProcess process = ServerProcess.Start(program, url, "--urls", url.GetLeftPart(UriPartial.Authority));
        return await OpenAsync(process, http, await process.WaitAsync("/health/ready"));
    }

    private static async Task<Start> NexusAsync(NexusServer nexus, HttpClient person)
    {
        TimeSpan ready = await nexus.StartAsync();
        Start start = await OpenAsync(nexus.Process, person, ready);
        nexus.Kill();
        return start;
    }

    private static async Task<Start> OpenAsync(ServerProcess process, HttpClient http, TimeSpan ready)
    {
        using HttpResponseMessage answer = await http.GetAsync(process.Url);
        string document = await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
        if (answer.RequestMessage!.RequestUri!.AbsolutePath != "/")
        {
            throw new InvalidOperationException($"the page was at {answer.RequestMessage.RequestUri}: nobody is signed in");
        }

        TimeSpan page = process.Age;
        string[] files = [.. File().Matches(document).Select(m => m.Groups["path"].Value).Distinct(StringComparer.Ordinal)];
        byte[][] contents = await Task.WhenAll(files.Select(f => http.GetByteArrayAsync(new Uri(process.Url, f))));
        return new Start(ready, page, process.Age, files.Length, document.Length + contents.Sum(c => c.Length));
    }

    // The session is kept with the data, so that whoever is signed in stays so over all starts.
    private static async Task<HttpClient> SignInAsync(NexusServer nexus)
    {
        using JsonDocument added = JsonDocument.Parse(nexus.Run("users", "add", "bench", "--role", "admin"));
        return await Person.SignInAsync(nexus.Url, "bench", added.RootElement.GetProperty("password").GetString()!);
    }

    private static void Print(string name, List<Start> starts)
    {
        double Median(Func<Start, double> of) => Rounds.Median(starts.Select(of));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-16}{Median(s => s.Ready.TotalSeconds),8:0.00}{Median(s => s.Page.TotalSeconds),8:0.00}{Median(s => s.Complete.TotalSeconds),10:0.00}{Median(s => s.Files),8:0}{Median(s => s.Bytes / 1024.0),7:N0}"));
    }

    [GeneratedRegex("""(?:href|src)="(?<path>/?[^":]+\.(?:css|js|woff2)[^"]*)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex File();

    private sealed record Start(TimeSpan Ready, TimeSpan Page, TimeSpan Complete, int Files, int Bytes);
}
