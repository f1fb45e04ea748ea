namespace Nexus.Dashboard.Features.Alerts.Delivery;

/// <summary>Sends messages to channels of a kind.</summary>
internal interface IAlertSender
{
    /// <summary>The kind.</summary>
    ChannelKind Kind { get; }

    /// <summary>Makes one attempt. It does not throw for what the other side or the network does.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="key">The delivery's key, which the receiver is told.</param>
    /// <param name="body">A <see cref="DeliveryMessage"/> as JSON.</param>
    /// <param name="cancellation">Gives up: then the other side may have taken it or not.</param>
    Task<SendOutcome> SendAsync(AlertChannel channel, string key, string body, CancellationToken cancellation);
}

/// <summary>What became of an attempt.</summary>
/// <param name="Taken">True where the other side took it.</param>
/// <param name="Result">What it said, or why it was not reached, for people.</param>
/// <param name="IsFinal">True where another attempt would meet the same.</param>
/// <param name="RetryAfter">How long the other side asks to be left alone.</param>
internal sealed record SendOutcome(bool Taken, string Result, bool IsFinal = false, TimeSpan? RetryAfter = null);
