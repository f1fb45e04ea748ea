using System.Text;
using MimeKit;
using Nexus.Dashboard.Features.Alerts.Metrics;

namespace Nexus.Dashboard.Features.Alerts.Delivery;

/// <summary>Sends e-mail through the mail server of the configuration. The message id is the delivery's, so that a mailbox can tell a repetition.</summary>
internal sealed class EmailSender(MailServer server, AlertSources sources, Rules.AlertRules rules) : IAlertSender
{
    /// <inheritdoc/>
    public ChannelKind Kind => ChannelKind.Email;

    /// <inheritdoc/>
    public async Task<SendOutcome> SendAsync(AlertChannel channel, string key, string body, CancellationToken cancellation)
    {
        using MimeMessage message = await MessageAsync(channel, key, DeliveryMessage.Parse(body), cancellation);
        return await server.SendAsync(message, cancellation);
    }

    private async Task<MimeMessage> MessageAsync(AlertChannel channel, string key, DeliveryMessage told, CancellationToken cancellation)
    {
        MimeMessage message = new()
        {
            Subject = told.Type == "test" ? told.Summary : $"[{told.Severity.ToString().ToLowerInvariant()}] {told.Summary}",
            MessageId = $"{key}@nexus",
            Date = told.At,
        };
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
}
