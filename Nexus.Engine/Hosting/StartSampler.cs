using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Nexus.Engine.Hosting;

/// <summary>Estimates the start of one of those who begin to wait, at most once a second and off the engine's thread: what nobody looks at must be scored too, else there is little to learn from.</summary>
/// <remarks>An estimate looks at all who wait. It pauses for fifty times as long as the last one took, so that it costs a fiftieth of a processor at most.</remarks>
internal sealed partial class StartSampler(ReadModel read, TimeProvider time, ILogger<StartSampler> log) : BackgroundService
{
    private const int PauseFactor = 50;

    /// <summary>The time between two estimates at least.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        TimeSpan pause = Interval;
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!stoppingToken.IsCancellationRequested)
            {
                pause = TookOrLog() * PauseFactor;
                pause = pause < Interval ? Interval : pause;
            }
        }
    }

    private TimeSpan TookOrLog()
    {
        long began = time.GetTimestamp();
        try
        {
            read.PromiseStart();
        }
#pragma warning disable CA1031 // Logged: one that cannot be estimated must not end the others.
        catch (Exception error)
#pragma warning restore CA1031
        {
            LogFault(log, error);
        }

        return time.GetElapsedTime(began);
    }

    [LoggerMessage(1, LogLevel.Error, "A start could not be estimated.")]
    private static partial void LogFault(ILogger log, Exception error);
}
