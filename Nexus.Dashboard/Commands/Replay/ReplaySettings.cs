namespace Nexus.Dashboard.Commands.Replay;

/// <summary>How a trace is replayed.</summary>
/// <param name="Speed">All times of the trace are divided by it; above 0.</param>
/// <param name="Model">The label <c>model</c> of every request; null: none.</param>
/// <param name="TokensPerSecond">How fast a model answers, in the trace's time; above 0.</param>
/// <param name="LeaseLength">What is asked for; null: the server's default.</param>
/// <param name="MaxWait">How long a request waits for its grant, by the wall clock.</param>
/// <param name="Run">Begins the ids of requests whose trace states none.</param>
/// <param name="PrefixAllIds">Whether it begins the stated ids too.</param>
internal sealed record ReplaySettings(
    double Speed,
    string? Model,
    decimal TokensPerSecond,
    TimeSpan? LeaseLength,
    TimeSpan MaxWait,
    string Run,
    bool PrefixAllIds)
{
    /// <summary>What the server gives to whom asks for no length.</summary>
    private static readonly TimeSpan ServersLeaseLength = TimeSpan.FromSeconds(300);

    /// <summary>A grant that is held longer than this is renewed this often.</summary>
    public TimeSpan RenewEvery => (LeaseLength ?? ServersLeaseLength) / 3;
}
