using System.Diagnostics;
using System.Net.Sockets;

namespace Nexus.Bench.Http;

/// <summary>Sends load from one thread over a fixed number of connections; the sockets are polled, so that the generator takes as little as possible of what the server needs.</summary>
internal sealed class Load : IDisposable
{
    private readonly RawConnection[] _connections;
    private readonly Dictionary<Socket, RawConnection> _bySocket;
    private readonly List<Socket> _ready = [];

    public Load(Uri url, int connections)
    {
        _connections = [.. Enumerable.Range(0, connections).Select(n => new RawConnection(url, n))];
        _bySocket = _connections.ToDictionary(c => c.Socket);
    }

    /// <summary>Closed loop: each connection asks again as soon as it is answered.</summary>
    public LoadResult Closed(IExchange exchange, TimeSpan length, int most = int.MaxValue)
    {
        List<double> times = [];
        int asked = 0;
        long started = Stopwatch.GetTimestamp();
        foreach (RawConnection connection in _connections.Where(_ => asked < most))
        {
            connection.Ask(exchange);
            asked++;
        }

        while (Await(Timeout.InfiniteTimeSpan))
        {
            foreach (Socket socket in _ready)
            {
                RawConnection connection = _bySocket[socket];
                if (connection.TryFinish(exchange))
                {
                    times.Add(Stopwatch.GetElapsedTime(connection.AskedAt).TotalMilliseconds);
                    if (asked < most && Stopwatch.GetElapsedTime(started) < length)
                    {
                        connection.Ask(exchange);
                        asked++;
                    }
                }
            }
        }

        return LoadResult.Of(times, Stopwatch.GetElapsedTime(started));
    }

    /// <summary>Open loop: requests are sent at random moments, whatever became of those before. The same seed gives the same moments.</summary>
    public LoadResult Open(IExchange exchange, TimeSpan length, double ratePerSecond, int seed)
    {
        Random random = new(seed);
        List<double> times = [];
        long started = Stopwatch.GetTimestamp();
        double due = 0;
        Queue<long> late = new();
        while (true)
        {
            double now = Stopwatch.GetElapsedTime(started).TotalSeconds;
            while (due <= now && due < length.TotalSeconds)
            {
                RawConnection? free = Array.Find(_connections, c => !c.IsBusy);
                if (free is null)
                {
                    late.Enqueue(started + (long)(due * Stopwatch.Frequency));
                }

                // The generator's own lateness, up to a millisecond, is not the server's; waiting for a connection is.
                free?.Ask(exchange);
                due += -Math.Log(1 - random.NextDouble()) / ratePerSecond;
            }

            bool over = due >= length.TotalSeconds;
            if (!Await(TimeSpan.FromSeconds(Math.Max(0, Math.Min(due, length.TotalSeconds) - now))) && over)
            {
                return LoadResult.Of(times, Stopwatch.GetElapsedTime(started));
            }

            foreach (Socket socket in _ready)
            {
                RawConnection connection = _bySocket[socket];
                if (connection.TryFinish(exchange))
                {
                    times.Add(Stopwatch.GetElapsedTime(connection.AskedAt).TotalMilliseconds);
                    if (late.TryDequeue(out long since))
                    {
                        connection.Ask(exchange, since);
                    }
                }
            }
        }
    }

    public void Dispose()
    {
        foreach (RawConnection connection in _connections)
        {
            connection.Dispose();
        }
    }

    // False when no connection waits for an answer.
    private bool Await(TimeSpan most)
    {
        _ready.Clear();
        foreach (RawConnection connection in _connections)
        {
            if (connection.IsBusy)
            {
                _ready.Add(connection.Socket);
            }
        }

        if (_ready.Count == 0)
        {
            if (most > TimeSpan.Zero)
            {
                Thread.Sleep(most);
            }

            return false;
        }

        Socket.Select(_ready, null, null, most);
        return true;
    }
}

/// <summary>What a round gave: answers, how many a second, and milliseconds from question to answer.</summary>
internal sealed record LoadResult(int Answers, double Rate, double P50, double P99)
{
    public static LoadResult Of(List<double> times, TimeSpan took)
    {
        double[] sorted = [.. times.Order()];
        return sorted.Length == 0
            ? new LoadResult(0, 0, 0, 0)
            : new LoadResult(sorted.Length, sorted.Length / took.TotalSeconds, sorted[sorted.Length / 2], sorted[(int)(sorted.Length * 0.99)]);
    }
}
