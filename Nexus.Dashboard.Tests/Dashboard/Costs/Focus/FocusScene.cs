using Nexus.Dashboard.Features.Costs.Focus;
using Nexus.Dashboard.Tests.Engine;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Dashboard.Tests.Dashboard.Costs.Focus;

/// <summary>A ledger with every kind of line that there can be: most as the engine writes them, and what it does not write itself by hand.</summary>
internal sealed class FocusScene
{
    public const string Issuer = "Example, Inc.";

    private readonly Scene _nexus = new Scene(new EngineLimits { MetersHeld = true })
        .Pool("gpu-h100", ("cpu", 64), ("gpu", 8), ("memory", 512)).Bucket("llm", "tokens.input", 1_000_000, TimeSpan.FromSeconds(1), 1_000_000)
        .Prices(
            new Sku("gpu-hour", "gpu") { UnitPrice = Money.Parse("2.5") },
            new Sku("any in", "tokens.input") { UnitPrice = Money.Parse("0.000003") },
            new Sku("gpt-4o in", "tokens.input") { Provider = "openai", Model = "gpt-4o", UnitPrice = Money.Parse("0.0000025") },
            new Sku("gpt-4o in batch", "tokens.input") { Provider = "openai", Model = "gpt-4o", Lane = "batch", UnitPrice = Money.Parse("0.00000125") },
            new Sku("gpt-4o out", "tokens.output") { Provider = "openai", Model = "gpt-4o", UnitPrice = Money.Parse("0.000010000001") },
            new Sku("searches", "external.calls") { Tiers = [new PriceTier(Quantity.Of(100), Money.Parse("0.004")), new PriceTier(null, Money.Parse("0.002"))] },
            new Sku("steps", "internal.calls") { UnitPrice = Money.Parse("0.001"), Minimum = Money.Parse("0.25") },
            new Sku("power", "vector.operations") { Formula = "quantity * 0.003 + 0.5" });

    private int _records;

    public FocusScene()
    {
        Reported();
        Held();
        Corrected();
        LedgerEntry[] told = [.. _nexus.Ledger];
        Instant december = At(2025, 12, 31, 23), january = At(2026, 1, 1, 0);
        List<LedgerRow> rows = [.. told.Select((e, i) => new LedgerRow(i + 1, i + 1, e))];

        // What came after its month was closed, and what corrects one, is billed in the next.
        LedgerEntry late = told.First(e => e.Line.Sku == "gpt-4o in");
        LedgerEntry minimum = told.First(e => e.Line.Kind == LineKind.Minimum);
        foreach (CostLine line in (CostLine[])[late.Line, late.Line.Reverse(), minimum.Line.Reverse(), told.First(e => e.Line.Sku is null).Line.Reverse()])
        {
            Add(late with { Line = line with { From = december, To = december + (line.To - line.From) } }, january);
        }

        Add(MoneyOf(LineKind.Credit, "welcome credit", "-5.25"), null);
        Add(MoneyOf(LineKind.Discount, "volume discount", "-0.000000000001"), null);
        Add(MoneyOf(LineKind.Tax, null, "1.9"), null);
        Rows = rows;

        void Add(LedgerEntry entry, Instant? billed) =>
            rows.Add(new LedgerRow(rows.Count + 1, rows.Count + 1, entry) is var row && billed is { } month ? row with { Billed = month } : row);

        LedgerEntry MoneyOf(LineKind kind, string? sku, string amount) => late with { Line = new CostLine(kind, "gpu", january, january, 0) { Sku = sku, Quantity = new PricingQuantity(1_000_000), UnitPrice = Money.Parse(amount) } };
    }

    public IReadOnlyList<LedgerRow> Rows { get; }

    public Money Total => Rows.Aggregate(Money.Zero, (sum, r) => sum + r.Entry.Line.Cost);

    public FocusBook Book => new(_nexus.Engine.Configuration, Issuer);

    public static FocusData Export(IEnumerable<LedgerRow> rows, FocusBook book, FocusVersion version) => FocusData.OfExport(Text(rows, book, version));

    public FocusData Export(FocusVersion version) => Export(Rows, Book, version);

    public string Text(FocusVersion version) => Text(Rows, Book, version);

    private static string Text(IEnumerable<LedgerRow> rows, FocusBook book, FocusVersion version)
    {
        using StringWriter text = new();
        FocusCsv.WriteAsync(text, rows, book, version, CancellationToken.None).GetAwaiter().GetResult();
        return text.ToString();
    }

    private static Instant At(int year, int month, int day, int hour) => Instant.From(new DateTimeOffset(year, month, day, hour, 0, 0, TimeSpan.Zero));

    private void Reported()
    {
        Report("acme/ada/chat/bot", "tokens.input", 1_234_567, r => r with { Provider = "openai", Model = "gpt-4o", Labels = Labels.Of([new("costCentre", "42"), new("run", "7 \"ü\""), new("seen", "")]) });
        Report("acme/ada/chat/bot", "tokens.input.cached", 900, r => r with { Provider = "openai", Model = "gpt-4o" });
        Report("acme/bob", "tokens.input", 2_000_000, r => r with { Provider = "openai", Model = "gpt-4o", Lane = "batch" });
        Report("acme/bob", "tokens.output", 77_777, r => r with { Provider = "openai", Model = "gpt-4o", Labels = Labels.Of([new("hostProvider", "a cloud")]) });
        Report("globex", "external.calls", 250, r => r);
        Report("globex/eve/+otel/-bot", "internal.calls", 3, r => r with { Provider = "=1+1", Pool = "@pool" });
        Report("globex/eve", "vector.operations", 12, r => r);
        Report("globex/eve", "llm.calls", 5, r => r);
        Report("globex/eve", "gpu", 1.5, r => r);
    }

    private void Held()
    {
        _nexus.Advance(TimeSpan.FromMinutes(20));
        _nexus.Submit(Scene.Spec("held", [("cpu", 4), ("gpu", 3)], lease: TimeSpan.FromHours(5)));
        _nexus.Advance(TimeSpan.FromMinutes(135.505));
        _nexus.Release("held");
    }

    private void Corrected()
    {
        _nexus.Submit("corrected", ("tokens.input", 1000));
        _nexus.Advance(TimeSpan.FromMinutes(6));
        _nexus.Release("corrected", ("tokens.input", 400));
    }

    private void Report(string owner, string resource, double amount, Func<UsageRecord, UsageRecord> more) => Assert.All(
        Assert.IsType<UsageReply>(_nexus.Send(new RecordUsage([more(new UsageRecord($"u{++_records}", _nexus.Now, OwnerPath.Parse(owner), resource, Scene.Amount(amount)))]) { Actor = Scene.Somebody })).Outcomes,
        o => Assert.Equal(UsageStatus.Accepted, o.Status));
}
