using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Resources;
using Nexus.Engine.Storage;
using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Engine.Hosting;

/// <summary>Lets a budget that begins to count start with what the ledger has of its scope and period, to the last line before it is decided.</summary>
/// <remarks>The most is added up on the caller's time; on the engine's thread only the lines that came since, and those of the batch that is being filled.</remarks>
internal static class BudgetStarts
{
    /// <summary>Adds up what is in the ledger, before the command is queued.</summary>
    /// <exception cref="EngineUnavailableException">The ledger cannot be read.</exception>
    public static SetBudget Before(SetBudget command, ReadModel read)
    {
        if (GoesOn(command.Budget, read.Budget(command.Budget.Id)))
        {
            return command;
        }

        BudgetNode node = new(command.Budget, 0, read.Now);
        LedgerSpending spending = read.Archive((command.Budget, node, read), static (journal, asked) => journal.Ledger.Spending(QueriesOf(asked.Budget, asked.node, asked.read, asked.read.Now)))!;
        return command with { Starts = spending.Spent, CountedUpTo = spending.Place };
    }

    /// <summary>Adds what came since, before it is decided.</summary>
    /// <exception cref="EngineUnavailableException">The ledger cannot be read.</exception>
    public static SetBudget Again(SetBudget command, Configuration configuration, Instant now, IJournal journal) => command.CountedUpTo == 0 && command.Starts.Count == 0 && journal.Ledger.IsEmpty ? command
        : With(command, configuration, now, ArchiveLookup.In(journal, command.CountedUpTo, static (j, place) => j.Ledger.After(place))!);

    /// <summary>Adds what came with the batch that is being filled, and stands nowhere else yet.</summary>
    public static SetBudget Leaving(SetBudget command, Configuration configuration, Instant now, Batch batch) => With(command, configuration, now, batch.Ledger);

    /// <summary>What was spent before a moment of the past, for a budget that is imagined to begin then: whatever the ledger has of the time until it.</summary>
    /// <exception cref="EngineUnavailableException">The ledger cannot be read.</exception>
    public static IReadOnlyList<BudgetStart> Until(BudgetDefinition budget, Instant at, ReadModel read)
    {
        BudgetNode node = new(budget, 0, at);
        return read.Archive((budget, node, read, at), static (journal, asked) => journal.Ledger.Spending(
            [.. QueriesOf(asked.budget, asked.node, asked.read, asked.at).Where(q => q.From < asked.at).Select(q => q.To > asked.at ? q with { To = asked.at } : q)]))!.Spent;
    }

    private static SetBudget With(SetBudget command, Configuration configuration, Instant now, IEnumerable<LedgerEntry> entries)
    {
        BudgetNode node = new(command.Budget, 0, now);
        SortedDictionary<long, Money> spent = [];
        foreach (BudgetStart start in command.Starts)
        {
            Add(start.At, start.Spent);
        }

        foreach (LedgerEntry entry in entries)
        {
            if (entry.Line.Cost != Money.Zero && command.Budget.Scope.Covers(entry.Owner, entry.Labels) && command.Budget.Scope.Counts(entry.Line.Resource, kind => configuration.Kind(kind)?.PartOf))
            {
                Add(entry.Line.From, entry.Line.Cost);
            }
        }

        return command with { Starts = [.. spent.Select(s => new BudgetStart(new Instant(s.Key), s.Value))] };

        void Add(Instant at, Money cost)
        {
            long start = node.Bounds(at.Milliseconds).Start;
            spent[start] = spent.GetValueOrDefault(start) + cost;
        }
    }

    // A budget of the calendar begins with its period; a rolling one with all slots that count.
    private static CostQuery[] QueriesOf(BudgetDefinition budget, BudgetNode node, ReadModel read, Instant at)
    {
        List<CostQuery> queries = [];
        (long start, long end) = node.Bounds(at.Milliseconds);
        CostFilter[] filters =
        [
            .. budget.Scope.Labels.Select(l => new CostFilter(new CostDimension($"label:{l.Key}"), l.Value)),
            .. budget.Scope.Resources.Count == 0 ? [] : read.Configuration.Kinds.Where(k => budget.Scope.Counts(k.Name, kind => read.Configuration.Kind(kind)?.PartOf)).Select(k => new CostFilter(new CostDimension("resource"), k.Name)),
        ];
        for (int back = node.Slot > 0 ? BudgetTerms.SlotsBack : 0; back >= 0; back--)
        {
            queries.Add(new CostQuery(new Instant(start - (back * node.Slot)), new Instant(end - (back * node.Slot))) { Filters = filters, Within = budget.Scope.Owner });
        }

        return [.. queries];
    }

    private static bool GoesOn(BudgetDefinition budget, BudgetState? before) => before is not null && before.Definition.Scope == budget.Scope && before.Definition.Period == budget.Period;
}
