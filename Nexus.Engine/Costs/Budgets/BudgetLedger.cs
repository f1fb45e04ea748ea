using System.Runtime.InteropServices;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Costs.Budgets;

/// <summary>All budgets and what is spent and reserved of them: a part of the engine's state.</summary>
/// <remarks>What is reserved follows from the requests that run or are booked, each by its estimate; what is spent from the lines of the ledger.</remarks>
internal sealed class BudgetLedger(Func<string, string?> wholeOf)
{
    private const int MostOwners = 100_000;

    private readonly SortedDictionary<string, BudgetNode> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<OwnerPath, BudgetsOfOwner> _byOwner = [];
    private readonly List<BudgetNode> _touched = [];
    private readonly List<(string Resource, long At, Money Cost)> _spending = [];
    private BudgetNode[] _touchedTogether = [];
    private (OwnerPath Owner, BudgetsOfOwner Budgets)? _last;
    private (long From, long Until) _periods;

    /// <summary>True where there is none.</summary>
    public bool IsEmpty => _nodes.Count == 0;

    /// <summary>All of them, by name.</summary>
    public IReadOnlyCollection<BudgetNode> Nodes => _nodes.Values;

    /// <summary>As they are, by name.</summary>
    public IEnumerable<BudgetState> States => _nodes.Values.Select(n => n.ToState());

    /// <summary>One, or null.</summary>
    public BudgetNode? Find(string id) => _nodes.GetValueOrDefault(id);

    /// <summary>What somebody asks of budgets; null where it costs nothing or none is concerned.</summary>
    public BudgetAsk? Ask(OwnerPath owner, Labels labels, CostEstimate? estimate) =>
        estimate is null || estimate.Total <= Money.Zero || Of(owner, labels) is not { Length: > 0 } nodes ? null : new BudgetAsk(nodes, estimate, wholeOf);

    /// <summary>Puts a budget in the place of the one of its name.</summary>
    /// <param name="definition">What is set.</param>
    /// <param name="version">The number of the event.</param>
    /// <param name="starts">What was spent of it, by the beginning of a period or slot, where it begins anew.</param>
    /// <param name="requests">Those that run or are booked.</param>
    /// <param name="at">When.</param>
    public void Set(BudgetDefinition definition, long version, IReadOnlyList<BudgetStart> starts, IEnumerable<Request> requests, Instant at)
    {
        BudgetNode? before = Find(definition.Id);
        bool goesOn = before is not null && before.Definition.Scope == definition.Scope && before.Definition.Period == definition.Period;
        BudgetNode node = new(definition, version, goesOn ? before!.Since : at);
        if (goesOn)
        {
            node.Continue(before!, at);
        }
        else
        {
            foreach (BudgetStart start in starts)
            {
                node.Spend(start.At.Milliseconds, start.Spent, at.Milliseconds);
            }

            foreach (Request request in requests.Where(r => r.Estimate is not null && definition.Scope.Covers(r.Owner, r.Labels)))
            {
                node.Reserve(request.Estimate!, wholeOf, back: false);
            }
        }

        Put(node);
    }

    /// <summary>Takes a budget away.</summary>
    public void Remove(string id)
    {
        _nodes.Remove(id);
        Changed();
        TakeTouched();
    }

    /// <summary>Something other than a request changed one.</summary>
    public void Touch(BudgetNode node)
    {
        if (!node.IsTouched)
        {
            node.IsTouched = true;
            _touched.Add(node);
        }
    }

    /// <summary>A request is another: what was reserved for it is what its estimate says now, and its lines are spent.</summary>
    public void Follow(Request? before, Request after, IReadOnlyList<CostLine> lines, Instant at)
    {
        bool estimates = !ReferenceEquals(before?.Estimate, after.Estimate);
        if (before?.Estimate is { } was && estimates)
        {
            BudgetNode[] nodes = Of(before.Owner, before.Labels);
            Touch(nodes);
            foreach (BudgetNode node in nodes)
            {
                node.Reserve(was, wholeOf, back: true);
            }
        }

        // Of what was held for hours the last one alone would be known here: it moves nobody's turn.
        bool settles = before is { Estimate: not null, HeldUntil: null } && after.Estimate is null;
        if (lines.Count > 0 || settles)
        {
            Spend(Of(after.Owner, after.Labels), lines, settles ? after.Key : null, at.Milliseconds);
        }

        if (after.Estimate is { } estimate && estimates)
        {
            BudgetNode[] nodes = Of(after.Owner, after.Labels);
            Touch(nodes);
            foreach (BudgetNode node in nodes)
            {
                if (before?.Estimate is null)
                {
                    node.Admit(after.Key, estimate, wholeOf, at);
                }
                else
                {
                    node.Reserve(estimate, wholeOf, back: false);
                }
            }
        }
    }

    /// <summary>Lines of use without a grant are spent.</summary>
    public void Spend(OwnerPath owner, Labels labels, IReadOnlyList<CostLine> lines, Instant at)
    {
        if (lines.Count > 0)
        {
            Spend(Of(owner, labels), lines, null, at.Milliseconds);
        }
    }

    /// <summary>A request or an extension was refused or told to wait: the budget that did counts it.</summary>
    public void Refused(Reason? reason, Instant at)
    {
        if (reason is { Gate: Gate.Budget, IsOfAllowance: false, Name: { } id } && Find(id) is { } node)
        {
            node.Refuse(at.Milliseconds);
            Touch(node);
        }
    }

    /// <summary>The budgets that count costs of an owner with some labels, by name.</summary>
    public BudgetNode[] Of(OwnerPath owner, Labels labels)
    {
        if (IsEmpty)
        {
            return [];
        }

        // Whoever is decided is followed at once.
        if (_last is { } last && ReferenceEquals(last.Owner, owner))
        {
            return last.Budgets.With(labels);
        }

        if (!_byOwner.TryGetValue(owner, out BudgetsOfOwner? budgets))
        {
            if (_byOwner.Count >= MostOwners)
            {
                _byOwner.Clear();
            }

            budgets = _byOwner[owner] = new BudgetsOfOwner([.. _nodes.Values.Where(n => owner.IsWithin(n.Definition.Scope.Owner))]);
        }

        _last = (owner, budgets);
        return budgets.With(labels);
    }

    /// <summary>When the first of the periods of the calendar ends in which a moment lies; <see cref="long.MaxValue"/> where there is none.</summary>
    public long NextEnd(long at)
    {
        if (at >= _periods.From && at < _periods.Until)
        {
            return _periods.Until;
        }

        (long from, long until) = (long.MinValue, long.MaxValue);
        foreach (BudgetNode node in _nodes.Values)
        {
            (long start, long end) = node.Slot > 0 ? (from, until) : node.Bounds(at);
            (from, until) = (Math.Max(from, start), Math.Min(until, end));
        }

        _periods = (from, until);
        return until;
    }

    /// <summary>Those that changed since the last call, by name: after a recovery they were touched in another order.</summary>
    public BudgetNode[] TakeTouched()
    {
        BudgetNode[] together = _touchedTogether;
        _touchedTogether = [];
        if (_touched.Count == 0)
        {
            return together;
        }

        Array.ForEach(together, Touch);
        BudgetNode[] touched = [.. _touched];
        Array.Sort(touched, static (a, b) => string.CompareOrdinal(a.Definition.Id, b.Definition.Id));
        _touched.Clear();
        Array.ForEach(touched, static n => n.IsTouched = false);
        return touched;
    }

    /// <summary>Puts back what a snapshot kept; what is reserved follows from its requests.</summary>
    public void Restore(IEnumerable<BudgetState> states, IReadOnlyCollection<Request> requests)
    {
        foreach (BudgetState state in states)
        {
            BudgetNode node = BudgetNode.Of(state);
            node.ReserveNothing();
            foreach (Request request in requests.Where(r => r.Estimate is not null && state.Definition.Scope.Covers(r.Owner, r.Labels)))
            {
                node.Reserve(request.Estimate!, wholeOf, back: false);
            }

            Put(node);
        }

        TakeTouched();
    }

    // Most often the same ones are touched, those of one owner, and stand in order.
    private void Touch(BudgetNode[] nodes)
    {
        if (_touchedTogether.Length == 0)
        {
            _touchedTogether = nodes;
        }
        else if (!ReferenceEquals(_touchedTogether, nodes))
        {
            Array.ForEach(nodes, Touch);
        }
    }

    private void Spend(BudgetNode[] nodes, IReadOnlyList<CostLine> lines, RequestKey? settles, long now)
    {
        _spending.Clear();
        for (int i = 0; i < lines.Count; i++)
        {
            if (lines[i] is { } line && (line.Sku is not null || line.UnitPrice != Money.Zero))
            {
                _spending.Add((line.Resource, line.From.Milliseconds, line.Cost));
            }
        }

        foreach (BudgetNode node in nodes)
        {
            Money spent = default;
            foreach ((string resource, long at, Money cost) in CollectionsMarshal.AsSpan(_spending))
            {
                spent += node.Spend(resource, wholeOf, at, cost, now);
            }

            if (spent != Money.Zero && !ReferenceEquals(nodes, _touchedTogether))
            {
                Touch(node);
            }

            if (settles is { } key)
            {
                node.Settle(key, spent);
            }
        }
    }

    private void Put(BudgetNode node)
    {
        Array.ForEach(_touchedTogether, Touch);
        _touchedTogether = [];
        _touched.RemoveAll(n => n.Definition.Id == node.Definition.Id);
        Touch(node);
        _nodes[node.Definition.Id] = node;
        Changed();
    }

    private void Changed()
    {
        _byOwner.Clear();
        (_last, _periods) = (null, default);
    }
}

/// <summary>What was spent of a budget before it was set, in one of its periods or slots.</summary>
/// <param name="At">A moment of the period or slot.</param>
/// <param name="Spent">How much.</param>
public readonly record struct BudgetStart(Instant At, Money Spent);
