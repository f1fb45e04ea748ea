using System.Buffers.Text;
using System.Diagnostics;
using System.Net.Sockets;

namespace Nexus.Bench.Http;

/// <summary>A kept-alive HTTP connection that costs next to nothing: requests are bytes that were prepared, and of an answer only status, length and end are looked at.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly byte[] _out = new byte[4096];
    private readonly byte[] _in = new byte[64 * 1024];
    private int _filled;

    public RawConnection(Uri url, int number)
    {
        Number = number;
        Socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Socket.Connect(url.Host, url.Port);
    }

    /// <summary>Its place among the connections.</summary>
    public int Number { get; }

    public Socket Socket { get; }

    /// <summary>When its request was sent, or should have been.</summary>
    public long AskedAt { get; private set; }

    /// <summary>True while it waits for an answer.</summary>
    public bool IsBusy { get; private set; }

    /// <summary>Sends the next request.</summary>
    public void Ask(IExchange exchange, long? due = null)
    {
        int length = exchange.Write(_out, Number);
        IsBusy = true;
        AskedAt = due ?? Stopwatch.GetTimestamp();
        Socket.Send(_out.AsSpan(0, length));
    }

    /// <summary>Reads what has arrived.</summary>
    /// <returns>True when the answer is complete; <paramref name="exchange"/> has then seen it.</returns>
    public bool TryFinish(IExchange exchange)
    {
        int read = Socket.Receive(_in.AsSpan(_filled));
        _filled += read;
        ReadOnlySpan<byte> answer = _in.AsSpan(0, _filled);
        int body = answer.IndexOf("\r\n\r\n"u8) + 4;
        if (read == 0)
        {
            throw new IOException("the server closed a connection");
        }

        if (body < 4 || !IsWhole(answer[..body], answer[body..]))
        {
            return false;
        }

        _filled = 0;
        IsBusy = false;
        exchange.Read(Number, Utf8Parser.TryParse(answer[9..], out int status, out _) ? status : 0, answer[body..]);
        return true;
    }

    public void Dispose() => Socket.Dispose();

    private static bool IsWhole(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        int at = head.IndexOf("Content-Length: "u8);
        return at < 0
            ? body.EndsWith("0\r\n\r\n"u8)
            : Utf8Parser.TryParse(head[(at + 16)..], out int length, out _) && body.Length >= length;
    }
}
