using Nexus.Engine.Charges;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Allowances;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Costs.Months;
using Nexus.Engine.Costs.Sizing;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Reservations;
using Nexus.Engine.Scheduling.Strategies;
using Nexus.Engine.Scheduling.Strategies.Adaptive;

namespace Nexus.Engine.Core;

/// <summary>
/// The state as bytes: format 1, 2 where a pool says more than that holds, 3 where quotas are set, 4 where something is reserved, 5 where a pool gives fair shares and it is kept
/// who has how much, 6 where there are prices, 7 where there are budgets, a closed month or an entered charge, 8 where there are allowances or sizes are learned, 10 where outcomes of grants count in a pool and there were some, 11 where an adaptive pool learned something, 12 where an owner says how its requests give way, 13 where shared grants have paid a minimum. Everything stands in a fixed order, so that equal states have equal bytes.
/// </summary>
internal static class StateCodec
{
    private const byte Plain = 1;
    private const byte More = 2;
    private const byte WithQuotas = 3;
    private const byte Reserved = 4;
    private const byte WithShares = 5;
    private const byte WithPrices = 6;
    private const byte WithBudgets = 7;
    private const byte WithRuns = 8;
    private const byte WithInterruptions = 9;
    private const byte WithHealth = 10;
    private const byte WithLearning = 11;
    private const byte WithDegrading = 12;
    private const byte WithMerging = 13;

    public static void Write(
        EventBuffer to, long sequence, Instant at, Configuration configuration, IReadOnlyList<PoolSnapshot> pools, IReadOnlyList<Request> live, IReadOnlyList<Request> ended,
        IReadOnlyList<QuotaState> quotas, IReadOnlyList<(RequestKey Key, QuotaCharge[] Charges)> charges, IReadOnlyList<(string Sku, int Month, Int128 Millionths)> tiers, IReadOnlyList<BudgetState> budgets,
        IReadOnlyList<EnteredCharge> charged, IReadOnlyList<AllowanceState> allowances, IReadOnlyList<LearnedSizesState> sizes, IReadOnlyList<MergedPayment> merged)
    {
        PoolSnapshot[] shared = [.. pools.Where(p => p.Shares is not null)];
        PoolSnapshot[] interrupting = [.. pools.Where(p => p.Interruptions is not null)];
        PoolSnapshot[] watched = [.. pools.Where(p => p.Health is { IsNew: false })];
        PoolSnapshot[] learned = [.. pools.Where(p => p.Adaptive is { IsNew: false })];
        byte format = merged.Count > 0 ? WithMerging : configuration.Owners.Any(o => o.Degrade is not null) ? WithDegrading : learned.Length > 0 ? WithLearning : watched.Length > 0 ? WithHealth : interrupting.Length > 0 ? WithInterruptions : allowances.Count > 0 || sizes.Count > 0 ? WithRuns : budgets.Count > 0 || configuration.Months.All.Count > 0 || charged.Count > 0 ? WithBudgets : configuration.Prices.Prices.Count > 0 || tiers.Count > 0 ? WithPrices : shared.Length > 0 ? WithShares : configuration.Reservations.Count > 0 ? Reserved : quotas.Count > 0 ? WithQuotas : pools.Any(p => !p.Definition.IsPlain) ? More : Plain;
        to.Byte(format);
        to.Number(sequence);
        to.Time(at);
        to.Number(configuration.Kinds.Count);
        foreach (ResourceKind kind in configuration.Kinds)
        {
            to.Kind(kind);
            to.Number(configuration.VersionOfKind(kind.Name));
        }

        to.Number(configuration.Classes.Count);
        foreach (PriorityClass priority in configuration.Classes)
        {
            to.Class(priority);
            to.Number(configuration.VersionOfClass(priority.Name));
        }

        to.Number(configuration.Owners.Count);
        foreach (OwnerSettings owner in configuration.Owners)
        {
            if (format >= WithDegrading)
            {
                to.SettingsMore(owner);
            }
            else
            {
                to.Settings(owner);
            }

            to.Number(configuration.VersionOfOwner(owner.Path));
        }

        to.Number(pools.Count);
        foreach (PoolSnapshot pool in pools)
        {
            WritePool(to, pool, more: format != Plain);
        }

        foreach (IReadOnlyList<Request> requests in (IReadOnlyList<Request>[])[live, ended])
        {
            to.Number(requests.Count);
            foreach (Request request in requests)
            {
                RequestCodec.Write(to, request);
            }
        }

        if (format >= WithQuotas)
        {
            WriteQuotas(to, quotas, charges);
        }

        if (format >= Reserved)
        {
            to.Number(configuration.Reservations.Count);
            foreach (Reservation reservation in configuration.Reservations)
            {
                to.Reserved(reservation);
                to.Times(configuration.TimesOf(reservation.Id));
                to.Number(configuration.VersionOfReservation(reservation.Id));
            }
        }

        if (format >= WithShares)
        {
            to.Number(shared.Length);
            foreach (PoolSnapshot pool in shared)
            {
                FairTreeCodec.Write(to, pool.Definition.Name, pool.Shares!);
            }
        }

        if (format >= WithPrices)
        {
            to.Prices([.. configuration.Prices.Prices.Select(p => p.Sku)]);
            // Without budgets a book that was emptied is not in a snapshot, nor is its version: with them it says as little.
            to.Number(configuration.Prices.Prices.Count == 0 && tiers.Count == 0 ? 0 : configuration.VersionOfPrices);
            to.Number(tiers.Count);
            foreach ((string sku, int month, Int128 millionths) in tiers)
            {
                to.Text(sku);
                to.Number(month);
                to.Wide(millionths);
            }
        }

        if (format >= WithBudgets)
        {
            to.Budgets(budgets);
            to.Months(configuration.Months, charged);
        }

        if (format >= WithRuns)
        {
            to.Allowances(allowances);
            to.Sizes(sizes);
        }

        if (format >= WithInterruptions)
        {
            to.Number(interrupting.Length);
            foreach (PoolSnapshot pool in interrupting)
            {
                to.Text(pool.Definition.Name);
                to.Number(pool.Interruptions!.Value.Count);
                to.Number(pool.Interruptions.Value.Held);
                to.Number(pool.Interruptions.Value.Epoch);
            }
        }

        if (format >= WithHealth)
        {
            to.Healths(watched);
        }

        if (format >= WithLearning)
        {
            to.Learned(learned);
        }

        if (format >= WithMerging)
        {
            to.Merged(merged);
        }
    }

    public static EngineState Read(ReadOnlySpan<byte> bytes, EngineLimits limits)
    {
        EventReader from = new(bytes);
        byte format = from.Byte();
        if (format is not (Plain or More or WithQuotas or Reserved or WithShares or WithPrices or WithBudgets or WithRuns or WithInterruptions or WithHealth or WithLearning or WithDegrading or WithMerging))
        {
            throw new InvalidDataException("the snapshot is in a format of a later version");
        }

        EngineState state = new(limits) { Sequence = from.Number(), At = from.Time() };
        Configuration configuration = state.Configuration;
        for (long left = from.Number(); left > 0; left--)
        {
            ResourceKind kind = from.Kind()!;
            state.Kinds[kind.Name] = kind;
            configuration = configuration.With(kind, from.Number());
        }

        for (long left = from.Number(); left > 0; left--)
        {
            configuration = configuration.With(from.Class()!, from.Number());
        }

        for (long left = from.Number(); left > 0; left--)
        {
            OwnerSettings owner = (format >= WithDegrading ? from.SettingsMore() : from.Settings())!;
            configuration = configuration.With(owner.Path, owner, from.Number());
        }

        state.Configuration = configuration;
        List<(ChargeNode Node, NodeSnapshot Kept)> meters = [];
        for (long left = from.Number(); left > 0; left--)
        {
            meters.AddRange(ReadPool(ref from, state, more: format != Plain));
        }

        for (int list = 0; list < 2; list++)
        {
            for (long left = from.Number(); left > 0; left--)
            {
                state.Restore(RequestCodec.Read(ref from));
            }
        }

        foreach ((ChargeNode node, NodeSnapshot kept) in meters)
        {
            if (node.Used != kept.Used)
            {
                throw new InvalidDataException($"the snapshot's grants hold {node.Used} of {node.Kind} in pool {node.Pool}, its meter says {kept.Used}");
            }

            node.Restore(kept.Level, kept.Remainder, kept.At, kept.Peak, kept.Overrun);
        }

        if (format >= WithQuotas)
        {
            ReadQuotas(ref from, state);
        }

        for (long left = format >= Reserved ? from.Number() : 0; left > 0; left--)
        {
            state.Configuration = state.Configuration.With(from.Reserved(), from.Times(), from.Number());
        }

        Dictionary<string, FairTreeState> shares = new(StringComparer.Ordinal);
        for (long left = format >= WithShares ? from.Number() : 0; left > 0; left--)
        {
            (string pool, FairTreeState tree) = FairTreeCodec.Read(ref from);
            shares[pool] = tree;
        }

        state.FairShares.Restore(shares);
        if (format >= WithPrices)
        {
            state.Configuration = state.Configuration.With(new PriceChange(from.Prices(), []), from.Number());
            for (long left = from.Number(); left > 0; left--)
            {
                state.Tiers.Restore(from.Text()!, (int)from.Number(), from.Wide());
            }
        }

        if (format >= WithBudgets)
        {
            state.Budgets.Restore(from.Budgets(), [.. state.Requests.Values.Select(l => l.Request)]);
            from.Months(state);
        }

        if (format >= WithRuns)
        {
            state.Allowances.Restore(from.Allowances(), state.Requests.Values);
            state.Sizes.Restore(from.Sizes());
        }

        for (long left = format >= WithInterruptions ? from.Number() : 0; left > 0; left--)
        {
            state.Pools[from.Text()!].Interruptions!.Restore(from.Number(), from.Number(), from.Number());
        }

        state.Health.Restore(format >= WithHealth ? from.Healths(p => state.Pools[p].Definition.Health!) : [], state.Running);
        foreach ((string pool, AdaptiveState adaptive) in format >= WithLearning ? from.Learned() : [])
        {
            state.Pools[pool].Learn(adaptive);
        }

        if (format >= WithMerging)
        {
            from.Merged(state.Merged);
        }

        return state;
    }

    private static void WriteQuotas(EventBuffer to, IReadOnlyList<QuotaState> quotas, IReadOnlyList<(RequestKey Key, QuotaCharge[] Charges)> charges)
    {
        to.Number(quotas.Count);
        foreach (QuotaState quota in quotas)
        {
            to.State(quota);
        }

        to.Number(charges.Count);
        foreach ((RequestKey key, QuotaCharge[] charged) in charges)
        {
            to.Charges(key, charged);
        }
    }

    private static void ReadQuotas(ref EventReader from, EngineState state)
    {
        QuotaState[] quotas = new QuotaState[from.Number()];
        for (int i = 0; i < quotas.Length; i++)
        {
            quotas[i] = from.State();
        }

        for (long left = from.Number(); left > 0; left--)
        {
            (RequestKey key, QuotaCharge[] charges) = from.Charges();
            state.Requests[key].QuotaCharges = charges;
        }

        state.Quotas.Restore(quotas, state.Running, state.At);
    }

    private static void WritePool(EventBuffer to, PoolSnapshot pool, bool more)
    {
        to.Definition(pool.Definition, more);
        to.Flag(pool.Draining);
        to.Number(pool.Version);
        to.Number(pool.Nodes.Count);
        foreach (NodeSnapshot node in pool.Nodes)
        {
            to.Text(node.Kind);
            to.Number(node.Used);
            to.Number(node.Level);
            to.Number(node.Remainder);
            to.Number(node.At);
            to.Number(node.Peak);
            to.Number(node.Overrun);
        }
    }

    private static List<(ChargeNode, NodeSnapshot)> ReadPool(ref EventReader from, EngineState state, bool more)
    {
        PoolDefinition definition = from.Definition(more)!;
        bool draining = from.Flag();
        long version = from.Number();
        Pool pool = state.Pools[definition.Name] = new Pool(definition.Name);
        List<NodeSnapshot> kept = [];
        for (long left = from.Number(); left > 0; left--)
        {
            kept.Add(new NodeSnapshot(from.Text()!, from.Number(), from.Number(), from.Number(), from.Number(), from.Number(), from.Number()));
        }

        state.Configuration = state.Configuration.With(definition.Name, definition.Prices);
        pool.Restore(definition, kept.Select(n => n.Kind), k => state.Kinds[k].Behaviour, version, state.At.Milliseconds);
        pool.Drain(draining, version);
        return [.. kept.Select(n => (pool.Node(n.Kind)!, n))];
    }
}
