using Nexus.Dashboard.Features.Alerts.Delivery;

namespace Nexus.Dashboard.Features.Alerts.Pages;

/// <summary>A channel on the page.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Kind">How it tells, in a word.</param>
/// <param name="Where">Where it goes; of a webhook the host alone.</param>
/// <param name="Owner">Within which path; null: everywhere.</param>
/// <param name="IsDefault">True where it is told of every rule that names no channels.</param>
/// <param name="Fault">What keeps it from telling anybody; null where nothing is known to.</param>
public sealed record AlertChannelLine(string Id, string Kind, string Where, string? Owner, bool IsDefault, string? Fault)
{
    /// <summary>A channel as the page shows it.</summary>
    internal static AlertChannelLine Of(AlertChannel channel) => new(
        channel.Id, channel.Kind == ChannelKind.Webhook ? "webhook" : "e-mail", channel.Kind == ChannelKind.Webhook ? AlertChannelAnswer.HostOf(channel.Url)! : string.Join(", ", channel.Addresses),
        channel.Owner.Length == 0 ? null : channel.Owner, channel.IsDefault, channel.SecretVariable is { } variable && !WebhookSecret.IsSet(variable) ? $"{variable} is not set for the server" : null);
}
