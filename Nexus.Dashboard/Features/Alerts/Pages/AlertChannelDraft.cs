using Nexus.Dashboard.Features.Alerts.Delivery;

namespace Nexus.Dashboard.Features.Alerts.Pages;

/// <summary>A channel as it is being typed.</summary>
public sealed class AlertChannelDraft
{
    public string Name { get; set; } = "";

    public bool IsEmail { get; set; }

    public string Url { get; set; } = "";

    public string Secret { get; set; } = "";

    /// <summary>Addresses, separated by commas or spaces.</summary>
    public string To { get; set; } = "";

    public string Owner { get; set; } = "";

    public bool IsDefault { get; set; } = true;

    /// <summary>True where a channel of that name is there: the name stays.</summary>
    public bool Exists { get; private init; }

    /// <summary>A channel that is there.</summary>
    internal static AlertChannelDraft Of(AlertChannel channel) => new()
    {
        Name = channel.Id, IsEmail = channel.Kind == ChannelKind.Email, Url = channel.Url ?? "", Secret = channel.SecretVariable ?? "", To = string.Join(", ", channel.Addresses), Owner = channel.Owner,
        IsDefault = channel.IsDefault, Exists = true,
    };

    /// <summary>As it is sent.</summary>
    internal AlertChannelBody ToBody() => new()
    {
        Kind = IsEmail ? ChannelKind.Email : ChannelKind.Webhook,
        Owner = Owner.Trim() is { Length: > 0 } owner ? owner : null,
        Url = IsEmail ? null : Url.Trim(),
        Secret = !IsEmail && Secret.Trim() is { Length: > 0 } secret ? new AlertSecretBody(secret) : null,
        To = IsEmail ? [.. To.Split([',', ' ', ';'], StringSplitOptions.RemoveEmptyEntries)] : null,
        Default = IsDefault,
    };
}
