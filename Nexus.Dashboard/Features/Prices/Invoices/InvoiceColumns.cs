namespace Nexus.Dashboard.Features.Prices.Invoices;

/// <summary>Where in a file the columns of a mapping stand; none: −1.</summary>
internal sealed class InvoiceColumns
{
    private readonly string[] _header;

    public InvoiceColumns(InvoiceMapping mapping, string[] header)
    {
        _header = header;
        (Day, Model, Class, Item, Lane) = (Of(mapping.Day), Of(mapping.Model), Of(mapping.Class), Of(mapping.Item), Of(mapping.Lane));
        (Quantity, Amount, UnitPrice, Currency) = (Of(mapping.Quantity), Of(mapping.Amount), Of(mapping.UnitPrice), Of(mapping.Currency));
        Counts = [.. (mapping.Counts ?? []).Select(c => (c.Class, All(c.Columns), All(c.Less))).Where(c => c.Item2.Length > 0)];
        NotCounted = All(mapping.NotCounted);
    }

    public int Day { get; }

    public int Model { get; }

    public int Class { get; }

    public int Item { get; }

    public int Lane { get; }

    public int Quantity { get; }

    public int Amount { get; }

    public int UnitPrice { get; }

    public int Currency { get; }

    /// <summary>The columns that count each class, and those that are taken off.</summary>
    public IReadOnlyList<(string Class, int[] Columns, int[] Less)> Counts { get; }

    public int[] NotCounted { get; }

    /// <summary>What the mapping needs and the file lacks; null: nothing.</summary>
    public string? Missing => Day < 0 ? "day"
        : Item < 0 && Model < 0 ? "model"
        : Item < 0 && Class < 0 && Counts.Count == 0 ? "class"
        : Quantity < 0 && Amount < 0 && Counts.Count == 0 ? "quantity or amount"
        : null;

    /// <summary>The name of a column.</summary>
    public string NameOf(int column) => _header[column];

    private int Of(IReadOnlyList<string>? names) => (names ?? []).Select(Place).FirstOrDefault(p => p >= 0, -1);

    private int[] All(IReadOnlyList<string>? names) => [.. (names ?? []).Select(Place).Where(p => p >= 0)];

    private int Place(string name) => Array.FindIndex(_header, h => string.Equals(h, name, StringComparison.OrdinalIgnoreCase));
}
