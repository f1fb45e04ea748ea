using System.Text;

namespace Nexus.Dashboard.Tests.Dashboard.Costs;

/// <summary>A CSV file as RFC 4180 has it, read by a reader of its own.</summary>
internal static class CsvFile
{
    /// <summary>Its lines, the head among them, as cells.</summary>
    public static IReadOnlyList<string[]> Read(string text)
    {
        List<string[]> lines = [];
        List<string> cells = [];
        StringBuilder cell = new();
        bool quoted = false;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (quoted)
            {
                if (c != '"')
                {
                    cell.Append(c);
                }
                else if (i + 1 < text.Length && text[i + 1] == '"')
                {
                    cell.Append(text[++i]);
                }
                else
                {
                    quoted = false;
                }
            }
            else if (c == '"')
            {
                quoted = true;
            }
            else if (c is ',' or '\n')
            {
                cells.Add(cell.ToString());
                cell.Clear();
                if (c == '\n')
                {
                    lines.Add([.. cells]);
                    cells.Clear();
                }
            }
            else if (c != '\r')
            {
                cell.Append(c);
            }
        }

        if (cell.Length > 0 || cells.Count > 0)
        {
            lines.Add([.. cells, cell.ToString()]);
        }

        return lines;
    }

    /// <summary>The text that an exported cell stands for: without the apostrophe that keeps a spreadsheet from reading a formula.</summary>
    public static string TextOf(string cell) => cell is ['\'', ..] && cell.TrimStart('\'') is [var first, ..] && "=+-@\t\r\n＝＋－＠".Contains(first, StringComparison.Ordinal) ? cell[1..] : cell;
}
