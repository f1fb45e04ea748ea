using System.Globalization;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;

namespace Nexus.Dashboard.Features.Alerts.Delivery;

/// <summary>Deliveries: authorises the caller, then asks the outbox. The page and the API call the same.</summary>
internal sealed class DeliveryService(Outbox outbox, AlertChannels channels)
{
    private const int MostListed = 1_000;

    /// <summary>The newest to the channels within the caller's path, the newest first.</summary>
    public async Task<Result<IReadOnlyList<AlertDelivery>>> ListAsync(Caller caller, DeliveryState? state, CancellationToken cancellation) => !caller.Allows(Scope.Read) ? Problem.MissingScope(Scope.Read, caller)
        : await outbox.NewestAsync(caller.Path.IsRoot ? null : await VisibleAsync(caller, cancellation), state, MostListed, cancellation);

    /// <summary>Has one sent again that was given up, or at once what waits for its next attempt.</summary>
    public async Task<Result<AlertDelivery>> RetryAsync(Caller caller, string id, CancellationToken cancellation)
    {
        if (!caller.Allows(Scope.Configure))
        {
            return Problem.MissingScope(Scope.Configure, caller);
        }

        AlertDelivery? delivery = long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? await outbox.FindAsync(number, cancellation) : null;
        if (delivery is null || (!caller.Path.IsRoot && !(await VisibleAsync(caller, cancellation)).Contains(delivery.Channel, StringComparer.Ordinal)))
        {
            return Problem.NotFound($"There is no delivery '{id}' that you may see.");
        }

        return (await outbox.RetryAsync(caller, number, cancellation))! is { State: not DeliveryState.Delivered } again ? again
            : new Problem("ended", "It has ended", 409, $"The delivery {id} was taken already: it is not sent again.");
    }

    private async Task<string[]> VisibleAsync(Caller caller, CancellationToken cancellation) => [.. (await channels.AllAsync(cancellation)).Where(c => caller.MayActFor(c.Within)).Select(c => c.Id)];
}

/// <summary>A delivery as readers see it.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Key">What the receiver is told, the same for each attempt.</param>
/// <param name="Channel">The channel.</param>
/// <param name="Rule">The rule.</param>
/// <param name="Kind">What it tells.</param>
/// <param name="State">What became of it.</param>
/// <param name="Alerts">Of which alerts.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="CreatedAt">When it was written.</param>
/// <param name="TriedAt">When it was last tried.</param>
/// <param name="NextAt">When it is tried next.</param>
/// <param name="Result">What the other side said, or why it was not reached.</param>
internal sealed record DeliveryAnswer(
    string Id, string Key, string Channel, string Rule, DeliveryKind Kind, DeliveryState State, IReadOnlyList<string> Alerts, int Attempts, DateTimeOffset CreatedAt, DateTimeOffset? TriedAt, DateTimeOffset? NextAt, string? Result)
{
    public static DeliveryAnswer Of(AlertDelivery delivery) => new(
        delivery.Id.ToString(CultureInfo.InvariantCulture), delivery.Key, delivery.Channel, delivery.Rule, delivery.Kind, delivery.State, [.. delivery.AlertIds.Select(a => a.ToString(CultureInfo.InvariantCulture))],
        delivery.Attempts, delivery.CreatedAt, delivery.TriedAt, delivery.State == DeliveryState.Pending ? delivery.DueAt : null, delivery.Result);
}
