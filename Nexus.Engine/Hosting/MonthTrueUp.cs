using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Months;
using Nexus.Engine.Storage;

namespace Nexus.Engine.Hosting;

/// <summary>Tells a closing whether a line came since its month's tiers were trued up, so that none keeps the price of a month that went on.</summary>
internal static class MonthTrueUp
{
    /// <summary>What came since into the ledger.</summary>
    /// <exception cref="EngineUnavailableException">The ledger cannot be read.</exception>
    public static CloseMonth Again(CloseMonth command, Configuration configuration, IJournal journal) => command.TruedUpTo is not { } place ? command
        : With(command, configuration, ArchiveLookup.In(journal, place, static (j, after) => j.Ledger.After(after))!);

    /// <summary>What came with the batch that is being filled, and stands nowhere else yet.</summary>
    public static CloseMonth Leaving(CloseMonth command, Configuration configuration, Batch batch) => command.TruedUpTo is null ? command : With(command, configuration, batch.Ledger);

    private static CloseMonth With(CloseMonth command, Configuration configuration, IEnumerable<LedgerEntry> entries) => command with
    {
        CameSince = command.CameSince || entries.Any(e => e.Line.Sku is { } sku && configuration.Prices.IsMonthly(sku) && BillingMonth.Of(e.Line.From) == command.Month),
    };
}
