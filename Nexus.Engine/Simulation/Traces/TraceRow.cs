using System.Globalization;
using Nexus.Engine.Resources;
using Sylvan.Data.Csv;

namespace Nexus.Engine.Simulation.Traces;

/// <summary>The cells of the line a trace's reader stands on, read with errors that name line and column.</summary>
internal sealed class TraceRow(CsvDataReader reader, string file, TraceHeader header)
{
    /// <summary>The line of the file, from 1.</summary>
    public long Line { get; set; }

    /// <summary>The place among the rows, from 1.</summary>
    public long Number { get; set; }

    /// <summary>The cell without surrounding space; empty where the column or the value is missing.</summary>
    public ReadOnlySpan<char> Text(int column) => column < 0 ? default : reader.GetFieldSpan(column).Trim();

    /// <summary>The cell as text, or null where it is empty.</summary>
    public string? TextOrNull(int column)
    {
        ReadOnlySpan<char> text = Text(column);
        return text.IsEmpty ? null : text.ToString();
    }

    /// <summary>A decimal number, or null where the cell is empty.</summary>
    public decimal? NumberOrNull(int column, string unit)
    {
        ReadOnlySpan<char> text = Text(column);
        return text.IsEmpty ? null
            : decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value) ? value
            : throw Fault(column, $"'{text}' is not a number; write {unit}, for example 12 or 0.5.");
    }

    /// <summary>A count of whole units, 0 or more and at most 10¹².</summary>
    public long Count(int column, string unit)
    {
        ReadOnlySpan<char> text = Text(column);
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value <= 1_000_000_000_000 ? value
            : throw Fault(column, text.IsEmpty ? $"is empty; write {unit} as a whole number, 0 or more." : $"'{text}' is not {unit}; write a whole number from 0 to 10¹².");
    }

    /// <summary>Seconds, 0 or more.</summary>
    public decimal? Seconds(int column)
    {
        decimal? seconds = NumberOrNull(column, "seconds");
        return seconds is < 0 or > TraceTime.MaxSeconds ? throw Fault(column, $"{seconds} is out of range; write seconds from 0 to 10¹⁰.") : seconds;
    }

    /// <summary>Seconds from the start, or a moment by RFC 3339; null where the cell is empty.</summary>
    public TraceTime? Time(int column)
    {
        ReadOnlySpan<char> text = Text(column);
        if (text.IsEmpty)
        {
            return null;
        }

        if (TraceTime.TryParseRfc3339(text, out TraceTime moment))
        {
            return moment;
        }

        return decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal seconds)
            && seconds is >= 0 and <= TraceTime.MaxSeconds
            ? TraceTime.FromSeconds(seconds)
            : throw Fault(column, $"'{text}' is not a time; write seconds from the start of the trace (12.5) or RFC 3339 (2026-01-01T00:00:12.5Z).");
    }

    /// <summary>An amount of a kind; null where the cell is empty or 0, which asks for nothing.</summary>
    public Quantity? Amount(int column)
    {
        if (NumberOrNull(column, "an amount") is not { } units || units == 0)
        {
            return null;
        }

        return Quantity.TryCreate(units, out Quantity quantity, out string? reason) ? quantity
            : throw Fault(column, $"{Text(column)} {reason}; write an amount in the kind's unit, or leave the cell empty.");
    }

    /// <summary>An amount that was computed from several cells; the column is named where it is too large.</summary>
    public Quantity Thousandths(int column, Int128 thousandths) =>
        thousandths <= Quantity.MaxThousandths ? Quantity.FromThousandths((long)thousandths)
            : throw Fault(column, $"{Text(column)} makes more than 10¹² units; correct it.");

    /// <summary>What is wrong in a cell of this line.</summary>
    public TraceFormatException Fault(int column, string fault) => new(file, Line, header.Columns[column], fault);

    /// <summary>What is wrong with this line as a whole.</summary>
    public TraceFormatException Fault(string fault) => new(file, Line, null, fault);
}
