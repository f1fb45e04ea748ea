using Nexus.Dashboard.Api;

namespace Nexus.Dashboard.Features.Months.Pages;

/// <summary>A credit, a discount or a tax that is being typed. Its id stays while it is, so that what is sent twice is entered once.</summary>
internal sealed class ChargeDraft
{
    /// <summary>What there is to choose from.</summary>
    public static IReadOnlyList<string> Categories { get; } = ["credit", "discount", "tax"];

    /// <summary>Its id.</summary>
    public string Id { get; } = $"page-{Guid.NewGuid():N}";

    /// <summary>Which of the three.</summary>
    public string Category { get; set; } = Categories[0];

    /// <summary>Whose it is.</summary>
    public string Owner { get; set; } = "";

    /// <summary>How much, as it is typed: a credit and a discount as what is given back.</summary>
    public string Amount { get; set; } = "";

    /// <summary>What for.</summary>
    public string Description { get; set; } = "";

    /// <summary>The model to which it relates; empty: to none.</summary>
    public string Model { get; set; } = "";

    /// <summary>What is wrong with which field.</summary>
    public IReadOnlyDictionary<string, string> Faults { get; private set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>True where all that is needed is typed.</summary>
    public bool IsComplete => Owner.Trim().Length > 0 && Amount.Trim().Length > 0 && Description.Trim().Length > 0;

    /// <summary>As it is sent. What is given back is typed without its sign, and has it in the ledger.</summary>
    public ChargeBody Body(string currency)
    {
        string amount = Amount.Trim();
        bool givesBack = Category is "credit" or "discount";
        return new ChargeBody
        {
            Id = Id,
            Category = Category,
            Owner = Owner.Trim(),
            Amount = new MoneyBody { Amount = givesBack ? Turned(amount) : amount, Currency = currency },
            Description = Description.Trim(),
            Model = Model.Trim() is { Length: > 0 } model ? model : null,
        };
    }

    /// <summary>Takes what was wrong with it.</summary>
    public void Take(Problem? problem) => Faults = problem is null ? new Dictionary<string, string>(StringComparer.Ordinal)
        : problem.Errors is { Count: > 0 } errors ? errors.ToDictionary(e => e.Key.TrimStart('$', '.').Split('.')[0], e => string.Join(", ", e.Value), StringComparer.Ordinal)
        : new Dictionary<string, string>(StringComparer.Ordinal) { [""] = problem.Detail };

    /// <summary>What is wrong with a field; null: nothing.</summary>
    public string? Fault(string field) => Faults.GetValueOrDefault(field);

    private static string Turned(string amount) => amount.StartsWith('-') ? amount[1..] : amount.StartsWith('\u2212') ? amount[1..] : $"-{amount}";
}
