using System.Globalization;
using Nexus.Dashboard.Features.Alerts.Delivery;
using Nexus.Dashboard.Shared;

namespace Nexus.Dashboard.Features.Alerts.Pages;

/// <summary>A delivery on the page.</summary>
/// <param name="Id">Its number.</param>
/// <param name="At">When it was last tried, or written.</param>
/// <param name="Channel">The channel.</param>
/// <param name="What">What it tells, in words.</param>
/// <param name="State">What became of it.</param>
/// <param name="Word">The same in a word.</param>
/// <param name="Result">What the other side said, or why it was not reached.</param>
/// <param name="NextAt">When it is tried next; null where it is not.</param>
public sealed record AlertDeliveryLine(string Id, DateTimeOffset At, string Channel, string What, Signal State, string Word, string Result, DateTimeOffset? NextAt)
{
    /// <summary>True where it can be sent again.</summary>
    public bool CanRetry { get; init; }

    /// <summary>A delivery as the page shows it.</summary>
    internal static AlertDeliveryLine Of(AlertDelivery delivery)
    {
        int alerts = delivery.AlertIds.Count();
        string tries = delivery.Attempts > 1 ? $" ({delivery.Attempts.ToString(CultureInfo.InvariantCulture)} attempts)" : "";
        return new AlertDeliveryLine(
            delivery.Id.ToString(CultureInfo.InvariantCulture), delivery.TriedAt ?? delivery.CreatedAt, delivery.Channel,
            $"{delivery.Rule} {(delivery.Kind == DeliveryKind.Firing ? "fires" : "has ended")}{(alerts == 1 ? "" : $", {Numbers.Count(alerts)} alerts")}",
            delivery.State switch { DeliveryState.Delivered => Signal.Ok, DeliveryState.Dead => Signal.Bad, _ => delivery.Attempts == 0 ? Signal.Waiting : Signal.Warning },
            delivery.State switch { DeliveryState.Delivered => "Taken", DeliveryState.Dead => "Given up", _ => delivery.Attempts == 0 ? "To be sent" : "To be sent again" },
            delivery.Result is { } result ? result + tries : "not tried yet", delivery.State == DeliveryState.Pending ? delivery.DueAt : null)
        {
            CanRetry = delivery.State == DeliveryState.Dead || (delivery.State == DeliveryState.Pending && delivery.Attempts > 0),
        };
    }
}
