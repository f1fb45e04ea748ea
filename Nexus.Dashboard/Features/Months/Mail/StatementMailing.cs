using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using MimeKit;
using Nexus.Dashboard.Features.Alerts.Delivery;
using Nexus.Engine.Hosting;

namespace Nexus.Dashboard.Features.Months.Mail;

/// <summary>Puts statements into the outbox when they are due, and sends what lies there, for as long as the program runs; what a program before left there is sent first.</summary>
internal sealed class StatementMailing(StatementScheduleService schedules, StatementOutbox outbox, MailServer server, EngineHost host, TimeProvider time, ILogger<StatementMailing> log) : BackgroundService
{
    private const int MostAtOnce = 100;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan BetweenForgetting = TimeSpan.FromDays(1);

    /// <summary>Puts in what is due and sends it, one mail after the other.</summary>
    /// <returns>When the next is due; null where none is to be sent.</returns>
    public async Task<DateTimeOffset?> RoundAsync(CancellationToken cancellation)
    {
        try
        {
            await schedules.PlanAsync(cancellation);
        }
        catch (EngineUnavailableException)
        {
            // The ledger cannot be read now: the next round tries again, and what is written already is sent.
        }

        foreach (StatementMail mail in await outbox.DueAsync(MostAtOnce, cancellation))
        {
            SendOutcome outcome = await SendAsync(mail, cancellation);

            // What was sent is written down although the program stops: else it would be sent once more.
            await outbox.TriedAsync(mail.Id, outcome, Random.Shared.NextDouble(), CancellationToken.None);
        }

        return await outbox.NextAsync(cancellation);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        DateTimeOffset forgotten = DateTimeOffset.MinValue;
        try
        {
            await host.WaitUntilReadyAsync(stoppingToken);
            while (!stoppingToken.IsCancellationRequested)
            {
                DateTimeOffset? next = null;
                try
                {
                    next = await RoundAsync(stoppingToken);
                    if (time.GetUtcNow() - forgotten >= BetweenForgetting)
                    {
                        await outbox.ForgetAsync(stoppingToken);
                        forgotten = time.GetUtcNow();
                    }
                }
                catch (Exception failure) when (failure is SqliteException or DbUpdateException)
                {
                    log.NotSent(failure.Message);
                }
                catch (Exception fault) when (fault is not OperationCanceledException)
                {
                    // Whatever it is, the program goes on deciding, and the next round tries again.
                    log.Failed(fault);
                }

                TimeSpan rest = next is { } due ? due - time.GetUtcNow() : Longest;
                await outbox.WaitAsync(rest < Least ? Least : rest < Longest ? rest : Longest, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The program stops.
        }
    }

    private async Task<SendOutcome> SendAsync(StatementMail mail, CancellationToken cancellation)
    {
        if (await outbox.SendingAsync(mail.Sending, cancellation) is not { Html.Length: > 0 } sending)
        {
            return new SendOutcome(false, "What it said is not kept any more: send the statement now to have it sent", IsFinal: true);
        }

        using MimeMessage message = StatementMessage.To(sending, mail);
        return await server.SendAsync(message, cancellation);
    }
}

/// <summary>What it says.</summary>
internal static partial class StatementMailingLog
{
    [LoggerMessage(1, LogLevel.Warning, "Statements wait to be sent, as access.db cannot be read or written: {Reason}")]
    public static partial void NotSent(this ILogger log, string reason);

    [LoggerMessage(2, LogLevel.Error, "Sending statements failed, which is a fault of Nexus; they are tried again.")]
    public static partial void Failed(this ILogger log, Exception fault);
}
