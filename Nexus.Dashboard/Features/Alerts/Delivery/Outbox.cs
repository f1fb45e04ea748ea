using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Features.Alerts.Firing;
using Nexus.Dashboard.Features.Alerts.Metrics;
using Nexus.Dashboard.Features.Alerts.Rules;
using Nexus.Dashboard.Features.Months.Mail;

namespace Nexus.Dashboard.Features.Alerts.Delivery;

/// <summary>What is to be told, on disk from the moment it is so until it was taken or given up.</summary>
/// <remarks>
/// <para>A delivery is written in the transaction of the alert that it tells of: there is none without the other, whenever the program dies.</para>
/// <para>Each is sent at least once, always with the same key and the same body. It is sent again where the program died between the other side's answer and writing that down.</para>
/// </remarks>
internal sealed class Outbox(AlertStore store, AlertSources sources, IOptions<AlertOptions> options, TimeProvider time, DeliveryFigures figures)
{
    /// <summary>How many are kept that were taken or given up, the newest.</summary>
    public const int MostKept = 10_000;

    // More alerts of a rule than that are told of in several messages.
    private const int MostTogether = 100;

    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>Puts an alert into the deliveries to its channels: into one that waits to be filled, else into a new one.</summary>
    /// <param name="database">In the caller's transaction.</param>
    /// <param name="channels">The channels that are told.</param>
    /// <param name="alert">The alert, which has its number.</param>
    /// <param name="kind">What is told of it.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task PutAsync(AccessDb database, IEnumerable<AlertChannel> channels, Alert alert, DeliveryKind kind, CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        foreach (AlertChannel channel in channels)
        {
            bool Fits(AlertDelivery d) => d.Channel == channel.Id && d.Rule == alert.Rule && d.Kind == kind && d.State == DeliveryState.Pending && d.Body is null && d.AlertIds.Count() < MostTogether;
            AlertDelivery? open = database.AlertDeliveries.Local.FirstOrDefault(Fits)
                ?? (await database.AlertDeliveries.Where(d => d.Channel == channel.Id && d.Rule == alert.Rule && d.Kind == kind && d.State == DeliveryState.Pending && d.Body == null).ToListAsync(cancellation)).FirstOrDefault(Fits);
            if (open is null)
            {
                open = new AlertDelivery
                {
                    Key = $"dlv-{Guid.CreateVersion7(now):N}", Channel = channel.Id, Rule = alert.Rule, Kind = kind, CreatedAt = now, DueAt = now + options.Value.GroupWait,
                };
                database.AlertDeliveries.Add(open);
            }

            open.Join(alert.Id);
        }
    }

    /// <summary>There is something to send.</summary>
    public void Tell() => _news.Writer.TryWrite(true);

    /// <summary>Waits until there is something to send, at most for a span.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellation)
    {
        using CancellationTokenSource over = new(atMost, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, over.Token);
        try
        {
            await _news.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Nothing came.
        }
    }

    /// <summary>Those whose time has come, the oldest first.</summary>
    public Task<List<AlertDelivery>> DueAsync(int most, CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        return store.ReadAsync(d => d.AlertDeliveries.AsNoTracking().Where(x => x.State == DeliveryState.Pending && x.DueAt <= now).OrderBy(x => x.DueAt).Take(most).ToListAsync(cancellation), cancellation);
    }

    /// <summary>Settles what a delivery says: from then on nothing joins it, and each attempt sends the same.</summary>
    public Task<AlertDelivery> SealAsync(long id, AlertRule? rule, CancellationToken cancellation) => store.WriteAsync(
        async database =>
        {
            AlertDelivery delivery = await database.AlertDeliveries.SingleAsync(d => d.Id == id, cancellation);
            if (delivery.Body is null)
            {
                long[] ids = [.. delivery.AlertIds];
                List<Alert> alerts = await database.Alerts.AsNoTracking().Where(a => ids.Contains(a.Id)).OrderBy(a => a.Id).ToListAsync(cancellation);
                delivery.Body = DeliveryMessage.Of(delivery, alerts, rule, alerts.Count > 0 ? sources.Find(alerts[0].Metric) : null, time.GetUtcNow()).ToJson();
            }

            return delivery;
        },
        cancellation);

    /// <summary>Keeps what became of an attempt.</summary>
    public Task<AlertDelivery> TriedAsync(long id, SendOutcome outcome, double chance, CancellationToken cancellation) => store.WriteAsync(
        async database =>
        {
            AlertDelivery delivery = await database.AlertDeliveries.SingleAsync(d => d.Id == id, cancellation);
            DateTimeOffset now = time.GetUtcNow();
            delivery.Attempts++;
            delivery.TriedAt = now;
            delivery.Result = outcome.Result;
            delivery.State = outcome.Taken ? DeliveryState.Delivered : outcome.IsFinal || delivery.Attempts >= options.Value.Attempts ? DeliveryState.Dead : DeliveryState.Pending;
            delivery.DueAt = now + Backoff.After(delivery.Attempts, chance, outcome.RetryAfter);
            return delivery;
        },
        cancellation);

    /// <summary>Has one sent again that was given up, or at once what waits for its next attempt; the key stays the same.</summary>
    public async Task<AlertDelivery?> RetryAsync(Caller caller, long id, CancellationToken cancellation)
    {
        AlertDelivery? again = await store.WriteAsync(
            async database =>
            {
                AlertDelivery? delivery = await database.AlertDeliveries.FindAsync([id], cancellation);
                if (delivery is { State: not DeliveryState.Delivered })
                {
                    (delivery.State, delivery.Attempts, delivery.DueAt) = (DeliveryState.Pending, 0, time.GetUtcNow());
                    database.Changes.Add(AlertAudit.Entry(caller, time.GetUtcNow(), "retryAlertDelivery", $"{delivery.Channel} {delivery.Key}"));
                }

                return delivery;
            },
            cancellation);
        Tell();
        return again;
    }

    /// <summary>The newest deliveries to some channels, whatever became of them; those that were deleted tell the root alone.</summary>
    public Task<List<AlertDelivery>> NewestAsync(IReadOnlyCollection<string>? channels, DeliveryState? state, int most, CancellationToken cancellation) => store.ReadAsync(
        d => d.AlertDeliveries.AsNoTracking().Where(x => (channels == null || channels.Contains(x.Channel)) && (state == null || x.State == state)).OrderByDescending(x => x.Id).Take(most).ToListAsync(cancellation), cancellation);

    /// <summary>One of them, or null.</summary>
    public Task<AlertDelivery?> FindAsync(long id, CancellationToken cancellation) => store.ReadAsync(d => d.AlertDeliveries.AsNoTracking().FirstOrDefaultAsync(x => x.Id == id, cancellation), cancellation);

    /// <summary>Counts how it goes.</summary>
    /// <returns>When the next is due; null where none is to be sent.</returns>
    public Task<DateTimeOffset?> CountAsync(CancellationToken cancellation)
    {
        DateTimeOffset yesterday = time.GetUtcNow().AddDays(-1);
        return store.ReadAsync(
            async d =>
            {
                IQueryable<AlertDelivery> pending = d.AlertDeliveries.Where(x => x.State == DeliveryState.Pending);

                // Statements go by the same mail server: whether people get them is watched by the same rules.
                IQueryable<StatementMail> statements = d.StatementMails.Where(x => x.State == DeliveryState.Pending);
                DateTimeOffset? oldest = await pending.OrderBy(x => x.CreatedAt).Select(x => (DateTimeOffset?)x.CreatedAt).FirstOrDefaultAsync(cancellation);
                DateTimeOffset? oldestStatement = await statements.OrderBy(x => x.CreatedAt).Select(x => (DateTimeOffset?)x.CreatedAt).FirstOrDefaultAsync(cancellation);
                figures.Counted(
                    await pending.CountAsync(cancellation) + await statements.CountAsync(cancellation),
                    await d.AlertDeliveries.CountAsync(x => x.State == DeliveryState.Dead && x.TriedAt >= yesterday, cancellation) + await d.StatementMails.CountAsync(x => x.State == DeliveryState.Dead && x.TriedAt >= yesterday, cancellation),
                    oldest is null || oldestStatement < oldest ? oldestStatement : oldest);
                return await pending.OrderBy(x => x.DueAt).Select(x => (DateTimeOffset?)x.DueAt).FirstOrDefaultAsync(cancellation);
            },
            cancellation);
    }

    /// <summary>Forgets the oldest that were taken or given up.</summary>
    public Task ForgetAsync(CancellationToken cancellation) => store.WriteAsync(
        async d =>
        {
            long last = await d.AlertDeliveries.Where(x => x.State != DeliveryState.Pending).OrderByDescending(x => x.Id).Select(x => x.Id).Skip(MostKept).FirstOrDefaultAsync(cancellation);
            return last == 0 ? 0 : await d.AlertDeliveries.Where(x => x.State != DeliveryState.Pending && x.Id <= last).ExecuteDeleteAsync(cancellation);
        },
        cancellation);
}
