using System.Globalization;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Dashboard.Features.Costs.Focus;

/// <summary>A line of the ledger as a charge of the specification. docs/reference/focus.md tells how each column is filled.</summary>
/// <remarks>
/// <para>A correction is written in the ledger style: a charge that takes back, with negative quantities, and the right one after it. It is <c>Usage</c> as what it corrects, and of the class <c>Correction</c> only where the
/// period of what it corrects had been closed, so that it is billed in a later one.</para>
/// <para>What has no price is a charge for nothing, by an SKU made of its kind's name. A line that is money alone (what makes up for a minimum, a discount, a credit, a tax) has no quantity and no unit price.</para>
/// </remarks>
internal sealed class FocusCharge(LedgerRow row, FocusBook book)
{
    /// <summary>The label that names who runs what a provider sells, where that is somebody else.</summary>
    public const string HostLabel = "hostProvider";

    private const long Second = 1_000;
    private const long Million = 1_000_000;

    private static readonly string?[] Levels = [null, null, "User", "Workflow", "Agent"];

    private readonly FocusKind _kind = book.Kind(row.Entry.Line.Resource);

    /// <summary>The line.</summary>
    public CostLine Line => row.Entry.Line;

    /// <summary>The line, with whose it is.</summary>
    public LedgerEntry Entry => row.Entry;

    /// <summary>Its place in the ledger.</summary>
    public long Place => row.Place;

    /// <summary>What it is a service of.</summary>
    public FocusService Service => _kind.Service;

    /// <summary>Who charges.</summary>
    public string Issuer => book.Issuer;

    /// <summary>In what.</summary>
    public string Currency => book.Currency;

    /// <summary>Who offers what was used.</summary>
    public string Provider => Line.Provider ?? book.Issuer;

    /// <summary>Who runs it; null for a tax, which is nowhere.</summary>
    public string? Host => Line.Kind == LineKind.Tax ? null : Entry.Labels[HostLabel] is { Length: > 0 } host ? host : Provider;

    /// <summary>What kind of charge it is.</summary>
    public string Category => Line.Kind switch
    {
        LineKind.Credit => "Credit",
        LineKind.Tax => "Tax",
        _ => IsMoneyAlone ? "Adjustment" : "Usage",
    };

    /// <summary>True for a charge without a quantity.</summary>
    public bool IsMoneyAlone => Line.Kind is not (LineKind.Usage or LineKind.Adjustment) || Line.UnitPrice < Money.Zero || (Line.Sku is null && Line.Cost != Money.Zero) || CorrectsMinimum;

    /// <summary>True for use without a price.</summary>
    public bool IsUnpriced => Line.Sku is null && !IsMoneyAlone;

    /// <summary>The class: a correction of a closed period, or none.</summary>
    public string? Class => row.Billed > CostSteps.Of(CostInterval.Month, Line.From) ? "Correction" : null;

    /// <summary>Who is billed: the tenant.</summary>
    public string Account => Entry.Owner.IsRoot ? "/" : Entry.Owner.Tenant;

    /// <summary>Whose it is below the tenant; null where it is the tenant's own.</summary>
    public string? SubAccount => Entry.Owner.Depth > 1 ? Entry.Owner.ToString() : null;

    /// <summary>The level of the owner path on which the sub account stands.</summary>
    public string? SubAccountType => Entry.Owner.Depth > 1 ? Levels[Math.Min(Entry.Owner.Depth, Levels.Length - 1)] : null;

    /// <summary>The part of the owner path at a level.</summary>
    public string? Level(int level) => CostsColumn.Level(Entry.Owner, level);

    /// <summary>By what it is priced; null for a tax, and for money without an SKU.</summary>
    public string? Sku => Line.Kind == LineKind.Tax ? null : IsUnpriced ? $"unpriced/{Line.Resource}" : Line.Sku;

    /// <summary>The price by which it is charged; null for money alone.</summary>
    public string? SkuPrice => IsMoneyAlone ? null : Sku;

    /// <summary>What measures the SKU; null for a credit, a discount and a tax.</summary>
    public string? Meter => Sku is null || Line.Kind is LineKind.Credit or LineKind.Discount ? null : Line.Sku is { } sku ? book.MeterOf(sku, Line.Resource) : _kind.Meter;

    /// <summary>The unit price; null for money alone.</summary>
    public string? UnitPrice => IsMoneyAlone ? null : Line.UnitPrice.ToString();

    /// <summary>How much is priced; null for money alone.</summary>
    public string? PricingQuantity => IsMoneyAlone ? null : (IsUnpriced ? Line.Consumed : Line.Quantity).ToString();

    /// <summary>In what.</summary>
    public string? PricingUnit => IsMoneyAlone ? null
        : IsUnpriced ? ConsumedUnit
        : book.IsWorkedOut(Line.Sku!, Line.Resource, Line.From) ? FocusUnits.Charges
        : FocusUnits.Of(_kind.Unit, Line.Unit);

    /// <summary>How the price came about; null where there is none.</summary>
    public string? PricingCategory => IsMoneyAlone ? null : PricingUnit == FocusUnits.Charges ? "Other" : "Standard";

    /// <summary>How much was consumed; null for what is no use.</summary>
    public string? ConsumedQuantity => IsMoneyAlone ? null : Consumed.ToString();

    // The ledger writes what was used into the first line of several tiers: here each has its own part.
    private PricingQuantity Consumed
    {
        get
        {
            if (IsUnpriced || book.IsWorkedOut(Line.Sku!, Line.Resource, Line.From))
            {
                return Line.Consumed;
            }

            Int128 priced = Line.Quantity.Millionths * Line.Unit switch { Engine.Costs.PricingUnit.Thousand => 1_000, Engine.Costs.PricingUnit.Million => Million, _ => 1 };
            return Int128.Abs(priced - Line.Consumed.Millionths) < Million ? Line.Consumed : new PricingQuantity(priced);
        }
    }

    // What corrects a minimum is told by its quantity of 1 for which nothing was used.
    private bool CorrectsMinimum => Line is { Kind: LineKind.Adjustment, Thousandths: 0, Sku: { } sku } && Int128.Abs(Line.Quantity.Millionths) == Million && book.HasMinimum(sku);

    /// <summary>In what.</summary>
    public string? ConsumedUnit => IsMoneyAlone ? null : FocusUnits.Of(_kind.Unit, _kind.IsHeld || Line.To > Line.From ? Engine.Costs.PricingUnit.UnitHour : Engine.Costs.PricingUnit.One);

    /// <summary>What the price depends on, as JSON; null where nothing is known of it.</summary>
    public string? SkuPriceDetails
    {
        get
        {
            if (SkuPrice is null)
            {
                return null;
            }

            // What is counted is the amount for one unit of pricing: one device, one core, for an hour.
            bool byTheHour = Line.Unit == Engine.Costs.PricingUnit.UnitHour && !IsUnpriced;
            return FocusJson.Of(
            [
                ("CoreCount", byTheHour && _kind.Name == "cpu" ? 1 : null),
                ("GpuCount", byTheHour && _kind.Name == "gpu" ? 1 : null),
                ("x_Lane", Line.Lane),
                ("x_ModelId", Line.Model),
                ("x_TokenCacheAction", _kind.CacheAction),
                ("x_TokenDirection", _kind.Direction),
            ]);
        }
    }

    /// <summary>Its labels as JSON, a label without a value as <c>true</c>; null where there are none.</summary>
    public string? Tags => FocusJson.Of(Entry.Labels.Select(l => (l.Key, (object?)(l.Value.Length == 0 ? true : l.Value))));

    /// <summary>What was charged for, in a few words.</summary>
    public string Description
    {
        get
        {
            string what = $"{Meter ?? Line.Resource}{(Line.Model is { } model ? $" of {model}" : "")}{(Line.Pool is { } pool ? $" from {pool}" : "")}";
            return Line.Kind switch
            {
                LineKind.Minimum => $"{what}: up to the minimum of {Line.Sku}",
                LineKind.Adjustment when Line.Thousandths < 0 || Line.Cost < Money.Zero => $"{what}: correction, taken back",
                LineKind.Adjustment => $"{what}: correction",
                LineKind.Usage => IsUnpriced ? $"{what}, without a price" : what,
                _ => Entry.Note ?? $"{Line.Kind}: {Line.Sku ?? what}",
            };
        }
    }

    /// <summary>The beginning of the month in which it is billed.</summary>
    public string BillingStart => Time(row.Billed.Milliseconds);

    /// <summary>The beginning of the month after.</summary>
    public string BillingEnd => Text(row.Billed.ToDateTimeOffset().AddMonths(1));

    /// <summary>The second in which its charge period begins.</summary>
    public string ChargeStart => Time(Line.From.Milliseconds);

    /// <summary>The second after its charge period: a moment is charged for the second in which it lies.</summary>
    public string ChargeEnd => Time(Math.Max(Floor(Line.To.Milliseconds + Second - 1), Floor(Line.From.Milliseconds) + Second));

    /// <summary>The number of its lease, as the API writes it.</summary>
    public string? LeaseId => Entry.Lease is { } lease ? Lease.IdOf(lease) : null;

    private static string Time(long milliseconds) => Text(new Instant(Floor(milliseconds)).ToDateTimeOffset());

    private static string Text(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static long Floor(long at) => at - (((at % Second) + Second) % Second);
}
