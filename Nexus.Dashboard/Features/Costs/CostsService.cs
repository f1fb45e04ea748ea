using Microsoft.Extensions.Options;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Costs.Explorer;
using Nexus.Dashboard.Features.Costs.Focus;
using Nexus.Engine.Costs;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Storage;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Dashboard.Features.Costs;

/// <summary>Costs: authorises the caller, then asks the ledger. The page and the API call the same.</summary>
internal sealed class CostsService(EngineHost host, IdleSharer sharer, IOptions<FocusOptions> focus)
{
    private const int RowsAtOnce = 1_000;

    /// <summary>Engine time.</summary>
    public Instant Now => host.Now;

    /// <summary>The currency of all amounts.</summary>
    public string Currency => host.Read.Configuration.Currency;

    /// <summary>What a FOCUS export says of all its lines, as things are now.</summary>
    public FocusBook Book => new(host.Read.Configuration, focus.Value.InvoiceIssuer);

    /// <summary>Adds costs up, of what the caller may see.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="query">The question.</param>
    /// <param name="idle">Who bears what pools cost that nobody held; null: nothing is said of that. It is everybody's, and needs the root.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Result<CostsWithIdle>> ReportAsync(Caller caller, CostQuery query, IdleSharing? idle, CancellationToken cancellation)
    {
        if (Refused(caller) is { } problem)
        {
            return problem;
        }

        if (idle is not null && !caller.AllowsEverywhere(Scope.Read))
        {
            return Problem.MissingScope(Scope.Read, caller);
        }

        if (idle is not null && !sharer.IsKnown)
        {
            throw new EngineUnavailableException("The journal is still being read: what was idle is known soon.", TimeSpan.FromSeconds(5));
        }

        Ledger ledger = Open();
        return await Task.Run(
            () => Ask(() =>
            {
                CostQuery own = query with { Within = caller.Path };
                IdleReport? report = idle is null ? null : sharer.Report(ledger, query.From, query.To, query.Filters);
                return new CostsWithIdle(ledger.Report(own), report, idle is { } rule ? sharer.Share(ledger, own, report, rule) : null);
            }),
            cancellation);
    }

    /// <summary>Lines by time, as many as a page holds.</summary>
    public async Task<Result<LedgerPage>> RecordsAsync(Caller caller, CostQuery query, (long Start, long Place)? after, int limit, CancellationToken cancellation)
    {
        if (Refused(caller) is { } problem)
        {
            return problem;
        }

        Ledger ledger = Open();
        return await Task.Run(
            () =>
            {
                List<LedgerRow> rows = [];
                (long Start, long Place)? next = after;
                do
                {
                    cancellation.ThrowIfCancellationRequested();
                    (IReadOnlyList<LedgerRow> some, next) = Ask(() => ledger.Rows(query with { Within = caller.Path }, next, RowsAtOnce));
                    rows.AddRange(some);
                }
                while (next is not null && rows.Count <= limit);
                return rows.Count > limit ? new LedgerPage(rows[..limit], (rows[limit - 1].Entry.Line.From.Milliseconds, rows[limit - 1].Place)) : new LedgerPage(rows, null);
            },
            cancellation);
    }

    /// <summary>All lines of a range by time, read as they are taken, so that a long export needs no room.</summary>
    /// <remarks>Ask <see cref="Refused"/> first.</remarks>
    public IEnumerable<LedgerRow> Stream(Caller caller, CostQuery query)
    {
        Ledger ledger = Open();
        (long Start, long Place)? next = null;
        do
        {
            (IReadOnlyList<LedgerRow> rows, next) = Ask(() => ledger.Rows(query with { Within = caller.Path }, next, RowsAtOnce));
            foreach (LedgerRow row in rows)
            {
                yield return row;
            }
        }
        while (next is not null);
    }

    /// <summary>Why the caller may not see costs; null where it may.</summary>
    public static Problem? Refused(Caller caller) => caller.Allows(Scope.Read) ? null : Problem.MissingScope(Scope.Read, caller);

    private Ledger Open() => host.Journal?.Ledger ?? throw new EngineUnavailableException("The engine reads its journal.", TimeSpan.FromSeconds(1));

    private static T Ask<T>(Func<T> question)
    {
        try
        {
            return question();
        }
        catch (JournalException error)
        {
            throw new EngineUnavailableException($"The ledger cannot be read. {error.Message}", TimeSpan.FromSeconds(5), error);
        }
    }
}

/// <summary>Some lines of the ledger.</summary>
/// <param name="Rows">The lines.</param>
/// <param name="Next">Where to go on; null at the end.</param>
internal sealed record LedgerPage(IReadOnlyList<LedgerRow> Rows, (long Start, long Place)? Next);

/// <summary>Costs, and what was idle beside them.</summary>
/// <param name="Costs">What the ledger has.</param>
/// <param name="Idle">What was idle; null where nobody asked.</param>
/// <param name="Shares">Who bears it; null where nobody does.</param>
internal sealed record CostsWithIdle(CostReport Costs, IdleReport? Idle, SharedIdle? Shares);
