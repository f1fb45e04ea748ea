using Nexus.Engine.Core;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>When something would start.</summary>
/// <param name="At">The moment, or null when it is not known.</param>
/// <param name="Basis">What it comes from.</param>
internal readonly record struct Estimate(Instant? At, EstimateBasis Basis)
{
    /// <summary>Not known.</summary>
    public static Estimate None => new(null, EstimateBasis.Unknown);
}

/// <summary>Estimates starts from what is known: ends that grants committed to, and rates of buckets. Who is ahead is served first; what has no known end is not guessed.</summary>
internal static class Estimates
{
    /// <summary>When a waiting request would start as things stand.</summary>
    public static Estimate Start(Request request, SupplierGroup[] groups, Rivals rivals, Present present)
    {
        Estimate latest = new(present.Now, EstimateBasis.Now);
        foreach (SupplierGroup group in groups)
        {
            Estimate soonest = Estimate.None;
            foreach (PoolDefinition pool in group.Open.Where(p => group.CanEverServe(p, request.Spec.Resources)))
            {
                Estimate at = Of(request, group, pool, rivals, present);
                soonest = at.At is { } when && (soonest.At is not { } best || when < best) ? at : soonest;
            }

            if (soonest.At is not { } start)
            {
                return Estimate.None;
            }

            latest = start > latest.At ? soonest : latest;
        }

        return latest;
    }

    private static Estimate Of(Request request, SupplierGroup group, PoolDefinition pool, Rivals rivals, Present present)
    {
        if (present.Pool(pool.Name).Draining)
        {
            return Estimate.None;
        }

        Estimate latest = new(present.Now, EstimateBasis.Now);
        foreach (int i in group.Amounts)
        {
            ResourceAmount amount = request.Spec.Resources[i];
            if (present.Free(pool.Name, amount.Kind) >= amount.Quantity)
            {
                continue;
            }

            MeterState meter = present.Pool(pool.Name).Of(amount.Kind)!;
            Estimate at = meter.Behaviour == ResourceBehaviour.Metered
                ? Refilled(meter, amount.Quantity.Thousandths + rivals.Need, present.Now)
                : Freed(pool.Name, amount.Kind, meter, amount.Quantity.Thousandths + rivals.Need, present);
            if (at.At is not { } start)
            {
                return Estimate.None;
            }

            latest = start > latest.At ? at : latest;
        }

        return latest;
    }

    // Who is ahead takes what flows in first, so the bucket need never hold it all at once.
    private static Estimate Refilled(MeterState meter, long needed, Instant now)
    {
        long rate = meter.Supply.Rate.Thousandths;
        if (rate == 0)
        {
            return Estimate.None;
        }

        Int128 missing = needed - meter.LevelAt(now);
        Int128 wait = missing <= 0 ? 0 : ((missing * (long)meter.Supply.Per.TotalMilliseconds) + rate - 1) / rate;
        return wait > (long)TimeSpan.FromDays(3_660).TotalMilliseconds ? Estimate.None : new(new Instant(now.Milliseconds + (long)wait), EstimateBasis.Refill);
    }

    private static Estimate Freed(string pool, string kind, MeterState meter, long needed, Present present)
    {
        long free = meter.Supply.Amount.Thousandths - meter.Used.Thousandths;
        IEnumerable<(long End, long Amount)> ends = present.Running
            .Where(r => r is { Status: RequestStatus.Allocated, Lease: not null } && Live.KnownEnd(r) > present.Now.Milliseconds)
            .Select(r => (End: Live.KnownEnd(r)!.Value, Amount: Explainer.Held(r.Lease!, pool, kind).Thousandths))
            .Where(e => e.Amount > 0)
            .OrderBy(e => e.End);
        foreach ((long end, long amount) in ends)
        {
            free += amount;
            if (free >= needed)
            {
                return new(new Instant(end), EstimateBasis.KnownEnds);
            }
        }

        return Estimate.None;
    }
}
