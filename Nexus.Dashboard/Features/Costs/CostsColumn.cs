using System.Globalization;
using System.Text.Json;
using Nexus.Dashboard.Api;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Months;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Dashboard.Features.Costs;

/// <summary>What the cells of a column are.</summary>
internal enum CostsCell
{
    /// <summary>Somebody's words, which a spreadsheet must not take for a formula.</summary>
    Text,

    /// <summary>One of our own words.</summary>
    Word,

    /// <summary>A whole number.</summary>
    Whole,

    /// <summary>A moment, in milliseconds.</summary>
    Time,

    /// <summary>An exact decimal number, in 10⁻¹².</summary>
    Decimal,
}

/// <summary>A column of what is exported of the ledger: one for each thing that a line says, the same in every format.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Cell">What its cells are.</param>
internal sealed record CostsColumn(string Name, CostsCell Cell)
{
    // Of a quantity a millionth is the smallest part, of an amount a thousandth.
    private const long PicosAMillionth = 1_000_000;
    private const long PicosAThousandth = 1_000_000_000;

    /// <summary>All of them, in order.</summary>
    public static IReadOnlyList<CostsColumn> All { get; } =
    [
        new("id", CostsCell.Whole) { Number = r => r.Place },
        Word("kind", r => JsonNamingPolicy.CamelCase.ConvertName(r.Entry.Line.Kind.ToString())),
        new("start", CostsCell.Time) { Number = r => r.Entry.Line.From.Milliseconds },
        new("end", CostsCell.Time) { Number = r => r.Entry.Line.To.Milliseconds },
        Text("owner", r => r.Entry.Owner.ToString()),
        Text("tenant", r => Level(r.Entry.Owner, 0)),
        Text("user", r => Level(r.Entry.Owner, 1)),
        Text("workflow", r => Level(r.Entry.Owner, 2)),
        Text("agent", r => Level(r.Entry.Owner, 3)),
        Text("resource", r => r.Entry.Line.Resource),
        new("amount", CostsCell.Decimal) { Number = r => (Int128)r.Entry.Line.Thousandths * PicosAThousandth },
        new("consumed", CostsCell.Decimal) { Number = r => r.Entry.Line.Consumed.Millionths * PicosAMillionth },
        Text("pool", r => r.Entry.Line.Pool),
        Text("provider", r => r.Entry.Line.Provider),
        Text("model", r => r.Entry.Line.Model),
        Text("lane", r => r.Entry.Line.Lane),
        Text("sku", r => r.Entry.Line.Sku),
        Word("pricingUnit", r => IsPriced(r) ? CostRecordAnswer.NameOf(r.Entry.Line.Unit) : null),
        new("pricingQuantity", CostsCell.Decimal) { Number = r => IsPriced(r) ? r.Entry.Line.Quantity.Millionths * PicosAMillionth : null },
        new("unitPrice", CostsCell.Decimal) { Number = r => IsPriced(r) ? r.Entry.Line.UnitPrice.Picos : null },
        new("cost", CostsCell.Decimal) { Number = r => r.Entry.Line.Cost.Picos },
        new("currency", CostsCell.Word) { Words = static (_, currency) => currency },
        Text("request", r => r.Entry.Request),
        Word("leaseId", r => r.Entry.Lease is { } lease ? Lease.IdOf(lease) : null),
        Text("record", r => r.Entry.Record),
        Text("labels", r => r.Entry.Labels.Count == 0 ? null : JsonSerializer.Serialize(r.Entry.Labels.ToDictionary(l => l.Key, l => l.Value, StringComparer.Ordinal), ApiJson.Default.DictionaryStringString)),
        Word("corrects", r => r.Entry.Corrects?.ToString(CultureInfo.InvariantCulture)),
        Word("billed", r => BillingMonth.Of(r.Billed).ToString()),
        Text("description", r => r.Entry.Note),
        Word("sharesMinimum", r => r.Entry.Line.SharesMinimum ? "true" : null),
    ];

    /// <summary>What a line has in it, of a column of texts and words, and in which currency it costs; null: nothing.</summary>
    public Func<LedgerRow, string, string?> Words { get; private init; } = static (_, _) => null;

    /// <summary>What a line has in it, of a column of numbers and times; null: nothing.</summary>
    public Func<LedgerRow, Int128?> Number { get; private init; } = static _ => null;

    /// <summary>A cell of it in a CSV file.</summary>
    public string Csv(LedgerRow row, string currency) => Cell switch
    {
        CostsCell.Text => Words(row, currency) is { } text ? Api.Csv.Text(text) : "",
        CostsCell.Word => Words(row, currency) ?? "",
        CostsCell.Time => new Instant((long)Number(row)!.Value).ToDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture),
        CostsCell.Decimal => Number(row) is { } picos ? new Money(picos).ToString() : "",
        _ => Number(row)?.ToString(CultureInfo.InvariantCulture) ?? "",
    };

    /// <summary>The part of an owner path at a level; null where it does not go so deep.</summary>
    public static string? Level(OwnerPath owner, int level)
    {
        string path = owner.ToString();
        int from = 0;
        for (; level > 0 && from >= 0; level--)
        {
            from = path.IndexOf('/', from) + 1 is var next and > 0 ? next : -1;
        }

        return from < 0 || owner.IsRoot ? null : path.IndexOf('/', from) is var end and >= 0 ? path[from..end] : path[from..];
    }

    private static bool IsPriced(LedgerRow row) => row.Entry.Line.Sku is not null;

    private static CostsColumn Text(string name, Func<LedgerRow, string?> of) => new(name, CostsCell.Text) { Words = (row, _) => of(row) };

    private static CostsColumn Word(string name, Func<LedgerRow, string?> of) => new(name, CostsCell.Word) { Words = (row, _) => of(row) };
}
