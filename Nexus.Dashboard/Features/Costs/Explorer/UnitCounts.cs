using Nexus.Engine.Costs;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Dashboard.Features.Costs.Explorer;

/// <summary>By what costs are divided: how many requests caused them, how many of those succeeded, how many workflow runs they were.</summary>
/// <param name="Requests">Requests whose grants have lines in the range.</param>
/// <param name="Succeeded">Those whose client said that its work succeeded; null: too many to look up.</param>
/// <param name="Runs">Different values of the label <c>run</c> in each tenant.</param>
/// <param name="OfRequests">What those requests cost: use that was reported without one is not divided by them.</param>
/// <param name="OfRuns">What those runs cost.</param>
public sealed record UnitCounts(int Requests, int? Succeeded, int Runs, Money OfRequests, Money OfRuns)
{
    /// <summary>What a thousand requests cost; null where there are none.</summary>
    public decimal? PerThousand => Requests > 0 ? CostText.Units(OfRequests) * 1_000 / Requests : null;

    /// <summary>What a request that succeeded costs, with what those cost that did not; null where none is known to.</summary>
    public decimal? PerSuccess => Succeeded > 0 ? CostText.Units(OfRequests) / Succeeded : null;

    /// <summary>What a run costs; null where there are none.</summary>
    public decimal? PerRun => Runs > 0 ? CostText.Units(OfRuns) / Runs : null;
}

/// <summary>Counts requests, outcomes and runs, which sums do not keep: line by line, and not where that would be too many.</summary>
internal sealed class UnitCounting(EngineHost host)
{
    /// <summary>How many lines are looked at, at most.</summary>
    public const int MostLines = 100_000;

    private const int MostOutcomes = 20_000;
    private const int LinesAtOnce = 5_000;
    private const string RunLabel = "run";

    /// <summary>The counts of each group and, under null, of all together; null where there are too many lines.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="query">Which lines.</param>
    /// <param name="groupsOf">The groups that a line counts in.</param>
    /// <param name="cancellation">Gives up.</param>
    public IReadOnlyDictionary<string, UnitCounts>? Count(Ledger ledger, CostQuery query, Func<LedgerKey, IEnumerable<string>> groupsOf, CancellationToken cancellation)
    {
        Dictionary<string, Counted> groups = new(StringComparer.Ordinal);
        (long Start, long Place)? next = null;
        int looked = 0;
        do
        {
            cancellation.ThrowIfCancellationRequested();
            (IReadOnlyList<LedgerRow> rows, next) = ledger.Rows(query, next, LinesAtOnce);
            looked += LinesAtOnce;
            if (looked > MostLines && next is not null)
            {
                return null;
            }

            foreach (LedgerEntry entry in rows.Select(r => r.Entry))
            {
                foreach (string group in groupsOf(LedgerKey.Of(entry, entry.Labels)))
                {
                    if (!groups.TryGetValue(group, out Counted? counted))
                    {
                        groups[group] = counted = new Counted();
                    }

                    counted.Add(entry);
                }
            }
        }
        while (next is not null);

        HashSet<RequestKey> all = [.. groups.Values.SelectMany(g => g.Requests)];
        HashSet<RequestKey>? succeeded = all.Count > MostOutcomes ? null : [.. all.Where(k => host.Read.Find(k)?.Settlement?.Outcome == Outcome.Succeeded)];
        return groups.ToDictionary(g => g.Key, g => g.Value.ToCounts(succeeded), StringComparer.Ordinal);
    }

    private sealed class Counted
    {
        private readonly HashSet<(string, string)> _runs = [];
        private Money _ofRequests;
        private Money _ofRuns;

        public HashSet<RequestKey> Requests { get; } = [];

        public void Add(LedgerEntry entry)
        {
            if (entry.Request is { } id)
            {
                Requests.Add(new RequestKey(entry.Owner.Tenant, id));
                _ofRequests += entry.Line.Cost;
            }

            if (entry.Labels[RunLabel] is { } run)
            {
                _runs.Add((entry.Owner.Tenant, run));
                _ofRuns += entry.Line.Cost;
            }
        }

        public UnitCounts ToCounts(HashSet<RequestKey>? succeeded) => new(Requests.Count, succeeded is null ? null : Requests.Count(succeeded.Contains), _runs.Count, _ofRequests, _ofRuns);
    }
}
