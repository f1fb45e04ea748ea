using System.Globalization;
using System.Text;
using MimeKit;
using Nexus.Dashboard.Features.Costs.Explorer;
using Nexus.Dashboard.Features.Months.Pages;
using Nexus.Dashboard.Features.Months.Statements;

namespace Nexus.Dashboard.Features.Months.Mail;

/// <summary>A statement as an e-mail: the print-ready document as its body, the exact amounts as a CSV file.</summary>
internal static class StatementMessage
{
    /// <summary>Writes what a statement says into what is sent of it.</summary>
    public static void Write(StatementSending sending, Statement statement)
    {
        ArgumentNullException.ThrowIfNull(sending);
        string total = CostText.One(statement.Total, statement.Currency);
        sending.IsPreliminary = statement.Closed is null;
        sending.Subject = $"Statement of {statement.Tenant}, {MonthText.Name(statement.Month)}: {total}{(sending.IsPreliminary ? " (preliminary)" : "")}";
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{statement.Tenant} is billed {total} for {MonthText.Name(statement.Month)} ({statement.Month}-01 to {statement.Month.Next}-01, UTC).\n\n");
        foreach ((string name, Engine.Costs.Money cost) in statement.Sections)
        {
            text.Append(CultureInfo.InvariantCulture, $"{name}: {CostText.One(cost, statement.Currency)}\n");
        }

        text.Append(sending.IsPreliminary ? "\nPreliminary: the month is open, and more may come.\n" : "").Append("\nThe attached file has each line with its exact amount.\n");
        (sending.Text, sending.Html, sending.Csv) = (text.ToString(), StatementHtml.Of(statement), StatementCsv.Of(statement));
    }

    /// <summary>What is sent to a recipient.</summary>
    public static MimeMessage To(StatementSending sending, StatementMail mail)
    {
        ArgumentNullException.ThrowIfNull(sending);
        ArgumentNullException.ThrowIfNull(mail);
        BodyBuilder body = new() { TextBody = sending.Text, HtmlBody = sending.Html };
        body.Attachments.Add($"statement-{sending.Tenant}-{sending.Month}.csv", Encoding.UTF8.GetBytes(sending.Csv), new ContentType("text", "csv") { Charset = "utf-8" });
        MimeMessage message = new() { Subject = sending.Subject, MessageId = $"{mail.Key}@nexus", Date = sending.CreatedAt, Body = body.ToMessageBody() };
        message.To.Add(MailboxAddress.Parse(mail.Address));
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Headers.Add("X-Nexus-Delivery", mail.Key);
        return message;
    }
}
