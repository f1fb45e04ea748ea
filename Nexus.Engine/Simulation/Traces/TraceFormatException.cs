namespace Nexus.Engine.Simulation.Traces;

/// <summary>A trace cannot be read as it is. The message names file, line and column, and says what to write instead.</summary>
public sealed class TraceFormatException : FormatException
{
    /// <summary>Names the place and the remedy.</summary>
    /// <param name="file">The trace's name, as its reader was given it.</param>
    /// <param name="line">The line, from 1; the header is line 1.</param>
    /// <param name="column">The column's name in the header; null where the whole line is meant.</param>
    /// <param name="fault">What is wrong and what to write instead.</param>
    /// <param name="cause">What the file's reader said, if anything.</param>
    public TraceFormatException(string file, long line, string? column, string fault, Exception? cause = null)
        : base(column is null ? $"{file}, line {line}: {fault}" : $"{file}, line {line}, column {column}: {fault}", cause)
    {
        Line = line;
        Column = column;
    }

    /// <summary>The line, from 1.</summary>
    public long Line { get; }

    /// <summary>The column's name; null where the whole line is meant.</summary>
    public string? Column { get; }
}
