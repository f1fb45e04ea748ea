using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Alerts.Delivery;

/// <summary>How a channel tells people.</summary>
internal enum ChannelKind
{
    /// <summary>By an HTTP call.</summary>
    Webhook = 0,

    /// <summary>By e-mail.</summary>
    Email = 1,
}

/// <summary>A way to tell people.</summary>
internal sealed record AlertChannel
{
    public string Id { get; init; } = "";

    public ChannelKind Kind { get; init; }

    /// <summary>Told of alerts within this path alone; who may act for it may change it. Empty: the root.</summary>
    public string Owner { get; init; } = "";

    /// <summary>Where a webhook is sent.</summary>
    public string? Url { get; init; }

    /// <summary>The environment variable that holds the secret which signs webhooks; null: they are not signed.</summary>
    public string? SecretVariable { get; init; }

    /// <summary>To whom e-mail goes, separated by spaces.</summary>
    public string To { get; init; } = "";

    /// <summary>True where it is told of every rule that names no channels.</summary>
    public bool IsDefault { get; init; }

    /// <summary>Counts the changes.</summary>
    public long Version { get; init; }

    /// <summary>The same as a path.</summary>
    public OwnerPath Within => OwnerPath.Parse(Owner);

    /// <summary>The addresses, one by one.</summary>
    public IReadOnlyList<string> Addresses => To.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Where it goes, for people.</summary>
    public string Where => Kind == ChannelKind.Webhook ? Url! : string.Join(", ", Addresses);
}
