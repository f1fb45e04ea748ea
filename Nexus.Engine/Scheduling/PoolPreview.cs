using Nexus.Engine.Core;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>What another configuration of a pool would do at once to what waits and runs, by the rules of a decision, without deciding anything.</summary>
/// <param name="Starts">Those that wait and would start, in their order.</param>
/// <param name="Refused">Those that wait and could never be served any more.</param>
/// <param name="Excess">The kinds of which more is held than there would be: nothing is revoked, nothing new is granted.</param>
/// <param name="LookedAt">How many that wait were looked at, the first in the order: at most <see cref="MostLookedAt"/>.</param>
/// <param name="Waiting">How many wait.</param>
public sealed record PoolPreview(IReadOnlyList<Request> Starts, IReadOnlyList<Request> Refused, IReadOnlyList<string> Excess, int LookedAt, int Waiting)
{
    /// <summary>The most that one preview looks at, so that its price has a bound.</summary>
    public const int MostLookedAt = 5_000;

    /// <summary>The preview, against the present.</summary>
    internal static PoolPreview Of(PoolDefinition wanted, Present present)
    {
        PoolState? before = present.Pools.FirstOrDefault(p => p.Name == wanted.Name);
        PoolState[] pools = [.. present.Pools.Where(p => p.Name != wanted.Name).Append(new PoolState(wanted, false, before?.Version ?? 0, [.. wanted.Supplies.Select(s => MeterOf(s, before, present))]))];
        PoolDefinition[] definitions = [.. pools.Select(p => p.Definition).OrderBy(d => d.Name, StringComparer.Ordinal)];
        Dictionary<(string Pool, string Kind), long> free = pools.SelectMany(p => p.Meters.Select(m => (Key: (p.Name, m.Supply.Kind), Free: p.Draining ? 0 : m.FreeAt(present.Now).Thousandths))).ToDictionary(m => m.Key, m => m.Free);

        Request[] waiting = [.. present.Waiting.Where(r => r.Status == RequestStatus.Queued)];
        Request[] looked = [.. waiting.OrderBy(r => new QueuePlace(present.ValueOf(r.Priority), r.Arrival), Comparer<QueuePlace>.Create(QueuePlace.Compare)).Take(MostLookedAt)];
        List<Request> starts = [];
        List<Request> refused = [];
        foreach (Request request in looked)
        {
            SupplierGroup[] groups = Suppliers.Find(request.Spec, present.Configuration.Kind, definitions);
            if (Array.Exists(groups, g => g.Impossible is not null || !Array.Exists(g.Open, p => g.CanEverServe(p, request.Needs))))
            {
                refused.Add(request);
            }
            else if (Choose(groups, request, free, present) is { } chosen)
            {
                starts.Add(request);
                Take(groups, chosen, request, free, present);
            }
        }

        return new PoolPreview(starts, refused, before is null ? [] : [.. before.Meters.Where(m => m.Behaviour == ResourceBehaviour.Held && m.Used > (wanted.Of(m.Supply.Kind)?.Amount ?? Quantity.Zero)).Select(m => m.Supply.Kind)], looked.Length, waiting.Length);
    }

    // What is held stays held; a bucket keeps its level within the new burst, and a new one is full.
    private static MeterState MeterOf(Supply supply, PoolState? before, Present present)
    {
        ResourceBehaviour behaviour = present.Configuration.Kind(supply.Kind)?.Behaviour ?? ResourceBehaviour.Held;
        long full = supply.Amount.Thousandths;
        return before?.Of(supply.Kind) is { } was
            ? was with { Supply = supply, Level = Math.Clamp(was.LevelAt(present.Now), -full, full), At = present.Now }
            : new MeterState(supply, behaviour, Quantity.Zero, full, present.Now, Quantity.Zero, 0);
    }

    private static PoolDefinition[]? Choose(SupplierGroup[] groups, Request request, Dictionary<(string Pool, string Kind), long> free, Present present)
    {
        PoolDefinition[] chosen = new PoolDefinition[groups.Length];
        for (int i = 0; i < groups.Length; i++)
        {
            SupplierGroup group = groups[i];
            PoolDefinition[] fitting = [.. group.Open.Where(p => Array.TrueForAll(group.Amounts, a => free[(p.Name, request.Needs[a].Kind)] >= request.Needs[a].Quantity.Thousandths))];
            if (fitting.Length == 0)
            {
                return null;
            }

            chosen[i] = request.Spec.Pools is not null ? fitting[0] : fitting.MinBy(p => LeftOver(group, p, request, free, present))!;
        }

        return chosen;
    }

    private static Int128 LeftOver(SupplierGroup group, PoolDefinition pool, Request request, Dictionary<(string Pool, string Kind), long> free, Present present)
    {
        Int128 sum = 0;
        foreach (int amount in group.Amounts)
        {
            (string kind, Quantity wanted) = (request.Needs[amount].Kind, request.Needs[amount].Quantity);
            if (present.Configuration.Kind(kind)?.Behaviour != ResourceBehaviour.Limit && pool.Of(kind)!.Amount is { IsZero: false } capacity)
            {
                sum += (Int128)(free[(pool.Name, kind)] - wanted.Thousandths) * 1_000_000 / capacity.Thousandths;
            }
        }

        return sum;
    }

    private static void Take(SupplierGroup[] groups, PoolDefinition[] chosen, Request request, Dictionary<(string Pool, string Kind), long> free, Present present)
    {
        for (int i = 0; i < groups.Length; i++)
        {
            foreach (int amount in groups[i].Amounts)
            {
                ResourceAmount wanted = request.Needs[amount];
                if (present.Configuration.Kind(wanted.Kind)?.Behaviour != ResourceBehaviour.Limit)
                {
                    free[(chosen[i].Name, wanted.Kind)] -= wanted.Quantity.Thousandths;
                }
            }
        }
    }
}
