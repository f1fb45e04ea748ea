using System.Net;
using Nexus.Dashboard.Commands;
using Nexus.Dashboard.Commands.Policies;
using Nexus.Dashboard.Features.Pools;

namespace Nexus.Dashboard.Tests.Dashboard.Commands.Policies;

/// <summary>What becomes of changes that somebody else, or the network, comes in between of.</summary>
public sealed class PolicyApplicationTests(NexusServer server) : IClassFixture<NexusServer>, IDisposable
{
    private readonly PolicyFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_somebody_changed_since_it_was_read_is_not_overwritten_and_what_was_made_before_is_said()
    {
        await CommandRun.OfProgramAsync("policy", "apply", _folder.Write("begin", ("pools.json", """{"a": {"resources": {"gpu": 1}}, "b": {"resources": {"gpu": 1}}}""")), "--data", server.Folder);
        (_, string key) = await server.KeyAsync("/", ["configure", "read"]);
        using HttpClient other = server.Client(key);
        await using SystemConnection system = SystemConnection.To(server.Address, key);
        PolicyContent present = await PolicyContent.ReadAsync(system, TestContext.Current.CancellationToken);
        PolicyContent wanted = PolicyContent.ReadFolder(
            _folder.Write("wanted", ("pools.json", """{"a": {"resources": {"gpu": 2}}, "b": {"resources": {"gpu": 2}}, "c": {"resources": {"gpu": 2}}}""")), present.Currency, _ => { });
        IReadOnlyList<PolicyChange> changes = PolicyCheck.Order(present, PolicyPlan.Of(present, wanted), _folder["wanted"], TimeProvider.System);
        Assert.Equal(HttpStatusCode.OK, (await other.PutAsync("/api/v1/pools/b", Json("""{"resources": {"gpu": 9}}"""), TestContext.Current.CancellationToken)).StatusCode);

        PolicyApplied applied = await new PolicyApplication(system, present, wanted).ApplyAsync(changes, TestContext.Current.CancellationToken);

        Assert.Equal("a / b / c", string.Join(" / ", Names(applied.Done).Concat(Names(applied.Failed)).Concat(Names(applied.Left))));
        Assert.StartsWith("Somebody changed it since it was read", applied.Reason, StringComparison.Ordinal);
        Assert.Contains("\"gpu\":9", await other.GetStringAsync("/api/v1/pools/b", TestContext.Current.CancellationToken), StringComparison.Ordinal);

        CommandRun again = await CommandRun.OfProgramAsync("policy", "apply", _folder["wanted"], "--data", server.Folder);
        Assert.Equal(0, again.ExitCode);
    }

    [Fact]
    public async Task What_somebody_made_meanwhile_is_not_overwritten_either()
    {
        (_, string key) = await server.KeyAsync("/", ["configure", "read"]);
        using HttpClient other = server.Client(key);
        await using SystemConnection system = SystemConnection.To(server.Address, key);
        PolicyContent present = await PolicyContent.ReadAsync(system, TestContext.Current.CancellationToken);
        PolicyContent wanted = PolicyContent.ReadFolder(_folder.Write("wanted", ("quotas.json", """{"fresh": {"rules": [{"resource": "gpu", "limit": 2}]}}""")), present.Currency, _ => { });
        await other.PutAsync("/api/v1/quotas/fresh", Json("""{"weight": 3}"""), TestContext.Current.CancellationToken);

        PolicyApplied applied = await new PolicyApplication(system, present, wanted).ApplyAsync(PolicyPlan.Of(present, wanted), TestContext.Current.CancellationToken);

        Assert.Equal(["fresh"], Names(applied.Failed));
        Assert.Contains("\"weight\":3", await other.GetStringAsync("/api/v1/quotas/fresh", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_connection_that_is_lost_it_is_said_that_the_outcome_is_not_known()
    {
        await using SystemConnection nowhere = SystemConnection.To(new Uri("http://127.0.0.1:1"), "nxs_any");
        PolicyContent empty = new([], "USD");
        PolicyContent wanted = new([PolicyParts.Pools.Of([new PoolBody { Resources = new() { ["gpu"] = new SupplyBody { Amount = new(1) } } }.ToDefinition("a").Value!], "USD")], "USD");

        PolicyApplied applied = await new PolicyApplication(nowhere, empty, wanted).ApplyAsync(PolicyPlan.Of(empty, wanted), TestContext.Current.CancellationToken);

        Assert.Equal(["a"], Names(applied.Failed));
        Assert.Contains("Whether it was changed is not known", applied.Reason, StringComparison.Ordinal);
    }

    private static StringContent Json(string text) => new(text, System.Text.Encoding.UTF8, "application/json");

    private static string[] Names(IEnumerable<PolicyChange> changes) => [.. changes.Select(c => c.Name)];
}
