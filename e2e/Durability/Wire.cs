using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Nexus.E2E.Durability;

/// <summary>One HTTP/1.1 connection, spoken by hand: no library repeats a call behind the test's back, so what became of each is known exactly.</summary>
internal sealed class Wire(Uri server, string key) : IDisposable
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private TcpClient? _line;
    private int _from;
    private int _to;

    /// <summary>Sends a call and reads its answer; connects first where there is no connection.</summary>
    /// <exception cref="LineLostException">There is no answer.</exception>
    public async Task<Answer> SendAsync(string method, string path, object? body = null)
    {
        if (_line is { Client: { } socket } && socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0)
        {
            // The server closed the line while nothing was asked on it: this call never reached it.
            Dispose();
        }

        if (_line is null)
        {
            await ConnectAsync();
        }

        try
        {
            byte[] content = body is null ? [] : JsonSerializer.SerializeToUtf8Bytes(body);
            string head = $"{method} {path} HTTP/1.1\r\nHost: {server.Authority}\r\nAuthorization: Bearer {key}\r\n"
                + (body is null ? "\r\n" : $"Content-Type: application/json\r\nContent-Length: {content.Length}\r\n\r\n");
            await _line!.GetStream().WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. content]);
            return await ReadAsync();
        }
        catch (Exception lost) when (lost is IOException or SocketException or ObjectDisposedException)
        {
            Dispose();
            throw new LineLostException($"{method} {path}: {lost.Message}", WasConnected: true, lost);
        }
    }

    /// <summary>Hangs up.</summary>
    public void Dispose()
    {
        _line?.Dispose();
        (_line, _from, _to) = (null, 0, 0);
    }

    private async Task ConnectAsync()
    {
        TcpClient line = new() { NoDelay = true };
        try
        {
            await line.ConnectAsync(server.Host, server.Port);
            _line = line;
        }
        catch (SocketException refused)
        {
            line.Dispose();
            throw new LineLostException(refused.Message, WasConnected: false, refused);
        }
    }

    private async Task<Answer> ReadAsync()
    {
        int status = int.Parse((await LineAsync()).Split(' ')[1], CultureInfo.InvariantCulture);
        Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
        for (string line = await LineAsync(); line.Length > 0; line = await LineAsync())
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        StringBuilder text = new();
        if (headers.TryGetValue("Content-Length", out string? length))
        {
            await TakeAsync(text, int.Parse(length, CultureInfo.InvariantCulture));
        }
        else if (headers.ContainsKey("Transfer-Encoding"))
        {
            for (int size = await ChunkAsync(); size > 0; size = await ChunkAsync())
            {
                await TakeAsync(text, size);
                await LineAsync();
            }

            await LineAsync();
        }

        if (headers.GetValueOrDefault("Connection") == "close")
        {
            Dispose();
        }

        return new Answer(status, headers, text.Length == 0 ? default : JsonDocument.Parse(text.ToString()).RootElement);
    }

    private async Task<int> ChunkAsync() => int.Parse(await LineAsync(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private async Task<string> LineAsync()
    {
        StringBuilder line = new();
        for (char c = await NextAsync(); c != '\n'; c = await NextAsync())
        {
            if (c != '\r')
            {
                line.Append(c);
            }
        }

        return line.ToString();
    }

    // What the tests send and get is ASCII but for names in messages, which nobody compares.
    private async Task TakeAsync(StringBuilder text, int count)
    {
        for (; count > 0; count--)
        {
            text.Append(await NextAsync());
        }
    }

    private async ValueTask<char> NextAsync()
    {
        if (_from == _to)
        {
            (_from, _to) = (0, await _line!.GetStream().ReadAsync(_buffer));
            if (_to == 0)
            {
                throw new IOException("the server hung up");
            }
        }

        return (char)_buffer[_from++];
    }
}

/// <summary>What came back.</summary>
internal sealed record Answer(int Status, IReadOnlyDictionary<string, string> Headers, JsonElement Json)
{
    /// <summary>A text of the answer, or null.</summary>
    public string? this[string name] => Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty(name, out JsonElement value) ? value.ToString() : null;
}

/// <summary>A call without an answer.</summary>
/// <param name="message">What happened.</param>
/// <param name="WasConnected">True when the server had taken the connection: then the call may have been carried out.</param>
/// <param name="inner">What the socket said.</param>
internal sealed class LineLostException(string message, bool WasConnected, Exception inner) : Exception(message, inner)
{
    /// <summary>True when the server had taken the connection: then the call may have been carried out.</summary>
    public bool WasConnected { get; } = WasConnected;
}
