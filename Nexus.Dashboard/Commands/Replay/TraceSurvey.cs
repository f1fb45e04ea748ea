using Nexus.Engine.Simulation.Traces;

namespace Nexus.Dashboard.Commands.Replay;

/// <summary>What a trace holds. A file is read through once before anything is sent, so that a bad line ends the command before it has done half; a pipe is counted as it is sent.</summary>
internal sealed class TraceSurvey
{
    private long _requests;

    public long Requests => Volatile.Read(ref _requests);

    public TimeSpan Last { get; private set; }

    public long WithDeadline { get; private set; }

    public long Preemptible { get; private set; }

    public long Gangs { get; private set; }

    /// <summary>The same requests, counted as they pass.</summary>
    public IEnumerable<TraceRequest> Over(IEnumerable<TraceRequest> trace)
    {
        foreach (TraceRequest request in trace)
        {
            Volatile.Write(ref _requests, _requests + 1);
            Last = request.At;
            WithDeadline += request.Deadline is null ? 0 : 1;
            Preemptible += request.Preemptible ? 1 : 0;
            Gangs += request.Members > 1 ? 1 : 0;
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

    /// <summary>What of the trace is not sent, as sentences.</summary>
    public IEnumerable<string> LeftOut()
    {
        (long Rows, string Column)[] columns = [(WithDeadline, "deadline"), (Preemptible, "preemptible"), (Gangs, "members")];
        return columns.Where(c => c.Rows > 0).Select(c => $"{c.Column} is left out of {c.Rows:N0} requests: a replay does not send it");
    }
}
