using System.Globalization;
using System.Text;

namespace Nexus.Bench.Http;

/// <summary>What is asked, and what is made of the answers. Called by one thread.</summary>
internal interface IExchange
{
    /// <summary>Writes the next request.</summary>
    /// <returns>Its length.</returns>
    int Write(Span<byte> request, int connection);

    /// <summary>Takes an answer; throws when it is not what it should be.</summary>
    void Read(int connection, int status, ReadOnlySpan<byte> body);
}

/// <summary>Asks for resources: the same 300 bytes of JSON for both servers, each time with a new id.</summary>
internal sealed class Submissions : IExchange
{
    private const string Body =
        "{\"id\":\"r-000000000000\",\"owner\":\"acme/alice/triage/agent-7\",\"pools\":[\"lab\"],\"resources\":{\"gpu\":1,\"memory\":30.5},\"priority\":\"medium\","
        + "\"labels\":{\"team\":\"search\",\"model\":\"large-2026-03\",\"ticket\":\"OPS-4711\"},\"queue\":false,\"duration\":\"PT5M\",\"leaseSeconds\":3600,\"poolLabels\":{}}";

    private const int Digits = 12;
    private static readonly byte[] Allocated = "\"status\":\"allocated\""u8.ToArray();

    private readonly byte[] _request;
    private readonly int _digitsAt;
    private long _next;

    public Submissions(Uri url, string path, string? key)
    {
        string head = $"POST {path} HTTP/1.1\r\nHost: {url.Authority}\r\nContent-Type: application/json\r\nContent-Length: {Body.Length}\r\n"
            + (key is null ? "" : $"Authorization: Bearer {key}\r\n") + "\r\n";
        _request = Encoding.ASCII.GetBytes(head + Body);
        _digitsAt = head.Length + Body.IndexOf("r-0", StringComparison.Ordinal) + 2;
    }

    /// <summary>Bytes of JSON that are sent.</summary>
    public static int Length => Body.Length;

    /// <summary>The leases that were granted and not yet taken for release.</summary>
    public Queue<long> Leases { get; } = new();

    /// <summary>Bytes of the last answer's JSON.</summary>
    public int AnswerLength { get; private set; }

    public int Write(Span<byte> request, int connection)
    {
        _request.CopyTo(request);
        _next++;
        _next.TryFormat(request.Slice(_digitsAt, Digits), out _, "D12", CultureInfo.InvariantCulture);
        return _request.Length;
    }

    public void Read(int connection, int status, ReadOnlySpan<byte> body)
    {
        if (status != 201 || body.IndexOf(Allocated) < 0)
        {
            throw new InvalidOperationException($"answered {status}: {Encoding.UTF8.GetString(body)}");
        }

        AnswerLength = body.Length;
        Leases.Enqueue(Exchanges.LeaseIn(body));
    }
}

/// <summary>Gives back, one after the other, what was granted.</summary>
internal sealed class Releases(Uri url, string key, Queue<long> leases) : IExchange
{
    private const string Body = "{\"outcome\":\"succeeded\",\"usage\":{}}";

    private readonly byte[] _end = Encoding.ASCII.GetBytes(
        $"/release HTTP/1.1\r\nHost: {url.Authority}\r\nContent-Type: application/json\r\nContent-Length: {Body.Length}\r\nAuthorization: Bearer {key}\r\n\r\n{Body}");

    public int Write(Span<byte> request, int connection)
    {
        "POST /api/v1/leases/lease-"u8.CopyTo(request);
        leases.Dequeue().TryFormat(request[26..], out int digits, default, CultureInfo.InvariantCulture);
        _end.CopyTo(request[(26 + digits)..]);
        return 26 + digits + _end.Length;
    }

    public void Read(int connection, int status, ReadOnlySpan<byte> body)
    {
        if (status != 200 || body.IndexOf("\"released\""u8) < 0 || body.IndexOf("\"late\""u8) >= 0)
        {
            throw new InvalidOperationException($"answered {status}: {Encoding.UTF8.GetString(body)}");
        }
    }
}

internal static class Exchanges
{
    /// <summary>The number of the lease in an answer.</summary>
    public static long LeaseIn(ReadOnlySpan<byte> body)
    {
        int at = body.IndexOf("\"lease-"u8);
        return at >= 0 && System.Buffers.Text.Utf8Parser.TryParse(body[(at + 7)..], out long number, out _)
            ? number
            : throw new InvalidOperationException($"no lease in {Encoding.UTF8.GetString(body)}");
    }
}
