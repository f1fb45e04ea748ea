namespace Nexus.Engine.Simulation.Traces;

/// <summary>The columns of a trace by name; names are compared without regard to case and surrounding space.</summary>
internal sealed class TraceHeader
{
    private readonly Dictionary<string, int> _ordinals;

    /// <summary>Takes the names of a file's first line.</summary>
    /// <exception cref="TraceFormatException">A column has no name, or two have the same.</exception>
    public TraceHeader(string file, IReadOnlyList<string> columns)
    {
        Columns = [.. columns.Select(column => column.Trim())];
        _ordinals = new(Columns.Count, StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < Columns.Count; i++)
        {
            if (Columns[i].Length == 0)
            {
                throw new TraceFormatException(file, 1, null, $"column {i + 1} has no name; name every column of the header.");
            }

            if (!_ordinals.TryAdd(Columns[i], i))
            {
                throw new TraceFormatException(file, 1, Columns[i], "stands twice in the header; keep one of them.");
            }
        }
    }

    /// <summary>The names in the order of the file.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The place of a column, or −1.</summary>
    public int Find(string column) => _ordinals.GetValueOrDefault(column, -1);

    /// <summary>True when all of these are there.</summary>
    public bool Has(params ReadOnlySpan<string> columns)
    {
        foreach (string column in columns)
        {
            if (Find(column) < 0)
            {
                return false;
            }
        }

        return true;
    }
}
