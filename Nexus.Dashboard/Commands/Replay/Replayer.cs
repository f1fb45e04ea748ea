using Nexus.Engine.Simulation.Traces;

namespace Nexus.Dashboard.Commands.Replay;

/// <summary>Sends the requests of a trace when they are due, whether or not earlier ones have been answered (open loop), and waits for all of them to end.</summary>
internal sealed class Replayer(ReplaySettings settings, ReplayClient client, ReplayTally tally, TimeProvider time)
{
    /// <summary>Requests under way at once. Beyond it the next one is sent late, and its latency counts from when it was due.</summary>
    private const int MaxUnderWay = 100_000;

    /// <summary>How long grants are given back after Ctrl-C.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(10);

    /// <summary>Replays to the end, or until <paramref name="cancellation"/> asks to stop; then what is held is released and what waits is cancelled.</summary>
    /// <exception cref="CommandException">The server does not know the key.</exception>
    /// <exception cref="TraceFormatException">The trace cannot be read.</exception>
    public async Task<ReplayReport> RunAsync(IEnumerable<TraceRequest> trace, CancellationToken cancellation)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using CancellationTokenSource abandon = new();
        await using CancellationTokenRegistration farewell = stop.Token.UnsafeRegister(_ => abandon.CancelAfter(Farewell), null);

        ReplayClock clock = new(time, settings.Speed);
        ReplayContext context = new(settings, client, new PoolModels(client), tally, clock, stop.Token, abandon.Token);
        using UnderWay underWay = new(MaxUnderWay, stop);
        try
        {
            await SendAsync(trace, context, underWay);
        }
        catch (Exception)
        {
            await stop.CancelAsync();
            throw;
        }
        finally
        {
            await underWay.AllEndedAsync();
        }

        underWay.ThrowIfFaulted();
        return tally.Report(clock.Elapsed, cancellation.IsCancellationRequested);
    }

    private static async Task SendAsync(IEnumerable<TraceRequest> trace, ReplayContext context, UnderWay underWay)
    {
        foreach (TraceRequest request in trace)
        {
            await context.Clock.UntilAsync(context.Clock.Scaled(request.At), context.Stop);
            if (!await underWay.RoomAsync(context.Stop))
            {
                return;
            }

            underWay.Start(new ReplayedRequest(context, request).RunAsync());
        }
    }
}
