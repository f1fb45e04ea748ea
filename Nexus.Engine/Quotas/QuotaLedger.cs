using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Quotas;

/// <summary>All quotas and what is used of them: the part of the engine's state that <c>Apply</c> changes.</summary>
/// <remarks>
/// What a grant has charged follows from the grant: once per tree, in the slot of its beginning. Only where a renewal added to it in a period is it written down, as the addition
/// counts in the slot of the renewal.
/// </remarks>
internal sealed class QuotaLedger(Func<string, ResourceKind?> kindOf)
{
    private readonly SortedDictionary<string, (QuotaDefinition Definition, long Version)> _definitions = new(StringComparer.Ordinal);

    /// <summary>The trees.</summary>
    public QuotaForest Forest { get; } = new(kindOf);

    /// <summary>What is set, by path.</summary>
    public IEnumerable<QuotaDefinition> Definitions => _definitions.Values.Select(d => d.Definition);

    /// <summary>What is set and used, by path.</summary>
    public IEnumerable<QuotaState> States => _definitions.Values.Select(d => StateOf(d.Definition, d.Version));

    /// <summary>What is set for a node, or null.</summary>
    public QuotaDefinition? Definition(OwnerPath owner) => _definitions.TryGetValue(owner.ToString(), out var known) ? known.Definition : null;

    /// <summary>The version of what is set for a node; null where nothing is.</summary>
    public long? Version(OwnerPath owner) => _definitions.TryGetValue(owner.ToString(), out var known) ? known.Version : null;

    /// <summary>What is set and used at a node, or null.</summary>
    public QuotaState? State(OwnerPath owner) => _definitions.TryGetValue(owner.ToString(), out var known) ? StateOf(known.Definition, known.Version) : null;

    /// <summary>The tree of a kind and period as it would be with other rules at a node.</summary>
    public QuotaTree? With(QuotaTreeKey key, OwnerPath owner, QuotaDefinition? definition)
    {
        (OwnerPath, QuotaRule)[] rules =
        [
            .. Definitions.Where(d => d.Owner != owner).Append(definition).OfType<QuotaDefinition>().Select(d => (d.Owner, d.Of(key)!)).Where(r => r.Item2 is not null),
        ];
        return rules.Length == 0 ? null : new QuotaTree(key, rules);
    }

    /// <summary>Replaces what is set for a node; null takes it away. What was used stays filed where it was, and what runs is filed under the new rules.</summary>
    public void Set(OwnerPath owner, QuotaDefinition? definition, long version, IReadOnlyCollection<Live> running, Instant at)
    {
        QuotaTreeKey[] touched = [.. QuotaRefiling.KeysOf(Definition(owner)).Union(QuotaRefiling.KeysOf(definition))];
        QuotaTree?[] after = [.. touched.Select(k => With(k, owner, definition))];
        _definitions.Remove(owner.ToString());
        if (definition is not null)
        {
            _definitions.Add(owner.ToString(), (definition, version));
        }

        for (int i = 0; i < touched.Length; i++)
        {
            QuotaRefiling.Refile(Forest.Tree(touched[i]), after[i], kindOf(touched[i].Resource)!, running, at.Milliseconds);
            Forest.Set(touched[i], after[i]);
            if (after[i] is null)
            {
                QuotaRefiling.Forget(running, touched[i]);
            }
        }
    }

    /// <summary>A request got its grant.</summary>
    public void Granted(Live live, Instant at)
    {
        foreach (QuotaStep step in StepsOf(live.Request))
        {
            Charge(step, live.Request, step.Tree.Calendar.SlotOf(live.Request.Lease!.GrantedAt.Milliseconds), step.Granted(live.Request), at);
        }
    }

    /// <summary>A grant is about to be renewed.</summary>
    public void Renewing(Live live, LeaseRenewed renewed)
    {
        foreach (QuotaStep step in StepsOf(live.Request))
        {
            long added = step.Added(live.Request, renewed);
            if (added == 0)
            {
                continue;
            }

            if (step.Count != QuotaCount.Held)
            {
                live.QuotaCharges = QuotaRefiling.Added(live, step, new QuotaCharge(step.Tree.Key, step.Tree.Calendar.SlotOf(renewed.At.Milliseconds), added), renewed.At.Milliseconds);
            }

            Charge(step, live.Request, step.Tree.Calendar.SlotOf(renewed.At.Milliseconds), added, renewed.At);
        }
    }

    /// <summary>A grant is about to end: what it did not use comes back in the slots where it was charged, the newest first, and what it used beyond that is charged to the newest.</summary>
    public void Ending(Live live, Settlement settlement, Instant at)
    {
        Request request = live.Request;
        foreach (QuotaStep step in StepsOf(request))
        {
            QuotaCharge[] charged = [.. QuotaRefiling.ChargesOf(live, step)];
            long over = step.Settled(request, settlement, at) - charged.Sum(c => c.Amount);
            for (int i = charged.Length - 1; i >= 0 && over != 0; i--)
            {
                long part = over > 0 ? over : Math.Max(over, -charged[i].Amount);
                Charge(step, request, charged[i].Slot, part, at);
                over -= part;
            }
        }

        live.QuotaCharges = null;
    }

    /// <summary>What a grant used turned out to be other than it was settled.</summary>
    public void Corrected(Request request, Settlement before, Settlement after, Instant at)
    {
        foreach (QuotaStep step in StepsOf(request).Where(s => s.Count == QuotaCount.Metered))
        {
            long over = after.Metered[step.Tree.Key.Resource].Thousandths - before.Metered[step.Tree.Key.Resource].Thousandths;
            Charge(step, request, step.Tree.Calendar.SlotOf(request.Lease!.GrantedAt.Milliseconds), over, at);
        }
    }

    /// <summary>Something was used without a grant: it counts in the period of its time, against the first of the kinds and the others as their part.</summary>
    public void Used(OwnerPath owner, IReadOnlyList<string> kinds, long amount, Instant time, Instant at)
    {
        foreach (string kind in kinds)
        {
            foreach (QuotaStep step in Forest.Find(owner, ResourceVector.Of([new ResourceAmount(kind, Quantity.FromThousandths(amount))]))?.Steps ?? [])
            {
                if (step.Count == QuotaCount.Metered && step.Tree.Key.Resource == kind)
                {
                    step.Tree.Charge(step.Leaf, step.Tree.Calendar.SlotOf(time.Milliseconds), amount, QuotaUse.Firm, at.Milliseconds);
                }
            }
        }
    }

    /// <summary>A request or an extension was refused: the lowest rule that did counts it.</summary>
    public void Refused(Reason? reason)
    {
        if (reason is { Gate: Gate.Quota, Kind: { } kind, Name: { } name, Period: { } period } && Forest.Tree(new QuotaTreeKey(kind, period))?.Node(OwnerPath.Parse(name)) is { } node)
        {
            node.Rejections++;
        }
    }

    /// <summary>The places at which somebody may wait for what an owner's grants of some kinds give back.</summary>
    public IEnumerable<QuotaPoint> PointsFor(OwnerPath owner, ResourceVector kinds) =>
        Forest.Find(owner, kinds)?.Steps.SelectMany(s => s.Leaf.Path).SelectMany(n => n.Points) ?? [];

    /// <summary>Puts back what a snapshot kept, after its requests.</summary>
    public void Restore(IReadOnlyList<QuotaState> states, IReadOnlyCollection<Live> running, Instant at)
    {
        foreach (QuotaState state in states)
        {
            _definitions.Add(state.Owner.ToString(), (state.Definition, state.Version));
        }

        foreach (QuotaTreeKey key in states.SelectMany(s => QuotaRefiling.KeysOf(s.Definition)).Distinct())
        {
            QuotaTree tree = QuotaReading.TreeOf(key, states);
            QuotaRefiling.Hold(tree, kindOf(key.Resource)!, running, at.Milliseconds);
            Forest.Set(key, tree);
        }
    }

    private IEnumerable<QuotaStep> StepsOf(Request request) => Forest.Find(request.Owner, request.Lease!.Amounts)?.Steps ?? [];

    private static void Charge(QuotaStep step, Request request, long slot, long amount, Instant at)
    {
        if (amount != 0)
        {
            step.Tree.Charge(step.Leaf, slot, amount, QuotaAsk.UseOf(request.Spec), at.Milliseconds);
        }
    }

    private QuotaState StateOf(QuotaDefinition definition, long version) => new(
        definition, version, [.. definition.Rules.Select(r => QuotaRuleUse.Of(Forest.Tree(new QuotaTreeKey(r.Resource, r.Period))!.Node(definition.Owner)!))]);
}
