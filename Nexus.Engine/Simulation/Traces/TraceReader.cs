using Sylvan.Data.Csv;

namespace Nexus.Engine.Simulation.Traces;

/// <summary>Reads workload traces: CSV with a header, by which the layout is recognised.</summary>
/// <remarks>
/// <para>Requests are given while the file is read; of a file of any size only a window of 4,096 rows is held.</para>
/// <para>They come in the order of their times. A row may stand up to 4,096 rows after its place; one that is later still is an error.</para>
/// <para>Times of the calendar count from the earliest one, which is the start of the trace; seconds count as they are written.</para>
/// </remarks>
public static class TraceReader
{
    private const int MaxRowLength = 1 << 20;

    private const string Layouts =
        "this is none of the three layouts: time,id,owner,priority,duration,deadline,preemptible,<kind>… (with 1–32 kinds); "
        + "TIMESTAMP,ContextTokens,GeneratedTokens (Azure LLM); name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time (Alibaba GPU).";

    /// <summary>Reads the requests of a trace as they are enumerated.</summary>
    /// <param name="text">The trace; read once, from where it stands, and not closed.</param>
    /// <param name="file">Its name, for errors.</param>
    /// <param name="owners">How many tenants requests are spread over whose trace names no owner, 1 – 100,000; null: all belong to <c>trace</c>.</param>
    /// <exception cref="TraceFormatException">The header or a line cannot be read (while enumerating).</exception>
    public static IEnumerable<TraceRequest> Read(TextReader text, string file, int? owners = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(file);
        return InOrder(Entries(text, file, new TraceOwners(owners)), file);
    }

    /// <summary>True when a trace is in the layout of the Alibaba GPU trace, to which a list of nodes belongs.</summary>
    /// <exception cref="TraceFormatException">The header cannot be read.</exception>
    public static bool IsAlibabaGpu(TextReader text, string file)
    {
        using CsvDataReader csv = Open(text, file);
        return AlibabaGpuLayout.Recognise(HeaderOf(csv, file), new TraceOwners(null)) is not null;
    }

    /// <summary>In which layout a trace is, by its header, in words: <c>Nexus' own layout</c>, <c>the layout of the Alibaba GPU trace 2023</c>.</summary>
    /// <exception cref="TraceFormatException">The header cannot be read, or is that of no layout.</exception>
    public static string LayoutOf(TextReader text, string file)
    {
        using CsvDataReader csv = Open(text, file);
        return LayoutOf(HeaderOf(csv, file), file, new TraceOwners(null)).Title;
    }

    /// <summary>The names of the columns.</summary>
    internal static TraceHeader HeaderOf(CsvDataReader csv, string file) => new(file, [.. Enumerable.Range(0, csv.FieldCount).Select(csv.GetName)]);

    private static IEnumerable<TraceRequest> InOrder(IEnumerable<TraceEntry> entries, string file)
    {
        ArrivalWindow window = new();
        TraceTime? start = null;
        bool? onCalendar = null;
        foreach (TraceEntry entry in entries)
        {
            onCalendar ??= entry.Time.OnCalendar;
            if (entry.Time.OnCalendar != onCalendar)
            {
                throw new TraceFormatException(file, entry.Line, null, "its time is written otherwise than those before; write all in seconds or all as RFC 3339.");
            }

            if (!window.TryPass(entry, out TraceEntry? next))
            {
                throw new TraceFormatException(file, entry.Line, null, $"its time lies before that of a row more than {ArrivalWindow.Rows} rows earlier; sort the file by time.");
            }

            if (next is { } first)
            {
                yield return Placed(first, start ??= first.Time);
            }
        }

        foreach (TraceEntry entry in window.Drain())
        {
            yield return Placed(entry, start ??= entry.Time);
        }
    }

    private static TraceRequest Placed(TraceEntry entry, TraceTime start) =>
        entry.Request with { At = entry.Time.Since(start), Deadline = entry.Deadline?.Since(start) };

    private static IEnumerable<TraceEntry> Entries(TextReader text, string file, TraceOwners owners)
    {
        using CsvDataReader csv = Open(text, file);
        TraceHeader header = HeaderOf(csv, file);
        ITraceLayout layout = LayoutOf(header, file, owners);
        TraceRow row = new(csv, file, header);
        long nextLine = 2;
        while (Advance(csv, file, nextLine))
        {
            row.Line = nextLine;
            nextLine += Math.Max(1, csv.GetRawRecordSpan().Count('\n'));
            if (csv.RowFieldCount == 1 && csv.GetFieldSpan(0).IsWhiteSpace())
            {
                continue;
            }

            if (csv.RowFieldCount != header.Columns.Count)
            {
                throw row.Fault($"has {csv.RowFieldCount} cells where the header has {header.Columns.Count}; give every column a cell, if an empty one.");
            }

            row.Number++;
            yield return layout.Read(row);
        }
    }

    /// <summary>Opens a file of comma-separated values whose first line names the columns.</summary>
    internal static CsvDataReader Open(TextReader text, string file)
    {
        CsvDataReaderOptions options = new() { Delimiter = ',', Comment = '\0', OwnsReader = false, MaxBufferSize = MaxRowLength };
        try
        {
            return CsvDataReader.Create(text, options);
        }
        catch (CsvMissingHeadersException fault)
        {
            throw new TraceFormatException(file, 1, null, "the file is empty; its first line names the columns.", fault);
        }
        catch (CsvFormatException fault)
        {
            throw Unreadable(file, 1, fault);
        }
    }

    private static ITraceLayout LayoutOf(TraceHeader header, string file, TraceOwners owners) =>
        (ITraceLayout?)AzureLlmLayout.Recognise(header, owners)
        ?? (ITraceLayout?)AlibabaGpuLayout.Recognise(header, owners)
        ?? NativeLayout.Recognise(header, owners)
        ?? throw new TraceFormatException(file, 1, null, Layouts);

    private static bool Advance(CsvDataReader csv, string file, long line)
    {
        try
        {
            return csv.Read();
        }
        catch (CsvFormatException fault)
        {
            throw Unreadable(file, line, fault);
        }
    }

    private static TraceFormatException Unreadable(string file, long line, CsvFormatException fault) =>
        fault is CsvRecordTooLargeException
            ? new(file, line, null, "is longer than a million characters; is a closing quote missing, or is this not a CSV file?", fault)
            : new(file, line, null, $"cannot be read as CSV: {fault.Message}", fault);
}
