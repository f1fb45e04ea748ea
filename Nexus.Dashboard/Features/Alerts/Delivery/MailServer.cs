using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Nexus.Dashboard.Features.Alerts.Delivery;

/// <summary>The mail server of the configuration, through which all e-mail goes: that of alerts, and statements.</summary>
internal sealed class MailServer(IOptions<SmtpOptions> options)
{
    private const int Permanent = 500;
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(20);

    /// <summary>Makes one attempt. It does not throw for what the other side or the network does.</summary>
    /// <param name="message">The message; its sender is set here.</param>
    /// <param name="cancellation">Gives up: then the other side may have taken it or not.</param>
    public async Task<SendOutcome> SendAsync(MimeMessage message, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(message);
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

        message.From.Add(MailboxAddress.Parse(smtp.From));
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
