using System.Globalization;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Tests.Dashboard.Api;
using Nexus.Dashboard.Tests.Dashboard.Costs;

namespace Nexus.Dashboard.Tests.Dashboard.Commands.Costs;

/// <summary><c>costs export</c> with no server running, and against one.</summary>
public sealed class CostsCommandTests(ApiServer server) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nexus-costs-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_running_server_s_lines_come_out_as_they_are()
    {
        string tenant = server.Fresh("tenant");
        await ReportAsync(tenant);
        string[] at = ["--url", server.Url.ToString(), "--key", server.Admin.Key!, "--filter", $"tenant:{tenant}"];
        string file = Path.Combine(_folder, "focus.csv");

        CommandRun csv = await CommandRun.OfProgramAsync(["costs", "export", .. at]);
        CommandRun focus = await CommandRun.OfProgramAsync(["costs", "export", "--format", "focus", "--focus-version", "1.2", "--output", file, "--from", Day(-1), "--to", Day(2), .. at]);

        Assert.Equal((0, 2), (csv.ExitCode, CsvFile.Read(csv.Output).Count));
        Assert.StartsWith("id,kind,start,end,owner,tenant", csv.Output, StringComparison.Ordinal);
        Assert.Equal((0, "", ""), (focus.ExitCode, focus.Output, focus.Error.StartsWith(file, StringComparison.Ordinal) ? "" : focus.Error));
        Assert.Contains("ProviderName", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal([file], Directory.EnumerateFiles(_folder));
    }

    [Fact]
    public async Task A_key_exports_what_it_may_see()
    {
        (string mine, string theirs) = (server.Fresh("mine"), server.Fresh("theirs"));
        await ReportAsync(mine);
        await ReportAsync(theirs);
        ApiClient below = await server.ClientAsync(mine, Scope.Read);

        CommandRun csv = await CommandRun.OfProgramAsync("costs", "export", "--url", server.Url.ToString(), "--key", below.Key!);

        IReadOnlyList<string[]> lines = CsvFile.Read(csv.Output);
        Assert.Equal([mine], lines.Skip(1).Select(l => l[Array.IndexOf(lines[0], "tenant")]).Distinct());
    }

    [Fact]
    public async Task A_directory_without_a_server_is_opened_for_it()
    {
        string data = Path.Combine(_folder, "data");

        CommandRun parquet = await CommandRun.OfProgramAsync("costs", "export", "--data", data, "--format", "parquet", "--output", Path.Combine(_folder, "none.parquet"));

        Assert.Equal(0, parquet.ExitCode);
        Assert.Equal("PAR1"u8, File.ReadAllBytes(Path.Combine(_folder, "none.parquet")).AsSpan(0, 4));
    }

    [Fact]
    public async Task What_cannot_be_exported_ends_with_its_code_and_a_sentence_and_leaves_what_was_there()
    {
        string[] at = ["--url", server.Url.ToString(), "--key", server.Admin.Key!];
        string kept = Path.Combine(_folder, "kept.csv");
        await File.WriteAllTextAsync(kept, "kept", TestContext.Current.CancellationToken);

        CommandRun[] runs =
        [
            await CommandRun.OfProgramAsync(["costs", "export", .. at, "--from", "yesterday"]),
            await CommandRun.OfProgramAsync(["costs", "export", .. at, "--format", "xml"]),
            await CommandRun.OfProgramAsync(["costs", "export", .. at, "--focus-version", "1.4"]),
            await CommandRun.OfProgramAsync(["costs", "export", .. at, "--filter", "colour:red", "--output", kept]),
            await CommandRun.OfProgramAsync(["costs", "export", .. at, "--output", Path.Combine(_folder, "none", "costs.csv")]),
            await CommandRun.OfProgramAsync("costs", "export", "--url", server.Url.ToString(), "--key", "nxs_wrong", "--output", kept),
            await CommandRun.OfProgramAsync("costs", "export", "--url", "http://127.0.0.1:1", "--key", "nxs_any"),
        ];

        Assert.Equal([2, 2, 2, 2, 2, 1, 1], runs.Select(r => r.ExitCode));
        Assert.All(runs, r => Assert.NotEmpty(r.Error));
        Assert.Equal("kept", await File.ReadAllTextAsync(kept, TestContext.Current.CancellationToken));
        Assert.Equal([kept], Directory.EnumerateFiles(_folder));
    }

    private static string Day(int from) => DateTimeOffset.UtcNow.AddDays(from).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private async Task ReportAsync(string tenant) =>
        (await server.Admin.PostAsync("/api/v1/usage", $$"""[{"id":"u1","time":"{{DateTimeOffset.UtcNow.AddMinutes(-1):yyyy-MM-dd'T'HH:mm:ss'Z'}}","owner":"{{tenant}}","resource":"llm.calls","quantity":1}]""")).Is(200);
}
