using System.Globalization;
using System.Text;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Costs.Focus;
using Nexus.Engine.Costs;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Dashboard.Features.Costs;

/// <summary>In what lines of the ledger are exported: a format, and of FOCUS its version.</summary>
internal sealed record CostsExport
{
    /// <summary>The formats, for people.</summary>
    public const string Known = "csv, focus or parquet";

    /// <summary>The type of a CSV file.</summary>
    public const string Csv = "text/csv";

    /// <summary>The type of a Parquet file.</summary>
    public const string Parquet = "application/vnd.apache.parquet";

    private const int FlushAfter = 64 * 1024;

    private readonly string _format = "csv";
    private readonly FocusVersion _version = FocusVersion.OnePointFour;

    /// <summary>The type of the file.</summary>
    public string ContentType => _format == "parquet" ? Parquet : Csv + "; charset=utf-8";

    /// <summary>Reads <c>format</c> and <c>focusVersion</c> of a query string: CSV unless given, and the newest version.</summary>
    /// <returns>What is wrong with them, or null.</returns>
    public static Problem? Read(HttpContext http, out CostsExport export)
    {
        string format = http.Request.Query["format"].FirstOrDefault() ?? "csv";
        string? wanted = http.Request.Query["focusVersion"].FirstOrDefault();
        bool known = FocusVersions.TryParse(wanted, out FocusVersion version);
        export = new CostsExport(format, version);
        return format is not ("csv" or "focus" or "parquet") ? Problem.Field("invalid-value", 422, "format", $"must be {Known}")
            : !known ? Problem.Field("invalid-value", 422, "focusVersion", $"must be {FocusVersions.Known}")
            : wanted is not null && format != "focus" ? Problem.Field("invalid-value", 422, "focusVersion", "belongs to format=focus: leave it out")
            : null;
    }

    private CostsExport(string format, FocusVersion version) => (_format, _version) = (format, version);

    /// <summary>What the file of a range is called.</summary>
    public string NameOf(CostQuery query) => string.Create(
        CultureInfo.InvariantCulture,
        $"costs-{(_format == "focus" ? $"focus-{FocusVersions.NameOf(_version)}-" : "")}{query.From.ToDateTimeOffset():yyyyMMdd}-{query.To.ToDateTimeOffset():yyyyMMdd}.{(_format == "parquet" ? "parquet" : "csv")}");

    /// <summary>Writes lines as they come.</summary>
    /// <param name="to">Where to; it is left open.</param>
    /// <param name="rows">The lines.</param>
    /// <param name="book">What a FOCUS export asks for them.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task WriteAsync(Stream to, IEnumerable<LedgerRow> rows, FocusBook book, CancellationToken cancellation)
    {
        if (_format == "parquet")
        {
            await CostsParquet.WriteAsync(to, rows, book.Currency, cancellation);
            return;
        }

        await using StreamWriter text = new(to, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), FlushAfter, leaveOpen: true);
        await (_format == "focus" ? FocusCsv.WriteAsync(text, rows, book, _version, cancellation) : CostsCsv.WriteAsync(text, rows, book.Currency, cancellation));
    }
}
