using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Nexus.Engine.Resources;

namespace Nexus.Bench.Quotas;

/// <summary>The same check and charge as a Lua script in a Redis of its own, without persistence; one call to take and one to give back, each waited for.</summary>
internal sealed class RedisSubject : IDisposable
{
    // For each kind and level a hash with own, reach, used and total: first all are checked, then all are charged.
    private const string Script = """
        local sign = tonumber(ARGV[1])
        local kinds = tonumber(ARGV[2])
        local levels = #KEYS / kinds
        if sign > 0 then
          for k = 0, kinds - 1 do
            local need = sign
            for l = 1, levels do
              local c = redis.call('HMGET', KEYS[k * levels + l], 'own', 'reach', 'used')
              local own, reach, used = tonumber(c[1]), tonumber(c[2]), tonumber(c[3])
              need = need - math.max(0, own - used)
              if reach - math.max(0, used - own) < need then return 0 end
            end
          end
        end
        for k = 0, kinds - 1 do
          local passed = sign
          for l = 1, levels do
            local key = KEYS[k * levels + l]
            local own = tonumber(redis.call('HGET', key, 'own'))
            redis.call('HINCRBY', key, 'total', sign)
            local used = redis.call('HINCRBY', key, 'used', passed)
            passed = math.max(0, used - own) - math.max(0, used - passed - own)
          end
        end
        return 1
        """;

    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly TcpClient _client;
    private readonly Stream _stream;
    private readonly StreamReader _reader;
    private readonly Dictionary<OwnerPath, (byte[] Take, byte[] Give)> _calls;

    private RedisSubject(Process process, TcpClient client, OwnerPath[] nodes)
    {
        (_process, _client, _stream) = (process, client, client.GetStream());
        _reader = new StreamReader(_stream, Encoding.ASCII, false, 4_096, leaveOpen: true);
        foreach (OwnerPath node in nodes)
        {
            foreach (string kind in QuotaBench.Kinds)
            {
                Call(Command("HSET", Key(node, kind), "own", "500000", "reach", "1000000000", "used", "0", "total", "0"));
            }
        }

        Call(Command("SCRIPT", "LOAD", Script));
        string sha = _reader.ReadLine()!;
        _calls = nodes.ToDictionary(n => n, n => (Evaluate(n, "1000"), Evaluate(n, "-1000")));

        byte[] Evaluate(OwnerPath owner, string amount)
        {
            string[] keys = [.. QuotaBench.Kinds.SelectMany(k => owner.SelfAndParents().Append(OwnerPath.Root).Select(p => Key(p, k)))];
            return Command(["EVALSHA", sha, keys.Length.ToString(CultureInfo.InvariantCulture), .. keys, amount, QuotaBench.Kinds.Length.ToString(CultureInfo.InvariantCulture)]);
        }
    }

    /// <summary>Starts it on a free port of loopback; null where it is not installed.</summary>
    public static RedisSubject? Start(OwnerPath[] nodes)
    {
        TcpListener free = new(IPAddress.Loopback, 0);
        free.Start();
        int port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        Process process;
        try
        {
            process = Process.Start(new ProcessStartInfo("redis-server", ["--bind", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture), "--save", "", "--appendonly", "no"])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
            })!;
        }
        catch (Win32Exception)
        {
            return null;
        }

        process.BeginOutputReadLine();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => End(process);
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            TcpClient client = new() { NoDelay = true };
            try
            {
                client.Connect(IPAddress.Loopback, port);
                return new RedisSubject(process, client, nodes);
            }
            catch (SocketException) when (Stopwatch.GetElapsedTime(started) < ReadyWithin)
            {
                client.Dispose();
                Thread.Sleep(10);
            }
        }
    }

    public int Run(OwnerPath[] owners, int operations)
    {
        int passed = 0;
        for (int i = 0; i < operations; i++)
        {
            (byte[] take, byte[] give) = _calls[owners[i % owners.Length]];
            if (Call(take) == ":1")
            {
                Call(give);
                passed++;
            }
        }

        return passed;
    }

    public void Dispose()
    {
        _reader.Dispose();
        _client.Dispose();
        End(_process);
        _process.Dispose();
    }

    private static void End(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended, or was let go of.
        }
    }

    private static string Key(OwnerPath owner, string kind) => $"q:{owner}:{kind}";

    private string Call(byte[] command)
    {
        _stream.Write(command);
        string answer = _reader.ReadLine() ?? throw new InvalidOperationException("Redis hung up");
        return answer.StartsWith('-') ? throw new InvalidOperationException(answer) : answer;
    }

    private static byte[] Command(params string[] words)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"*{words.Length}\r\n");
        foreach (string word in words)
        {
            text.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
