using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Nexus.Bench.Running;

/// <summary>A server in a process of its own, whose processor time and memory are its alone.</summary>
internal sealed class ServerProcess : IDisposable
{
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(10);

    private static readonly HttpClient Anybody = new();

    private readonly Process _process;
    private readonly long _started;

    private ServerProcess(Process process, Uri url, long started) => (_process, Url, _started) = (process, url, started);

    /// <summary>Where it listens.</summary>
    public Uri Url { get; }

    /// <summary>How long it has run.</summary>
    public TimeSpan Age => Stopwatch.GetElapsedTime(_started);

    /// <summary>Processor time since its start, all threads.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Resident memory, in bytes.</summary>
    public long Resident
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts a .NET program; it may not be ready yet.</summary>
    public static ServerProcess Start(string program, Uri url, params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [program, .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        long started = Stopwatch.GetTimestamp();
        Process process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => End(process);
        return new ServerProcess(process, url, started);
    }

    /// <summary>An address at which nobody listens yet.</summary>
    public static Uri FreeAddress()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}");
    }

    /// <summary>Runs a .NET program to its end.</summary>
    /// <returns>What it printed.</returns>
    public static string Output(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{string.Join(' ', arguments)} ended with exit code {process.ExitCode}");
    }

    /// <summary>Runs a .NET program to its end.</summary>
    /// <returns>The lines that it prints, as they come.</returns>
    public static IEnumerable<string> Lines(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        while (process.StandardOutput.ReadLine() is { } line)
        {
            yield return line;
        }

        process.WaitForExit();
    }

    /// <summary>Waits until a path answers with success to anybody: a key would have to be looked up first.</summary>
    /// <returns>How long it has run then.</returns>
    public async Task<TimeSpan> WaitAsync(string path)
    {
        while (true)
        {
            try
            {
                using HttpResponseMessage answer = await Anybody.GetAsync(new Uri(Url, path));
                if (answer.IsSuccessStatusCode)
                {
                    return Age;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            if (_process.HasExited || Age > ReadyWithin)
            {
                throw new InvalidOperationException($"the server on {Url} did not become ready");
            }

            await Task.Delay(PollEvery);
        }
    }

    /// <summary>SIGKILL: nothing is drained, flushed or said.</summary>
    public void Kill()
    {
        End(_process);
        _process.WaitForExit();
    }

    public void Dispose()
    {
        Kill();
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
            // It has ended, or was disposed of.
        }
    }
}
