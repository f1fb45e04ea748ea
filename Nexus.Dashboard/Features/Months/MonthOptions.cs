using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Dashboard.Features.Months;

/// <summary>When months close by themselves. Section <c>Nexus:Costs</c> of <c>appsettings.json</c>.</summary>
internal sealed class MonthOptions
{
    /// <summary>The section, which it shares with the ledger.</summary>
    public const string Section = LedgerOptions.Section;

    private const int Never = -1;
    private const int Longest = 60;

    /// <summary>How many days after its end a month closes; −1: by command alone.</summary>
    public int CloseMonthsAfterDays { get; init; } = 5;

    /// <summary>The same; null: by command alone.</summary>
    public TimeSpan? CloseAfter => CloseMonthsAfterDays == Never ? null : TimeSpan.FromDays(CloseMonthsAfterDays);

    /// <summary>What to change where it is not valid.</summary>
    public static string Fault { get; } = $"{Section}:CloseMonthsAfterDays must be 0 to {Longest}, or −1 to close months by command alone";

    /// <summary>True where it can be followed.</summary>
    public bool IsValid => CloseMonthsAfterDays is >= Never and <= Longest;
}
