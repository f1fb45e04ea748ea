using Nexus.Engine.Simulation.Traces;

namespace Nexus.Dashboard.Commands.Replay;

/// <summary>A trace on disk, read as a stream as often as it is enumerated.</summary>
/// <param name="path">Where it is.</param>
/// <param name="owners">How many tenants it is spread over.</param>
internal sealed class TraceFile(string path, int? owners)
{
    private const int BufferSize = 1 << 16;

    /// <summary>The requests, as the file is read.</summary>
    /// <exception cref="CommandException">The file cannot be opened.</exception>
    /// <exception cref="TraceFormatException">It cannot be read.</exception>
    public IEnumerable<TraceRequest> Read()
    {
        using StreamReader text = Open();
        foreach (TraceRequest request in TraceReader.Read(text, path, owners))
        {
            yield return request;
        }
    }

    private StreamReader Open()
    {
        try
        {
            return new(path, new FileStreamOptions { Options = FileOptions.SequentialScan, BufferSize = BufferSize, Share = FileShare.ReadWrite });
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw CommandException.BadInput($"the trace cannot be opened: {fault.Message}", fault);
        }
    }
}
