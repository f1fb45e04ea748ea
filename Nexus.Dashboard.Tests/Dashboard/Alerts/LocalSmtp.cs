using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Nexus.Dashboard.Tests.Dashboard.Alerts;

/// <summary>A real SMTP server (RFC 5321) on a port of this machine, which keeps what it takes. It knows as much of the protocol as a client needs that sends one message.</summary>
internal sealed class LocalSmtp : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public LocalSmtp()
    {
        _listener.Start();
        _running = RunAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The messages that it took, each with the envelope's recipients before it.</summary>
    public ConcurrentQueue<(string To, string Text)> Taken { get; } = new();

    /// <summary>What it answers to who names a recipient.</summary>
    public string ToRecipient { get; set; } = "250 2.1.5 Ok";

    /// <summary>The name and password that it wants; null: none.</summary>
    public (string User, string Password)? SignIn { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _running;
        _stop.Dispose();
        _listener.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await TalkAsync(client);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or IOException || _stop.IsCancellationRequested)
        {
            // The test is over.
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        await using NetworkStream stream = client.GetStream();
        using StreamReader reader = new(stream, Encoding.UTF8);
        await using StreamWriter writer = new(stream, new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
        List<string> recipients = [];
        await writer.WriteLineAsync("220 mail.example.com ESMTP");
        while (await reader.ReadLineAsync(_stop.Token) is { } line)
        {
            string verb = line.Split(' ', ':')[0].ToUpperInvariant();
            switch (verb)
            {
                case "EHLO":
                    await writer.WriteLineAsync(SignIn is null ? "250-mail.example.com\r\n250 8BITMIME" : "250-mail.example.com\r\n250 AUTH PLAIN");
                    break;
                case "AUTH":
                    (string User, string Password) wanted = SignIn!.Value;
                    bool right = line.Split(' ') is [_, "PLAIN", var given] && Encoding.UTF8.GetString(Convert.FromBase64String(given)) == $"\0{wanted.User}\0{wanted.Password}";
                    await writer.WriteLineAsync(right ? "235 2.7.0 Authentication successful" : "535 5.7.8 Authentication failed");
                    break;
                case "RCPT":
                    recipients.Add(line.Split('<', '>')[1]);
                    await writer.WriteLineAsync(ToRecipient);
                    break;
                case "DATA":
                    await writer.WriteLineAsync("354 End data with <CR><LF>.<CR><LF>");
                    StringBuilder text = new();
                    while (await reader.ReadLineAsync(_stop.Token) is { } part && part != ".")
                    {
                        text.AppendLine(part.StartsWith('.') ? part[1..] : part);
                    }

                    Taken.Enqueue((string.Join(' ', recipients), text.ToString()));
                    await writer.WriteLineAsync("250 2.0.0 Ok: queued as 4F2A1");
                    break;
                case "QUIT":
                    await writer.WriteLineAsync("221 2.0.0 Bye");
                    return;
                default:
                    await writer.WriteLineAsync("250 2.0.0 Ok");
                    break;
            }
        }
    }
}
