namespace Nexus.Dashboard.Api;

/// <summary>Cells of a CSV file (RFC 4180).</summary>
internal static class Csv
{
    /// <summary>The end of a line.</summary>
    public const string LineEnd = "\r\n";

    // What a spreadsheet takes for the beginning of a formula, in full width too, and what it passes over before one.
    private const string Beginnings = "=+-@\t\r\n＝＋－＠";

    /// <summary>A text. A spreadsheet takes what begins like a formula for one, whoever chose the name: such a text begins with an apostrophe.</summary>
    /// <remarks>One that has apostrophes before such a beginning gets one more, so that a reader gets back every text by taking one away: see docs/how-to/export-costs.md. Numbers are not texts, and stay as they are.</remarks>
    public static string Text(string cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        string safe = IsFormula(cell.AsSpan().TrimStart('\'')) ? "'" + cell : cell;
        return safe.AsSpan().IndexOfAny(",\"\r\n") < 0 ? safe : $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private static bool IsFormula(ReadOnlySpan<char> text) => text.Length > 0 && Beginnings.Contains(text[0], StringComparison.Ordinal);
}
