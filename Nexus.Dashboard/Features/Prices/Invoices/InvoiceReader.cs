using System.Globalization;
using Nexus.Dashboard.Api;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Invoices;
using Nexus.Engine.Resources;
using Sylvan.Data.Csv;

namespace Nexus.Dashboard.Features.Prices.Invoices;

/// <summary>Reads a provider's CSV. What it cannot read it reports by line, and drops nothing.</summary>
/// <param name="mapping">Its columns.</param>
/// <param name="columns">Where they stand.</param>
/// <param name="asked">What the caller says of the file.</param>
/// <param name="currency">The installation's currency.</param>
internal sealed class InvoiceReader(InvoiceMapping mapping, InvoiceColumns columns, InvoiceBody asked, string currency)
{
    /// <summary>The most lines of a file.</summary>
    public const int MostLines = 200_000;

    // So many different ones are kept of a file.
    private const int MostKept = 50_000;

    // As many are named; how many there are is said.
    private const int MostUnread = 1_000;
    private const int MostRow = 1 << 20;
    private const int LeastDecimals = 2;

    // Dividing by it drops the zeros at the end.
    private const decimal WithoutZeros = 1.0000000000000000000000000000m;

    private static readonly DateTimeOffset Earliest = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly List<InvoiceLine> _lines = [];
    private readonly List<UnreadLine> _unread = [];
    private readonly HashSet<string> _currencies = new(StringComparer.OrdinalIgnoreCase);
    private int _decimals = LeastDecimals;
    private int _read;

    /// <summary>Reads a file, in the layout that it is in or by the caller's mapping.</summary>
    /// <param name="asked">The file, and what the caller says of it.</param>
    /// <param name="currency">The installation's currency.</param>
    public static Result<InvoiceFile> Read(InvoiceBody asked, string currency)
    {
        try
        {
            using StringReader text = new(asked.Csv.TrimStart('\uFEFF'));
            using CsvDataReader csv = CsvDataReader.Create(text, new CsvDataReaderOptions { Comment = '\0', OwnsReader = false, MaxBufferSize = MostRow });
            string[] header = [.. Enumerable.Range(0, csv.FieldCount).Select(i => csv.GetName(i).Trim())];
            Result<InvoiceMapping> mapping = MappingOf(asked, header);
            if (mapping.Problem is { } unknown)
            {
                return unknown;
            }

            InvoiceColumns columns = new(mapping.Value!, header);
            if (columns.Missing is { } missing)
            {
                return Problem.Field("invalid-value", 422, asked.Mapping is null ? "$.csv" : $"$.mapping.{missing.Split(' ')[0]}", $"the file has no column for the {missing}; it has {Some(header)}");
            }

            return new InvoiceReader(mapping.Value!, columns, asked, currency).ReadAll(csv, mapping.Value as InvoiceLayout);
        }
        catch (CsvMissingHeadersException)
        {
            return Problem.Field("invalid-value", 422, "$.csv", "the file is empty: its first line names the columns");
        }
        catch (CsvFormatException fault)
        {
            return Problem.Field("invalid-value", 422, "$.csv", string.Create(CultureInfo.InvariantCulture, $"line {fault.RowNumber + 1} is no line of a CSV (RFC 4180): look for a quotation mark that is not closed"));
        }
    }

    private static Result<InvoiceMapping> MappingOf(InvoiceBody asked, string[] header)
    {
        if (asked.Mapping is { } given)
        {
            return given;
        }

        InvoiceLayouts known = InvoiceLayouts.Default;
        return asked.Layout is { } name
            ? known.Layouts.FirstOrDefault(l => l.Name == name) is { } layout ? layout : Problem.Field("unknown-name", 422, "$.layout", $"must be one of {known.Known}")
            : known.Layouts.FirstOrDefault(l => l.RecognisedBy.All(c => header.Contains(c, StringComparer.OrdinalIgnoreCase))) is { } found ? found
            : Problem.Field("invalid-value", 422, "$.layout", $"the file is in none of the layouts {known.Known}: say in mapping which columns have what; it has {Some(header)}");
    }

    private Result<InvoiceFile> ReadAll(CsvDataReader csv, InvoiceLayout? layout)
    {
        while (csv.Read())
        {
            // The header is the first line.
            int line = csv.RowNumber + 1;
            if (line > MostLines + 1)
            {
                return Problem.Field("invalid-value", 422, "$.csv", $"must have at most {MostLines:#,0} lines: send one month at a time");
            }

            if (!IsEmpty(csv) && Take(csv, line) is { } reason)
            {
                _unread.Add(new UnreadLine(line, reason));
            }
        }

        if (_lines.Count == 0)
        {
            string why = _unread.Count == 0 ? "it has no lines" : string.Create(CultureInfo.InvariantCulture, $"line {_unread[0].Line}: {_unread[0].Reason}");
            return Problem.Field("invalid-value", 422, "$.csv", $"nothing of the file could be read; {why}");
        }

        if (RateOf(out Money rate) is { } refused)
        {
            return refused;
        }

        IReadOnlyList<InvoiceLine> lines = InvoiceLine.Merge(_lines.Select(l => Converted(l, rate)));
        return lines.Count > MostKept ? Problem.Field("invalid-value", 422, "$.csv", $"must have at most {MostKept:#,0} lines that differ in day, model, class or price: send fewer days at a time") : new InvoiceFile(
            layout?.Name ?? "mapping", asked.Provider ?? layout?.Provider, lines, [.. _unread.Take(MostUnread)], _read, _currencies.FirstOrDefault()?.ToUpperInvariant())
        {
            UnreadLines = _unread.Count,
        };
    }

    // A bucket of a report in which nothing was used.
    private bool IsEmpty(CsvDataReader csv) => new[] { columns.Model, columns.Item, columns.Quantity, columns.Amount }.Concat(columns.Counts.SelectMany(c => c.Columns)).All(c => Cell(csv, c).Length == 0);

    private string? Take(CsvDataReader csv, int line)
    {
        if (DayOf(Cell(csv, columns.Day)) is not { } day)
        {
            return $"'{Short(Cell(csv, columns.Day))}' is no day: write it as 2026-10-31";
        }

        (string model, string tokens) = columns.Item >= 0 ? Split(Cell(csv, columns.Item)) : (Cell(csv, columns.Model), Cell(csv, columns.Class));
        if (model.Length is 0 or > Labels.MaxValueLength)
        {
            return "it names no model";
        }

        foreach (int other in columns.NotCounted)
        {
            if (NumberOf(Cell(csv, other)) is > 0)
            {
                _unread.Add(new UnreadLine(line, $"{columns.NameOf(other)} is billed by a number of its own, which is no token of text: reconcile it by hand"));
            }
        }

        model = asked.Models?.GetValueOrDefault(model) ?? model;
        string lane = LaneOf(Cell(csv, columns.Lane), tokens);
        return columns.Counts.Count > 0 ? TakeCounts(csv, line, day, model, lane) : TakeOne(csv, line, tokens, new InvoiceKey(day, model, default, lane));
    }

    private string? TakeCounts(CsvDataReader csv, int line, Instant day, string model, string lane)
    {
        List<InvoiceLine> taken = [];
        foreach ((string name, int[] some, int[] less) in columns.Counts)
        {
            decimal sum = 0;
            foreach ((int column, int sign) in some.Select(c => (c, 1)).Concat(less.Select(c => (c, -1))))
            {
                string cell = Cell(csv, column);
                if (cell.Length > 0 && NumberOf(cell) is not >= 0)
                {
                    return $"'{Short(cell)}' in {columns.NameOf(column)} is no number of tokens";
                }

                sum += sign * (NumberOf(cell) ?? 0);
            }

            if (sum < 0)
            {
                return $"{columns.NameOf(some[0])} is less than what is in it";
            }

            if (!TokenClasses.TryParse(name, out TokenClass tokens))
            {
                return $"'{name}' is none of the classes {TokenClasses.Known}";
            }

            if (sum > 0)
            {
                taken.Add(new InvoiceLine(new InvoiceKey(day, model, tokens, lane), line) { Quantity = Millionths(sum) });
            }
        }

        _lines.AddRange(taken);
        _read++;
        return null;
    }

    private string? TakeOne(CsvDataReader csv, int line, string tokens, InvoiceKey key)
    {
        string name = (mapping.Classes ?? new Dictionary<string, string>()).FirstOrDefault(c => string.Equals(c.Key, tokens, StringComparison.OrdinalIgnoreCase)).Value ?? tokens;
        if (!TokenClasses.TryParse(name, out TokenClass of))
        {
            return tokens.Length == 0 ? "it does not say what of the model's tokens it is about" : $"'{Short(tokens)}' is no class of tokens that is known: name it in mapping.classes, or reconcile it by hand";
        }

        (string quantity, string amount, string price) = (Cell(csv, columns.Quantity), Cell(csv, columns.Amount), Cell(csv, columns.UnitPrice));
        if (quantity.Length > 0 && NumberOf(quantity) is not >= 0)
        {
            return $"'{Short(quantity)}' is no number of tokens";
        }

        if (amount.Length > 0 && AmountOf(amount) is null)
        {
            return $"'{Short(amount)}' is no amount: write it as 12.34";
        }

        if (quantity.Length == 0 && amount.Length == 0)
        {
            return "it has neither a quantity nor an amount";
        }

        string written = Cell(csv, columns.Currency) is { Length: > 0 } cell ? cell : asked.Currency ?? mapping.InCurrency ?? "";
        if (amount.Length > 0 && written.Length > 0)
        {
            _currencies.Add(written);
        }

        _decimals = Math.Max(_decimals, NumberOf(amount) is { } billed ? (billed / WithoutZeros).Scale : 0);
        _lines.Add(new InvoiceLine(key with { Class = of }, line)
        {
            Quantity = quantity.Length == 0 ? null : Millionths(NumberOf(quantity)!.Value),
            Amount = amount.Length == 0 ? null : AmountOf(amount),
            UnitPrice = PriceOf(price),
        });
        _read++;
        return null;
    }

    // What the amounts are multiplied by: 1 unless they are in another currency.
    private Problem? RateOf(out Money rate)
    {
        rate = Money.Of(1);
        string[] others = [.. _currencies.Where(c => !string.Equals(c, currency, StringComparison.OrdinalIgnoreCase)).Select(c => c.ToUpperInvariant())];
        string? fault = null;
        return others.Length == 0 ? asked.Rate is null ? null : Problem.Field("invalid-value", 422, "$.rate", $"the invoice is in {currency} already: leave the rate out")
            : _currencies.Count > 1 ? Problem.Field("invalid-value", 422, "$.csv", $"is in several currencies ({string.Join(", ", _currencies.Select(c => c.ToUpperInvariant()))}): send each for itself, with its rate")
            : asked.Rate is null ? Problem.Field("invalid-value", 422, "$.rate", $"the invoice is in {others[0]}, and this installation counts in {currency}: say what one {others[0]} is in {currency}")
            : !Money.TryParse(asked.Rate, out rate, out fault) ? Problem.Field("invalid-value", 422, "$.rate", fault)
            : rate <= Money.Zero ? Problem.Field("invalid-value", 422, "$.rate", "must be greater than 0")
            : null;
    }

    // One in the last decimal that the file writes anywhere: a spreadsheet drops zeros at the end.
    private InvoiceLine Converted(InvoiceLine line, Money rate)
    {
        Int128 slack = 1;
        for (int i = Math.Min(_decimals, Money.Decimals); i < Money.Decimals; i++)
        {
            slack *= 10;
        }

        return line.Amount is not { } amount ? line : line with
        {
            Amount = ExchangeRate.Apply(amount, rate),
            UnitPrice = rate == Money.Of(1) ? line.UnitPrice : null,
            Slack = ExchangeRate.Apply(new Money(slack), rate),
        };
    }

    private string LaneOf(string lane, string tokens)
    {
        bool isBatch = (mapping.BatchClasses ?? []).Contains(tokens, StringComparer.OrdinalIgnoreCase)
            || (mapping.Lanes ?? new Dictionary<string, string>()).Any(l => l.Value == InvoiceKey.Batch && string.Equals(l.Key, lane, StringComparison.OrdinalIgnoreCase));
        return isBatch ? InvoiceKey.Batch : InvoiceKey.Standard;
    }

    // One that is finer than prices are is not taken as stated: it follows from the amount.
    private Money? PriceOf(string price) => mapping.UnitPricePer is null or > 0 && NumberOf(price) is >= 0 and var number && Money.TryRound(number / (mapping.UnitPricePer ?? 1), out Money one)
        && (decimal)one.Picos / 1_000_000_000_000m * (mapping.UnitPricePer ?? 1) == number ? one : null;

    private static string Cell(CsvDataReader csv, int column) => column < 0 || column >= csv.RowFieldCount ? "" : csv.GetString(column).Trim();

    private static (string Model, string Class) Split(string item) => item.LastIndexOf(',') is >= 0 and var at ? (item[..at].Trim(), item[(at + 1)..].Trim()) : (item, "");

    private static Instant? DayOf(string text)
    {
        bool isRead = DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd", "yyyy-MM-dd HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset at) || Moment.TryParse(text, out at);
        if (!isRead && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) && seconds < DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            (isRead, at) = (true, DateTimeOffset.FromUnixTimeSeconds(seconds));
        }

        return isRead && at >= Earliest && at.Year < 3000 ? LedgerUse.DayOf(Instant.From(at)) : null;
    }

    private static decimal? NumberOf(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out decimal number) && Math.Abs(number) < 1_000_000_000_000_000m ? number : null;

    private static PricingQuantity Millionths(decimal number) => new((Int128)decimal.Round(number * 1_000_000, MidpointRounding.ToEven));

    private static Money? AmountOf(string text) => NumberOf(text) is { } number && Money.TryRound(number, out Money money) ? money : null;

    private static string Short(string text) => text.Length <= 40 ? text : text[..40] + "…";

    private static string Some(string[] header) => string.Join(", ", header.Take(12).Select(Short)) + (header.Length > 12 ? " …" : "");
}
