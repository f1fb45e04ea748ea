using System.Net.Sockets;
using System.Text;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;
using Nexus.Dashboard.Features.Alerts.Metrics;

namespace Nexus.Dashboard.Features.Alerts.Delivery;

/// <summary>Sends e-mail through the mail server of the configuration. The message id is the delivery's, so that a mailbox can tell a repetition.</summary>
internal sealed class EmailSender(IOptions<SmtpOptions> options, AlertSources sources, Rules.AlertRules rules) : IAlertSender
{
    private const int Permanent = 500;
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(20);

    /// <inheritdoc/>
    public ChannelKind Kind => ChannelKind.Email;

    /// <inheritdoc/>
    public async Task<SendOutcome> SendAsync(AlertChannel channel, string key, string body, CancellationToken cancellation)
    {
        SmtpOptions smtp = options.Value;
        if (smtp.Host.Length == 0)
        {
            return new SendOutcome(false, $"No mail server is set: {SmtpOptions.Section}:{nameof(SmtpOptions.Host)} in appsettings.json is empty");
        }

        string? password = smtp.User.Length == 0 ? null : Environment.GetEnvironmentVariable(smtp.PasswordVariable);
        if (smtp.User.Length > 0 && string.IsNullOrEmpty(password))
        {
            return new SendOutcome(false, $"The environment variable {smtp.PasswordVariable} with the password of {smtp.User} is not set for the server: set it and restart");
        }

        using MimeMessage message = await MessageAsync(smtp, channel, key, DeliveryMessage.Parse(body), cancellation);
        using CancellationTokenSource within = new(Within);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, within.Token);
        using SmtpClient client = new();
        try
        {
            await client.ConnectAsync(smtp.Host, smtp.Port, Of(smtp.Security), either.Token);
            if (password is not null)
            {
                await client.AuthenticateAsync(smtp.User, password, either.Token);
            }

            string said = await client.SendAsync(message, either.Token);
            await LeaveAsync(client, either.Token);
            return new SendOutcome(true, said.Length == 0 ? "taken" : OneLine(said));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new SendOutcome(false, $"{smtp.Host} did not answer within {Within.TotalSeconds:0} s");
        }
        catch (SmtpCommandException refused)
        {
            return new SendOutcome(false, OneLine($"{(int)refused.StatusCode} {refused.Message}"), (int)refused.StatusCode >= Permanent);
        }
        catch (Exception failure) when (failure is IOException or SocketException or MailKit.Security.AuthenticationException or SslHandshakeException or ProtocolException or TimeoutException or NotSupportedException)
        {
            return new SendOutcome(false, OneLine($"{smtp.Host}:{smtp.Port}: {failure.Message}"));
        }
    }

    // What was taken is taken, whatever the farewell meets.
    private static async Task LeaveAsync(SmtpClient client, CancellationToken cancellation)
    {
        try
        {
            await client.DisconnectAsync(quit: true, cancellation);
        }
        catch (Exception failure) when (failure is IOException or SocketException or ProtocolException or OperationCanceledException)
        {
            // The server hung up first.
        }
    }

    private async Task<MimeMessage> MessageAsync(SmtpOptions smtp, AlertChannel channel, string key, DeliveryMessage told, CancellationToken cancellation)
    {
        MimeMessage message = new()
        {
            Subject = told.Type == "test" ? told.Summary : $"[{told.Severity.ToString().ToLowerInvariant()}] {told.Summary}",
            MessageId = $"{key}@nexus",
            Date = told.At,
        };
        message.From.Add(MailboxAddress.Parse(smtp.From));
        message.To.AddRange(channel.Addresses.Select(MailboxAddress.Parse));
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Headers.Add("X-Nexus-Delivery", key);
        AlertMetric? metric = (await rules.AllAsync(cancellation)).FirstOrDefault(r => r.Id == told.Rule) is { } rule ? sources.Find(rule.Metric) : null;
        message.Body = new TextPart("plain") { Text = Text(told, metric) };
        return message;
    }

    private static string Text(DeliveryMessage told, AlertMetric? metric)
    {
        StringBuilder text = new(told.Summary);
        text.Append("\n\n");
        foreach (DeliveryAlert alert in told.Alerts)
        {
            text.Append("- ").Append(alert.Message).Append(" The line is ").Append(metric?.Show(alert.Threshold) ?? alert.Threshold.ToString(System.Globalization.CultureInfo.InvariantCulture))
                .Append("; since ").Append(alert.Since.ToString("yyyy-MM-dd HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture))
                .Append(alert.EndedAt is { } ended ? $", ended {ended.ToString("yyyy-MM-dd HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture)}" : "").Append(".\n");
        }

        if (told.Description is { } description)
        {
            text.Append('\n').Append(description).Append('\n');
        }

        return text.Append("\nRule ").Append(told.Rule).Append(", shown at ").Append(told.Page).Append(" of Nexus.\n").ToString();
    }

    private static string OneLine(string text)
    {
        const int Most = 300;
        string line = string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        return line.Length > Most ? line[..Most] + "…" : line;
    }

    private static SecureSocketOptions Of(SmtpSecurity security) => security switch
    {
        SmtpSecurity.None => SecureSocketOptions.None,
        SmtpSecurity.StartTls => SecureSocketOptions.StartTls,
        SmtpSecurity.Tls => SecureSocketOptions.SslOnConnect,
        _ => SecureSocketOptions.Auto,
    };
}
