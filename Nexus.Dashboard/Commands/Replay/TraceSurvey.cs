using Nexus.Engine.Simulation.Traces;

namespace Nexus.Dashboard.Commands.Replay;

/// <summary>What a trace holds. A file is read through once before anything is sent, so that a bad line ends the command before it has done half; a pipe is counted as it is sent.</summary>
internal sealed class TraceSurvey
{
    private long _requests;

    public long Requests => Volatile.Read(ref _requests);

    public TimeSpan Last { get; private set; }

    /// <summary>The same requests, counted as they pass.</summary>
    public IEnumerable<TraceRequest> Over(IEnumerable<TraceRequest> trace)
    {
        foreach (TraceRequest request in trace)
        {
            Volatile.Write(ref _requests, _requests + 1);
            Last = request.At;
            yield return request;
        }
    }

    /// <summary>Reads the trace to its end, holding none of it.</summary>
    /// <exception cref="TraceFormatException">It cannot be read.</exception>
    public bool Exhaust(IEnumerable<TraceRequest> trace, CancellationToken cancellation)
    {
        foreach (TraceRequest _ in Over(trace))
        {
            cancellation.ThrowIfCancellationRequested();
        }

        return true;
    }
}
