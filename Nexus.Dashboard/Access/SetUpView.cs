using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Access;

/// <summary>Where the set-up is.</summary>
public enum SetUpStep
{
    Administrator,
    Installation,
    Pools,
    Connect,

    /// <summary>Somebody else was faster.</summary>
    Finished,

    /// <summary>Too late, or mistyped.</summary>
    BadLink,
}

/// <summary>What a step of the set-up shows.</summary>
public sealed record SetUpView(SetUpStep Step)
{
    /// <summary>What is wrong with what was sent.</summary>
    public string? Message { get; init; }

    /// <summary>The token of the printed link.</summary>
    public string? Link { get; init; }

    /// <summary>What was typed as the name: of the administrator, the installation, the pool, the owner.</summary>
    public string? Name { get; init; }

    public string? TimeZone { get; init; }

    public string? Amount { get; init; }

    public IReadOnlyList<ResourceKind> Kinds { get; init; } = [];

    /// <summary>The new key, shown this once.</summary>
    public string? Key { get; init; }

    public string? KeyId { get; init; }

    /// <summary>Where this server is, as the browser sees it.</summary>
    public string? Address { get; init; }

    /// <summary>A kind that some pool has.</summary>
    public string? Kind { get; init; }

    /// <summary>The event after which the first request is expected.</summary>
    public long After { get; init; }
}
