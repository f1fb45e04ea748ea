using System.Collections.Concurrent;
using System.Globalization;

namespace Nexus.Dashboard.Demo;

/// <summary>Gives workflows of several model calls an allowance for each of their runs, and each of their agents a branch of it: one has enough, the other is stopped by its own run.</summary>
internal sealed class DemoRuns(TimeProvider time)
{
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan Lasts = TimeSpan.FromMinutes(20);

    // What a run may spend, and of it each agent.
    private static readonly Dictionary<string, (string Run, string Branch, int Calls)> Workflows = new(StringComparer.Ordinal)
    {
        ["acme/alice/invoice-triage"] = ("6", "2", 800),
        ["initech/peter/report-writer"] = ("3", "2.2", 60),
    };

    private readonly ConcurrentDictionary<string, Lazy<Task<bool>>> _opened = new(StringComparer.Ordinal);
    private readonly long _began = time.GetTimestamp();

    /// <summary>The branch that an agent draws from now; null where its workflow has no allowance.</summary>
    /// <param name="client">The tenant's.</param>
    /// <param name="owner">The agent.</param>
    /// <param name="start">What tells this start of the demo from others.</param>
    /// <param name="cancellation">Ends the calls.</param>
    public async Task<string?> BranchAsync(DemoClient client, string owner, string start, CancellationToken cancellation)
    {
        int last = owner.LastIndexOf('/');
        string workflow = owner[..last];
        if (!Workflows.TryGetValue(workflow, out (string Run, string Branch, int Calls) limits))
        {
            return null;
        }

        long number = (long)(time.GetElapsedTime(_began) / Length);
        string run = string.Create(CultureInfo.InvariantCulture, $"{workflow[(workflow.LastIndexOf('/') + 1)..]}-{start}-{number}");
        string branch = $"{run}.{owner[(last + 1)..]}";
        bool there = await OnceAsync(run, () => client.PostAsync("api/v1/allowances", new
        {
            id = run, owner = workflow, limits = new Dictionary<string, object> { ["money"] = new { amount = limits.Run }, ["llm.calls"] = limits.Calls }, maxDepth = 2, expiresAt = time.GetUtcNow() + Lasts,
        }, cancellation)) && await OnceAsync(branch, () => client.PostAsync("api/v1/allowances", new
        {
            id = branch, owner, parent = run, limits = new Dictionary<string, object> { ["money"] = new { amount = limits.Branch } },
        }, cancellation));
        return there ? branch : null;
    }

    private Task<bool> OnceAsync(string id, Func<Task<bool>> open) => _opened.GetOrAdd(id, _ => new Lazy<Task<bool>>(open)).Value;
}
