using Nexus.Engine.Simulation.Traces;

namespace Nexus.Dashboard.Commands;

/// <summary>A trace on disk or in a pipe, read as a stream.</summary>
internal sealed class TraceFile : IDisposable
{
    private const int BufferSize = 1 << 16;

    private readonly string _path;
    private readonly int? _owners;
    private readonly FileStream _stream;
    private double _share;

    /// <summary>Opens it.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="owners">How many tenants it is spread over.</param>
    /// <exception cref="CommandException">It cannot be opened.</exception>
    public TraceFile(string path, int? owners)
    {
        (_path, _owners) = (path, owners);
        try
        {
            _stream = new(path, new FileStreamOptions { Options = FileOptions.SequentialScan, BufferSize = BufferSize, Share = FileShare.ReadWrite });
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw CommandException.BadInput($"the trace cannot be opened: {fault.Message}", fault);
        }
    }

    /// <summary>False for a pipe, which gives its requests once.</summary>
    public bool CanReadAgain => _stream.CanSeek;

    /// <summary>Where it is.</summary>
    public string Name => _path;

    /// <summary>True when it is an Alibaba GPU trace; of a file, not of a pipe.</summary>
    /// <exception cref="TraceFormatException">It cannot be read.</exception>
    public bool IsAlibabaGpu
    {
        get
        {
            _stream.Seek(0, SeekOrigin.Begin);
            using StreamReader text = new(_stream, leaveOpen: true);
            return TraceReader.IsAlibabaGpu(text, _path);
        }
    }

    /// <summary>How much of it is read, 0 … 1; 0 for a pipe. May be asked from another thread.</summary>
    public double Share => Volatile.Read(ref _share);

    /// <summary>The requests from the first on, as the file is read.</summary>
    /// <exception cref="TraceFormatException">It cannot be read.</exception>
    public IEnumerable<TraceRequest> Read()
    {
        if (CanReadAgain)
        {
            _stream.Seek(0, SeekOrigin.Begin);
        }

        using StreamReader text = new(_stream, leaveOpen: true);
        foreach (TraceRequest request in TraceReader.Read(text, _path, _owners))
        {
            if (CanReadAgain)
            {
                Volatile.Write(ref _share, (double)_stream.Position / _stream.Length);
            }

            yield return request;
        }
    }

    public void Dispose() => _stream.Dispose();
}
