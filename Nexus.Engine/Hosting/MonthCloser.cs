using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Months;
using Nexus.Engine.Costs.Rerating;
using Nexus.Engine.Resources;
using Nexus.Engine.Storage;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Engine.Hosting;

/// <summary>Months of the ledger: what they come to, and how they close: tiers that are counted over a month are trued up first, by adjustments that are billed in it.</summary>
public sealed class MonthCloser(EngineHost host, Rerater rerater)
{
    /// <summary>Closes a month.</summary>
    /// <param name="month">The month.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="cancellation">Gives up between two commands; what was entered stays.</param>
    /// <returns>A <see cref="MonthReply"/>, or a <see cref="Fault"/>: the month is open as before.</returns>
    /// <exception cref="EngineUnavailableException">The ledger cannot be read, or the engine cannot decide now.</exception>
    public Task<Reply> CloseAsync(BillingMonth month, Actor actor, CancellationToken cancellation = default) => rerater.CloseAsync(month, actor, cancellation);

    /// <summary>What truing its tiers up would come to; null where it is closed.</summary>
    /// <exception cref="EngineUnavailableException">The ledger cannot be read.</exception>
    public async Task<RerateReply?> PreviewAsync(BillingMonth month, CancellationToken cancellation = default) =>
        host.Read.Configuration.Months.Has(month) ? null : await rerater.PreviewTrueUpAsync(month, cancellation);

    /// <summary>What each month comes to that has anything, the earliest first.</summary>
    /// <param name="within">The owner path within which lines are seen.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="EngineUnavailableException">The ledger cannot be read.</exception>
    public Task<IReadOnlyList<MonthSum>> SumsAsync(OwnerPath within, CancellationToken cancellation = default) => Task.Run(() => Ask(ledger => ledger.Months(within)), cancellation);

    /// <summary>What is billed in a month.</summary>
    /// <param name="month">The month.</param>
    /// <param name="query">By what it is grouped and filtered, labels excepted; its range counts for nothing.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="EngineUnavailableException">The ledger cannot be read.</exception>
    public Task<MonthBill> BillAsync(BillingMonth month, CostQuery query, CancellationToken cancellation = default) => Task.Run(() => Ask(ledger => ledger.Bill(month, query)), cancellation);

    /// <summary>The open months from the first that has anything on that ended some time ago, the earliest first.</summary>
    /// <param name="after">How long after its end a month closes.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="EngineUnavailableException">The ledger cannot be read.</exception>
    public async Task<IReadOnlyList<BillingMonth>> DueAsync(TimeSpan after, CancellationToken cancellation = default)
    {
        BillingMonth due = BillingMonth.Of(host.Now - after);
        Instant? first = await Task.Run(() => Ask(static ledger => ledger.FirstMoment), cancellation);
        List<BillingMonth> open = [];
        for (BillingMonth month = first is { } at ? BillingMonth.Of(at) : due; month < due; month = month.Next)
        {
            if (!host.Read.Configuration.Months.Has(month))
            {
                open.Add(month);
            }
        }

        return open;
    }

    private T Ask<T>(Func<Ledger, T> question)
    {
        Ledger ledger = host.Journal?.Ledger ?? throw new EngineUnavailableException("The engine reads its journal.", TimeSpan.FromSeconds(1));
        try
        {
            return question(ledger);
        }
        catch (JournalException error)
        {
            throw new EngineUnavailableException($"The ledger cannot be read. {error.Message}", TimeSpan.FromSeconds(5), error);
        }
    }
}
