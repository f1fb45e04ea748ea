using Xunit;

namespace Nexus.Dashboard.Tests.Dashboard.Commands;

public sealed class NexusCommandLineTests
{
    [Theory]
    [InlineData]
    [InlineData("serve")]
    [InlineData("replay")]
    [InlineData("journal")]
    [InlineData("journal", "verify")]
    [InlineData("journal", "export")]
    [InlineData("backup")]
    [InlineData("policy")]
    [InlineData("policy", "export")]
    [InlineData("policy", "apply")]
    [InlineData("users")]
    [InlineData("users", "add")]
    [InlineData("users", "list")]
    [InlineData("users", "set-role")]
    [InlineData("users", "remove")]
    [InlineData("keys")]
    [InlineData("keys", "create")]
    [InlineData("keys", "list")]
    [InlineData("keys", "revoke")]
    public async Task Every_command_explains_itself(params string[] command)
    {
        CommandRun run = await CommandRun.OfAsync([.. command, "--help"]);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Usage:", run.Output);
        Assert.Contains("--json", run.Output);
        Assert.Equal(command.Length > 0, run.Output.Contains("Examples:"));
    }

    [Theory]
    [InlineData("rplay")]
    [InlineData("--surprise")]
    [InlineData("serve", "extra")]
    [InlineData("serve", "--demo", "--no-demo")]
    [InlineData("serve", "--demo=maybe")]
    [InlineData("replay")]
    [InlineData("replay", "t.csv", "--speed", "0")]
    [InlineData("replay", "t.csv", "--speed", "fast")]
    [InlineData("replay", "t.csv", "--owners", "0")]
    [InlineData("replay", "t.csv", "--tokens-per-second", "-1")]
    [InlineData("replay", "t.csv", "--lease-seconds", "0")]
    [InlineData("replay", "t.csv", "--max-wait", "0")]
    [InlineData("replay", "t.csv", "--run", "a b")]
    [InlineData("replay", "t.csv", "--url", "ftp://x")]
    [InlineData("journal")]
    [InlineData("journal", "export", "--after", "-1")]
    [InlineData("backup")]
    [InlineData("policy", "export")]
    [InlineData("policy", "apply")]
    [InlineData("users")]
    [InlineData("users", "add")]
    [InlineData("users", "add", "ada")]
    [InlineData("keys", "create", "--owner", "acme")]
    [InlineData("keys", "revoke")]
    public async Task Bad_usage_ends_with_2_and_says_where_help_is(params string[] args)
    {
        CommandRun run = await CommandRun.OfAsync(args);

        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Contains("--help", run.Error);
    }

    [Fact]
    public async Task A_mistyped_command_is_recognised() =>
        Assert.Contains("replay", (await CommandRun.OfAsync("rplay")).Error);

    [Fact]
    public async Task Help_never_prints_a_key_of_the_environment()
    {
        string? before = Environment.GetEnvironmentVariable("NEXUS_KEY");
        Environment.SetEnvironmentVariable("NEXUS_KEY", "nxs_secret");
        try
        {
            Assert.DoesNotContain("nxs_secret", (await CommandRun.OfAsync("replay", "--help")).Output);
        }
        finally
        {
            Environment.SetEnvironmentVariable("NEXUS_KEY", before);
        }
    }
}
