using Nexus.Engine.Simulation.Traces;

namespace Nexus.Dashboard.Commands.Replay;

/// <summary>What a trace holds, read through once before anything is sent: a bad line ends the command before it has done half.</summary>
internal sealed class TraceSurvey
{
    public long Requests { get; private set; }

    public TimeSpan Last { get; private set; }

    public long WithDeadline { get; private set; }

    public long Preemptible { get; private set; }

    public long Gangs { get; private set; }

    /// <summary>Reads the trace to its end, holding none of it.</summary>
    /// <exception cref="TraceFormatException">It cannot be read.</exception>
    public static TraceSurvey Of(IEnumerable<TraceRequest> trace, CancellationToken cancellation)
    {
        TraceSurvey survey = new();
        foreach (TraceRequest request in trace)
        {
            cancellation.ThrowIfCancellationRequested();
            survey.Requests++;
            survey.Last = request.At;
            survey.WithDeadline += request.Deadline is null ? 0 : 1;
            survey.Preemptible += request.Preemptible ? 1 : 0;
            survey.Gangs += request.Members > 1 ? 1 : 0;
        }

        return survey;
    }

    /// <summary>What of the trace is not sent, as sentences.</summary>
    public IEnumerable<string> LeftOut()
    {
        (long Rows, string Column)[] columns = [(WithDeadline, "deadline"), (Preemptible, "preemptible"), (Gangs, "members")];
        return columns.Where(c => c.Rows > 0).Select(c => $"{c.Column} is left out of {c.Rows:N0} requests: this version's scheduler does not take it");
    }
}
