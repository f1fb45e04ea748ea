using Nexus.Dashboard.Features.Alerts.Rules;

namespace Nexus.Dashboard.Features.Alerts.Delivery;

/// <summary>Sends what lies in the outbox: to several channels at once, to each one after the other.</summary>
internal sealed class Courier(Outbox outbox, AlertChannels channels, AlertRules rules, IEnumerable<IAlertSender> senders, AlertMeters meters, TimeProvider time)
{
    private const int MostAtOnce = 200;
    private const int MostChannelsAtOnce = 8;

    private readonly Dictionary<ChannelKind, IAlertSender> _senders = senders.ToDictionary(s => s.Kind);

    /// <summary>Sends what is due, and keeps what became of it.</summary>
    /// <returns>When the next is due; null where none is to be sent.</returns>
    public async Task<DateTimeOffset?> RoundAsync(CancellationToken cancellation)
    {
        List<AlertDelivery> due = await outbox.DueAsync(MostAtOnce, cancellation);
        if (due.Count > 0)
        {
            IReadOnlyList<AlertChannel> known = await channels.AllAsync(cancellation);
            IReadOnlyList<AlertRule> watched = await rules.AllAsync(cancellation);
            await Parallel.ForEachAsync(due.GroupBy(d => d.Channel), new ParallelOptions { MaxDegreeOfParallelism = MostChannelsAtOnce, CancellationToken = cancellation }, async (group, end) =>
            {
                AlertChannel? channel = known.FirstOrDefault(c => c.Id == group.Key);
                foreach (AlertDelivery delivery in group)
                {
                    await SendAsync(delivery, channel, watched.FirstOrDefault(r => r.Id == delivery.Rule), end);
                }
            });
        }

        return await outbox.CountAsync(cancellation);
    }

    /// <summary>Sends a message that tells nothing but that the channel works. It is not kept.</summary>
    public Task<SendOutcome> TestAsync(AlertChannel channel, string by, CancellationToken cancellation)
    {
        string key = $"test-{Guid.CreateVersion7(time.GetUtcNow()):N}";
        return _senders[channel.Kind].SendAsync(channel, key, DeliveryMessage.Test(key, channel.Id, by, time.GetUtcNow()).ToJson(), cancellation);
    }

    private async Task SendAsync(AlertDelivery delivery, AlertChannel? channel, AlertRule? rule, CancellationToken cancellation)
    {
        AlertDelivery sealedOne = await outbox.SealAsync(delivery.Id, rule, cancellation);
        SendOutcome outcome = channel is null ? new SendOutcome(false, "The channel was deleted", IsFinal: true) : await _senders[channel.Kind].SendAsync(channel, sealedOne.Key, sealedOne.Body!, cancellation);

        // What was sent is written down although the program stops: else it would be sent once more.
        AlertDelivery kept = await outbox.TriedAsync(delivery.Id, outcome, Random.Shared.NextDouble(), CancellationToken.None);
        meters.Sent(channel?.Kind, kept.State);
    }
}
