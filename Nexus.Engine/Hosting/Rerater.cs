using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Months;
using Nexus.Engine.Costs.Rerating;
using Nexus.Engine.Resources;
using Nexus.Engine.Storage;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Engine.Hosting;

/// <summary>Rates a past range of the ledger by the prices of now, each line by the price that holds at its time, and has the differences entered as adjustments.</summary>
/// <remarks>
/// <para>It reads beside the engine's loop and enters some corrections at once, so that nobody waits for it. What was entered before a failure stays, and the next run enters the rest:
/// a line's present cost is what it was written with and what corrected it, so that a second run finds nothing to do.</para>
/// <para>One run at a time: two that read the same lines would both correct them.</para>
/// </remarks>
public sealed class Rerater(EngineHost host) : IDisposable
{
    /// <summary>How many lines are entered with one command, as near as whole corrections come.</summary>
    private const int LinesAtOnce = 1_000;

    private const int RowsAtOnce = 2_000;

    /// <summary>How often a month is looked at before it is closed, at most.</summary>
    private const int MostLooks = 8;

    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>What rating a range anew would come to.</summary>
    /// <param name="query">The range, and which lines of it.</param>
    /// <param name="book">The prices; null: those that hold.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="EngineUnavailableException">The ledger cannot be read.</exception>
    public Task<RerateReply> PreviewAsync(CostQuery query, PriceBook? book = null, CancellationToken cancellation = default) => Task.Run(
        () =>
        {
            Configuration configuration = host.Read.Configuration;
            RerateTally tally = new(configuration.VersionOfPrices);
            LedgerRating rating = new(query, book ?? configuration.Prices, configuration, host.Limits);
            foreach (Rated rated in rating.Read(Page, cancellation))
            {
                tally.Add(rated);
            }

            return rating.IsTooLarge ? new RerateReply(null, TooLarge) : new RerateReply(tally.Report(), null);
        },
        cancellation);

    /// <summary>Rates a range anew, and enters the differences.</summary>
    /// <param name="query">The range, and which lines of it.</param>
    /// <param name="ifVersion">The version of the price book that the caller has seen; null: whatever it is.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="cancellation">Gives up between two commands; what was entered stays.</param>
    /// <exception cref="EngineUnavailableException">The ledger cannot be read, or not be written; another run enters what is left.</exception>
    public async Task<RerateReply> ApplyAsync(CostQuery query, long? ifVersion, Actor actor, CancellationToken cancellation = default)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            return await Task.Run(() => EnterAsync(query, ifVersion, actor, cancellation), cancellation);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>What the tiers of a month that are counted over it come to as a whole, beside what its lines were priced by as they came.</summary>
    /// <param name="month">The month.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="EngineUnavailableException">The ledger cannot be read.</exception>
    internal Task<RerateReply> PreviewTrueUpAsync(BillingMonth month, CancellationToken cancellation) => Task.Run(
        () =>
        {
            Configuration configuration = host.Read.Configuration;
            RerateTally tally = new(configuration.VersionOfPrices);
            if (HasMonthly(configuration))
            {
                LedgerRating rating = new(RangeOf(month), configuration.Prices, configuration, host.Limits, month);
                foreach (Rated rated in rating.Read(Page, cancellation))
                {
                    tally.Add(rated);
                }

                if (rating.IsTooLarge)
                {
                    return new RerateReply(null, TooLarge);
                }
            }

            return new RerateReply(tally.Report(), null);
        },
        cancellation);

    /// <summary>Trues the tiers of a month up, and closes it.</summary>
    /// <param name="month">The month.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="cancellation">Gives up between two commands; what was entered stays.</param>
    /// <returns>The answer of the engine.</returns>
    /// <exception cref="EngineUnavailableException">The ledger cannot be read, or not be written; another run enters what is left.</exception>
    internal async Task<Reply> CloseAsync(BillingMonth month, Actor actor, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            return await Task.Run(() => TrueUpAsync(month, actor, cancellation), cancellation);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private static Fault TooLarge { get; } = new(FaultCode.Invalid, $"the months of this range have more than {MonthlyUse.Most} charges by prices whose tiers are counted over a month; narrow it with a filter", "$.filter");

    // What is entered is read again, until nothing is left to enter; what comes between the last look and the closing is told by the engine.
    private async Task<Reply> TrueUpAsync(BillingMonth month, Actor actor, CancellationToken cancellation)
    {
        Reply reply = new DoneReply(0);
        for (int left = MostLooks; left > 0; left--)
        {
            Configuration configuration = host.Read.Configuration;
            bool settled = configuration.Months.Has(month) || host.Now < month.End || !HasMonthly(configuration);
            long? upTo = settled ? null : LastPlace();
            if (!settled)
            {
                RerateReply trued = await EnterAsync(RangeOf(month), null, actor, cancellation, month);
                if (trued.Fault is { } fault)
                {
                    return fault;
                }

                if (trued.Report!.Corrected > 0)
                {
                    continue;
                }
            }

            reply = await host.SendAsync(new CloseMonth(month) { Actor = actor, TruedUpTo = upTo }, CancellationToken.None);
            if (reply is not Fault { Code: FaultCode.InUse })
            {
                return reply;
            }
        }

        return reply is Fault ? reply : new Fault(FaultCode.InUse, $"use of {month} keeps coming in by prices whose tiers are counted over it; close it when that is over");
    }

    private static bool HasMonthly(Configuration configuration) => configuration.Prices.Prices.Any(p => p.Sku.TierPeriod == TierPeriod.Month);

    private static CostQuery RangeOf(BillingMonth month) => new(month.Start, month.End);

    private async Task<RerateReply> EnterAsync(CostQuery query, long? ifVersion, Actor actor, CancellationToken cancellation, BillingMonth? closing = null)
    {
        Configuration configuration = host.Read.Configuration;
        long version = configuration.VersionOfPrices;
        if (ConfigurationHandler.Stale(ifVersion, version)?.Answer is Fault stale)
        {
            return new RerateReply(null, stale);
        }

        RerateTally tally = new(version);
        LedgerRating rating = new(query, configuration.Prices, configuration, host.Limits, closing);
        List<Correction> next = [];
        int lines = 0;
        foreach (Rated rated in rating.Read(Page, cancellation))
        {
            tally.Add(rated);
            if (rated.Correction is not { } correction)
            {
                continue;
            }

            next.Add(correction);
            lines += correction.Lines.Count;
            if (lines >= LinesAtOnce)
            {
                if (await SendAsync() is { } changed)
                {
                    return new RerateReply(null, changed);
                }
            }
        }

        return rating.IsTooLarge ? new RerateReply(null, TooLarge)
            : next.Count > 0 && await SendAsync() is { } fault ? new RerateReply(null, fault)
            : new RerateReply(tally.Report(), null);

        // Whoever asked may go: what is sent is waited for, so that the next run reads it.
        async Task<Fault?> SendAsync()
        {
            cancellation.ThrowIfCancellationRequested();
            Reply reply = await host.SendAsync(new Rerate(next, version) { Actor = actor }, CancellationToken.None);
            (next, lines) = ([], 0);
            return reply as Fault;
        }
    }

    private (IReadOnlyList<LedgerRow> Rows, (long Start, long Place)? Next) Page(CostQuery query, (long Start, long Place)? after) => Ask(ledger => ledger.Rows(query, after, RowsAtOnce));

    private long LastPlace() => Ask(static ledger => ledger.LastPlace);

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

/// <summary>The answer to rating a range anew.</summary>
/// <param name="Report">What it came to; null where it was refused.</param>
/// <param name="Fault">Why it was refused. What was entered before stays.</param>
public sealed record RerateReply(RerateReport? Report, Fault? Fault);
