using System.Xml;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Simulation.Traces;

/// <summary>Our own layout: <c>time,id,owner,priority,duration,deadline,preemptible,members</c> in any order, <c>time</c> alone required, and a column for each kind.</summary>
internal sealed class NativeLayout : ITraceLayout
{
    private const int MaxKinds = 32;

    private static readonly string[] Known = ["time", "id", "owner", "priority", "duration", "deadline", "preemptible", "members"];

    private readonly TraceOwners _owners;
    private readonly int _time;
    private readonly int _id;
    private readonly int _owner;
    private readonly int _priority;
    private readonly int _duration;
    private readonly int _deadline;
    private readonly int _preemptible;
    private readonly int _members;
    private readonly (int Column, string Kind)[] _kinds;
    private readonly List<ResourceAmount> _amounts = [];

    private NativeLayout(TraceHeader header, TraceOwners owners, (int Column, string Kind)[] kinds)
    {
        _owners = owners;
        _kinds = kinds;
        _time = header.Find("time");
        _id = header.Find("id");
        _owner = header.Find("owner");
        _priority = header.Find("priority");
        _duration = header.Find("duration");
        _deadline = header.Find("deadline");
        _preemptible = header.Find("preemptible");
        _members = header.Find("members");
    }

    /// <summary>The layout, if the header is this one's: a time and at least one kind.</summary>
    public static NativeLayout? Recognise(TraceHeader header, TraceOwners owners)
    {
        (int Column, string Kind)[] kinds =
            [.. header.Columns.Select((name, column) => (column, name)).Where(c => !Known.Contains(c.name, StringComparer.OrdinalIgnoreCase))];
        return header.Has("time") && kinds.Length is > 0 and <= MaxKinds ? new(header, owners, kinds) : null;
    }

    public string Title => "Nexus' own layout";

    public TraceEntry Read(TraceRow row)
    {
        TraceTime time = row.Time(_time) ?? throw row.Fault(_time, "is empty; write seconds from the start of the trace, or RFC 3339.");
        TraceTime? deadline = row.Time(_deadline);
        if (deadline is { OnCalendar: true } && !time.OnCalendar)
        {
            throw row.Fault(_deadline, "is a moment of the calendar while time is in seconds; write both alike.");
        }

        TraceRequest request = new(
            row.Number,
            default,
            TraceIds.Read(row, _id),
            Owner(row),
            row.TextOrNull(_priority),
            Resources(row),
            Duration(row),
            null,
            Preemptible(row),
            Members(row),
            []);
        return new(time, deadline, row.Line, request);
    }

    private OwnerPath Owner(TraceRow row)
    {
        if (row.TextOrNull(_owner) is not { } text)
        {
            return _owners.Of(row.Number, "native");
        }

        return OwnerPath.TryParse(text, out OwnerPath? owner, out string? reason) ? owner : throw row.Fault(_owner, $"'{text}' {reason}.");
    }

    private ResourceVector Resources(TraceRow row)
    {
        _amounts.Clear();
        foreach ((int column, string kind) in _kinds)
        {
            if (row.Amount(column) is { } amount)
            {
                _amounts.Add(new(kind, amount));
            }
        }

        return _amounts.Count > 0 ? ResourceVector.Of(_amounts)
            : throw row.Fault($"asks for nothing; give at least one of {string.Join(", ", _kinds.Select(k => k.Kind))} an amount.");
    }

    private TimeSpan? Duration(TraceRow row)
    {
        ReadOnlySpan<char> text = row.Text(_duration);
        if (text is not ['P', ..])
        {
            return row.Seconds(_duration) is { } seconds ? TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond)) : null;
        }

        try
        {
            return XmlConvert.ToTimeSpan(text.ToString());
        }
        catch (Exception fault) when (fault is FormatException or OverflowException)
        {
            throw row.Fault(_duration, $"'{text}' is not a duration; write seconds (90) or ISO 8601 (PT1M30S).");
        }
    }

    private bool Preemptible(TraceRow row) => row.Text(_preemptible) switch
    {
        "true" or "True" or "TRUE" or "1" => true,
        "" or "false" or "False" or "FALSE" or "0" => false,
        var other => throw row.Fault(_preemptible, $"'{other}' is not true or false."),
    };

    private int Members(TraceRow row) =>
        row.Text(_members).IsEmpty ? 1
            : row.Count(_members, "a number of members") is > 0 and <= 100_000 and var members ? (int)members
            : throw row.Fault(_members, "must be 1 to 100,000; leave the cell empty for one.");
}
