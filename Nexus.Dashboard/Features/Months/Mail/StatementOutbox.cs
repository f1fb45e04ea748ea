using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Features.Alerts;
using Nexus.Dashboard.Features.Alerts.Delivery;

namespace Nexus.Dashboard.Features.Months.Mail;

/// <summary>The statements that are to be sent, on disk from the moment they are due until each was taken or given up.</summary>
/// <remarks>
/// <para>What a statement says is written with its mails, in one transaction: each attempt sends the same, and of one month a schedule sends one.</para>
/// <para>A mail is sent again where the program died between the mail server's answer and writing that down; it has the same message id then.</para>
/// </remarks>
internal sealed class StatementOutbox(AlertStore store, IOptions<AlertOptions> options, TimeProvider time)
{
    /// <summary>How many deliveries of a schedule are shown, the newest.</summary>
    public const int MostListed = 1_000;

    // Older than any month that may still be due.
    private static readonly TimeSpan Kept = TimeSpan.FromDays(3 * 366);

    // What was put in once is never due again, which is asked each minute for all schedules and months.
    private const int MostRemembered = 100_000;
    private readonly ConcurrentDictionary<(string Schedule, string Tenant, string Month), bool> _sent = [];
    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>Puts a statement in, unless it is there already, or its schedule was changed since.</summary>
    /// <param name="schedule">As it was read.</param>
    /// <param name="sending">What is sent, with what it says.</param>
    /// <param name="audit">Who asked for it; null: the schedule.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>False where nothing was put in.</returns>
    public async Task<bool> PutAsync(StatementSchedule schedule, StatementSending sending, AccessChange? audit, CancellationToken cancellation)
    {
        bool put = await store.WriteAsync(
            async database =>
            {
                if (!await database.StatementSchedules.AnyAsync(s => s.Id == schedule.Id && s.Version == schedule.Version, cancellation)
                    || await database.StatementSendings.AnyAsync(s => s.Schedule == sending.Schedule && s.Tenant == sending.Tenant && s.Month == sending.Month && s.Occasion == sending.Occasion, cancellation))
                {
                    return false;
                }

                database.StatementSendings.Add(sending);
                database.StatementMails.AddRange(schedule.Addresses.Select(address => new StatementMail
                {
                    Key = $"stm-{Guid.CreateVersion7(sending.CreatedAt):N}", Sending = sending.Id, Address = address, CreatedAt = sending.CreatedAt, DueAt = sending.CreatedAt,
                }));
                if (audit is not null)
                {
                    database.Changes.Add(audit);
                }

                return true;
            },
            cancellation);
        Tell();
        return put;
    }

    /// <summary>True where a schedule has sent, or is sending, the statement of a month.</summary>
    public async ValueTask<bool> HasAsync(StatementSchedule schedule, string month, CancellationToken cancellation)
    {
        (string, string, string) what = (schedule.Id, schedule.Tenant, month);
        if (_sent.ContainsKey(what))
        {
            return true;
        }

        bool has = await store.ReadAsync(d => d.StatementSendings.AnyAsync(s => s.Schedule == schedule.Id && s.Tenant == schedule.Tenant && s.Month == month && s.Occasion == "", cancellation), cancellation);
        if (has)
        {
            if (_sent.Count >= MostRemembered)
            {
                _sent.Clear();
            }

            _sent[what] = true;
        }

        return has;
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
    public Task<List<StatementMail>> DueAsync(int most, CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        return store.ReadAsync(d => d.StatementMails.AsNoTracking().Where(m => m.State == DeliveryState.Pending && m.DueAt <= now).OrderBy(m => m.DueAt).Take(most).ToListAsync(cancellation), cancellation);
    }

    /// <summary>What a mail says.</summary>
    public Task<StatementSending?> SendingAsync(string id, CancellationToken cancellation) => store.ReadAsync(d => d.StatementSendings.AsNoTracking().FirstOrDefaultAsync(s => s.Id == id, cancellation), cancellation);

    /// <summary>When the next is due; null where none is to be sent.</summary>
    public Task<DateTimeOffset?> NextAsync(CancellationToken cancellation) =>
        store.ReadAsync(d => d.StatementMails.Where(m => m.State == DeliveryState.Pending).OrderBy(m => m.DueAt).Select(m => (DateTimeOffset?)m.DueAt).FirstOrDefaultAsync(cancellation), cancellation);

    /// <summary>Keeps what became of an attempt.</summary>
    public Task<StatementMail> TriedAsync(long id, SendOutcome outcome, double chance, CancellationToken cancellation) => store.WriteAsync(
        async database =>
        {
            StatementMail mail = await database.StatementMails.SingleAsync(m => m.Id == id, cancellation);
            DateTimeOffset now = time.GetUtcNow();
            mail.Attempts++;
            mail.TriedAt = now;
            mail.Result = outcome.Result;
            mail.State = outcome.Taken ? DeliveryState.Delivered : outcome.IsFinal || mail.Attempts >= options.Value.Attempts ? DeliveryState.Dead : DeliveryState.Pending;
            mail.DueAt = now + Backoff.After(mail.Attempts, chance, outcome.RetryAfter);
            if (mail.State == DeliveryState.Delivered && !await database.StatementMails.AnyAsync(m => m.Sending == mail.Sending && m.Id != id && m.State != DeliveryState.Delivered, cancellation))
            {
                // Everybody has it: the document can be made again from the ledger.
                StatementSending sending = await database.StatementSendings.SingleAsync(s => s.Id == mail.Sending, cancellation);
                (sending.Html, sending.Csv) = ("", "");
            }

            return mail;
        },
        cancellation);

    /// <summary>Has one sent again that was given up, or at once what waits for its next attempt; the key stays the same.</summary>
    /// <returns>It; null where the schedule has no such delivery.</returns>
    public async Task<StatementMail?> RetryAsync(Caller caller, string schedule, long id, CancellationToken cancellation)
    {
        StatementMail? again = await store.WriteAsync(
            async database =>
            {
                StatementMail? mail = await database.StatementMails.FirstOrDefaultAsync(m => m.Id == id && database.StatementSendings.Any(s => s.Id == m.Sending && s.Schedule == schedule), cancellation);
                if (mail is { State: not DeliveryState.Delivered })
                {
                    (mail.State, mail.Attempts, mail.DueAt) = (DeliveryState.Pending, 0, time.GetUtcNow());
                    database.Changes.Add(AlertAudit.Entry(caller, time.GetUtcNow(), "retryStatementMail", $"{schedule} {mail.Key}"));
                }

                return mail;
            },
            cancellation);
        Tell();
        return again;
    }

    /// <summary>The newest deliveries of some schedules, each with what was sent; without the document.</summary>
    public Task<List<StatementDelivery>> NewestAsync(IReadOnlyCollection<string> schedules, int most, CancellationToken cancellation) => store.ReadAsync(
        d => (from mail in d.StatementMails.AsNoTracking()
              join sending in d.StatementSendings on mail.Sending equals sending.Id
              where schedules.Contains(sending.Schedule)
              orderby mail.Id descending
              select new StatementDelivery(mail, sending.Schedule, sending.Tenant, sending.Month, sending.RequestedBy, sending.IsPreliminary)).Take(most).ToListAsync(cancellation), cancellation);

    /// <summary>The deliveries of the last statement of each of some schedules.</summary>
    public Task<List<StatementDelivery>> LastAsync(IReadOnlyCollection<string> schedules, CancellationToken cancellation) => store.ReadAsync(
        d => (from mail in d.StatementMails.AsNoTracking()
              join sending in d.StatementSendings on mail.Sending equals sending.Id
              where schedules.Contains(sending.Schedule) && !d.StatementSendings.Any(later => later.Schedule == sending.Schedule && later.CreatedAt > sending.CreatedAt)
              orderby mail.Id
              select new StatementDelivery(mail, sending.Schedule, sending.Tenant, sending.Month, sending.RequestedBy, sending.IsPreliminary)).ToListAsync(cancellation), cancellation);

    /// <summary>Forgets what was sent years ago.</summary>
    public Task ForgetAsync(CancellationToken cancellation)
    {
        DateTimeOffset before = time.GetUtcNow() - Kept;
        return store.WriteAsync(
            async d =>
            {
                await d.StatementMails.Where(m => d.StatementSendings.Any(s => s.Id == m.Sending && s.CreatedAt < before)).ExecuteDeleteAsync(cancellation);
                return await d.StatementSendings.Where(s => s.CreatedAt < before).ExecuteDeleteAsync(cancellation);
            },
            cancellation);
    }
}

/// <summary>A delivery, with what it is of.</summary>
/// <param name="Mail">What became of it.</param>
/// <param name="Schedule">By which schedule.</param>
/// <param name="Tenant">Whose statement.</param>
/// <param name="Month">Of which month.</param>
/// <param name="RequestedBy">Who asked for it; null: the schedule.</param>
/// <param name="IsPreliminary">True where the month was open then.</param>
internal sealed record StatementDelivery(StatementMail Mail, string Schedule, string Tenant, string Month, string? RequestedBy, bool IsPreliminary);
