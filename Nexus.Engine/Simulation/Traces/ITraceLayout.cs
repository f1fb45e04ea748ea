namespace Nexus.Engine.Simulation.Traces;

/// <summary>How one kind of trace file writes its requests.</summary>
internal interface ITraceLayout
{
    /// <summary>What it is called, in words.</summary>
    string Title { get; }

    /// <summary>Reads the request of the line the row stands on.</summary>
    /// <exception cref="TraceFormatException">The line cannot be read.</exception>
    TraceEntry Read(TraceRow row);
}

/// <summary>A request whose time is still as its file writes it.</summary>
/// <param name="Time">When it is submitted.</param>
/// <param name="Deadline">When it must be done.</param>
/// <param name="Line">The line it stands on.</param>
/// <param name="Request">The rest; <see cref="TraceRequest.At"/> and <see cref="TraceRequest.Deadline"/> are filled in when the start is known.</param>
internal readonly record struct TraceEntry(TraceTime Time, TraceTime? Deadline, long Line, TraceRequest Request);
