using System.Text.RegularExpressions;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Metrics;

[Collection(typeof(OnTheDemoSystem))]
public sealed partial class GrafanaDashboardTests(DemoSystem nexus)
{
    // Appears with the first failure.
    private const string OnlyAfterAFailure = "nexus_engine_commit_failures_total";

    [Fact]
    public async Task The_dashboard_in_the_docs_asks_for_metrics_that_exist() =>
        await nexus.VisitAsync("viewer", "/", async _ =>
        {
            string dashboard = await File.ReadAllTextAsync(Path.Combine(PublishedProgram.Root, "docs", "grafana", "nexus.json"));
            string[] asked = [.. Metric().Matches(dashboard).Select(match => match.Groups["name"].Value).Distinct().Where(name => name != OnlyAfterAFailure)];
            Assert.True(asked.Length > 10);

            string metrics = await nexus.Server.Http.GetStringAsync("/metrics");

            string[] missing = [.. asked.Where(name => !metrics.Contains($"\n{name}{{", StringComparison.Ordinal) && !metrics.Contains($"\n{name} ", StringComparison.Ordinal))];
            Assert.Empty(missing);
        });

    [GeneratedRegex(@"(?<name>[a-z][a-z0-9_]+)\{instance", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Metric();
}
