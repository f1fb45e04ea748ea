using Nexus.Dashboard.Tests.Dashboard.Api;

namespace Nexus.Dashboard.Tests.Dashboard.Commands.Prices;

/// <summary><c>prices import</c> with no server running, and against one.</summary>
public sealed class PricesCommandTests(ApiServer server) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nexus-prices-").FullName;

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_directory_without_a_server_is_opened_for_it_and_keeps_the_prices()
    {
        string file = Table("m-1");

        CommandRun first = await CommandRun.OfProgramAsync("prices", "import", file, "--data", Data, "--json");
        CommandRun again = await CommandRun.OfProgramAsync("prices", "import", file, "--data", Data);

        Assert.Equal((0, 1, "m-1: output_cost_per_image"), (first.ExitCode, first.Json.GetProperty("added").GetArrayLength(), first.Json.GetProperty("skipped")[0].GetProperty("name").GetString()));
        Assert.Equal((0, "0 added, 0 changed, 1 as they were, 1 skipped"), (again.ExitCode, again.Output.Split('\n')[0].TrimEnd()));
        Assert.Contains("skipped m-1: output_cost_per_image", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_running_server_takes_it_and_a_dry_run_changes_nothing()
    {
        string model = server.Fresh("model");
        string[] at = ["--url", server.Url.ToString(), "--key", server.Admin.Key!];

        CommandRun tried = await CommandRun.OfProgramAsync(["prices", "import", Table(model), .. at, "--dry-run"]);
        CommandRun done = await CommandRun.OfProgramAsync(["prices", "import", Table(model), .. at, "--json"]);

        Assert.StartsWith("Would be: 1 added", tried.Output, StringComparison.Ordinal);
        Assert.Equal((0, 1), (done.ExitCode, done.Json.GetProperty("added").GetArrayLength()));
    }

    [Fact]
    public async Task What_cannot_be_read_or_reached_ends_with_its_code_and_a_sentence()
    {
        string broken = Path.Combine(_folder, "broken.json");
        await File.WriteAllTextAsync(broken, "{");

        CommandRun[] runs =
        [
            await CommandRun.OfProgramAsync("prices", "import", Path.Combine(_folder, "none.json"), "--data", Data),
            await CommandRun.OfProgramAsync("prices", "import", broken, "--data", Data),
            await CommandRun.OfProgramAsync("prices", "import", Table("m"), "--url", server.Url.ToString(), "--key", "nxs_wrong"),
            await CommandRun.OfProgramAsync("prices", "import", Table("m"), "--url", "http://127.0.0.1:1", "--key", "nxs_any"),
        ];

        Assert.Equal([2, 2, 1, 1], runs.Select(r => r.ExitCode));
        Assert.All(runs, r => Assert.StartsWith("error: ", r.Error, StringComparison.Ordinal));
    }

    private string Table(string model)
    {
        string file = Path.Combine(_folder, $"{model}.json");
        File.WriteAllText(file, $$"""{"{{model}}":{"litellm_provider":"maker","input_cost_per_token":2.5e-06,"output_cost_per_image":0.04} }""");
        return file;
    }
}
