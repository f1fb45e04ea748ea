using Nexus.Engine.Core;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Scheduling;

/// <summary>When something would start.</summary>
/// <param name="At">The moment, or null when it is not known.</param>
/// <param name="Basis">What it comes from.</param>
/// <param name="Between">The interval in which it should lie.</param>
internal readonly record struct Estimate(Instant? At, EstimateBasis Basis, StartInterval Between)
{
    /// <summary>Not known.</summary>
    public static Estimate None => default;

    /// <summary>The start that is planned counts, not one that knows less: it is the latest, and it may come as early as the other might.</summary>
    /// <param name="planned">The planned start.</param>
    /// <param name="now">The moment; a planned start that has passed may come any moment.</param>
    public Estimate As(Instant planned, Instant now)
    {
        Instant at = planned < now ? now : planned;
        return at == At ? this : new(at, EstimateBasis.Plan, new StartInterval(At is null ? now : Between.From > at ? at : Between.From, at));
    }

    /// <summary>Both must have come: the later of the two, and the interval of the later.</summary>
    public Estimate And(Estimate other)
    {
        StartInterval between = new(Between.From > other.Between.From ? Between.From : other.Between.From, Between.To > other.Between.To ? Between.To : other.Between.To);
        return (other.At > At ? other : this) with { Between = between };
    }
}

/// <summary>Estimates starts from what is known: ends that grants committed to, and rates of buckets; where a grant committed to none, from how long others of its workflow ran. Who is ahead is served first.</summary>
/// <remarks>The interval reaches from the start if grants ended early, as a tenth of their workflow did, to the start if they ended late, as nine tenths had by then, and never beyond an end that was committed to.</remarks>
internal static class Estimates
{
    private const double Early = 0.1;
    private const double Typical = 0.5;
    private const double Late = 0.9;

    /// <summary>When a waiting request would start as things stand.</summary>
    public static Estimate Start(Request request, SupplierGroup[] groups, Rivals rivals, Present present)
    {
        Estimate latest = At(present.Now, EstimateBasis.Now);
        foreach (SupplierGroup group in groups)
        {
            Estimate soonest = Estimate.None;
            foreach (PoolDefinition pool in group.Open.Where(p => group.CanEverServe(p, request.Needs)))
            {
                Estimate at = Of(request, group, pool, rivals, present);
                soonest = at.At is { } when && (soonest.At is not { } best || when < best) ? at : soonest;
            }

            if (soonest.At is null)
            {
                return Estimate.None;
            }

            latest = latest.And(soonest);
        }

        return latest;
    }

    private static Estimate Of(Request request, SupplierGroup group, PoolDefinition pool, Rivals rivals, Present present)
    {
        if (present.Pool(pool.Name).StopsGrants)
        {
            return Estimate.None;
        }

        Estimate latest = At(present.Now, EstimateBasis.Now);
        foreach (int i in group.Amounts)
        {
            ResourceAmount amount = request.Needs[i];
            MeterState meter = present.Pool(pool.Name).Of(amount.Kind)!;

            // Who is ahead takes of each kind what it needs of it, which is not what it needs of the kind that stops it.
            long wanted = amount.Quantity.Thousandths + rivals.NeedOf(amount.Kind);

            // Where turns count, those before it are served first even where there is enough.
            if (present.Free(pool.Name, amount.Kind) >= amount.Quantity && (meter.Supply.Rate.IsZero || wanted == amount.Quantity.Thousandths))
            {
                continue;
            }

            Estimate at = meter.Behaviour == ResourceBehaviour.Metered
                ? Refilled(meter, wanted, present.Now)
                : Freed(pool.Name, amount.Kind, meter, wanted, present);
            if (at.At is null)
            {
                return Estimate.None;
            }

            latest = latest.And(at);
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
        return wait > (long)TimeSpan.FromDays(3_660).TotalMilliseconds ? Estimate.None : At(new Instant(now.Milliseconds + (long)wait), EstimateBasis.Refill);
    }

    private static Estimate Freed(string pool, string kind, MeterState meter, long needed, Present present) => Returned(
        r => Explainer.Held(r.Lease!, pool, kind).Thousandths, meter.Supply.Amount.Thousandths - meter.Used.Thousandths, needed, present);

    /// <summary>When enough has come back of what grants hold.</summary>
    /// <param name="held">What a running grant holds of it, in thousandths.</param>
    /// <param name="free">What is free now.</param>
    /// <param name="needed">How much must be.</param>
    /// <param name="present">The world.</param>
    public static Estimate Returned(Func<Request, long> held, long free, long needed, Present present)
    {
        Holding[] holds = [.. present.Running
            .Where(r => r is { Status: RequestStatus.Allocated, Lease: not null })
            .Select(r => new Holding(held(r), Committed(r, present.Now), present.Learned.EndsOf(r, present.Now)))
            .Where(h => h.Amount > 0)];

        // Who committed to an end and of whose like nothing is known may end at once.
        Instant from = When(h => h is { Learned.Length: 0, Committed: not null } ? present.Now : h.EndAt(Early)) ?? present.Now;
        if (When(h => h.Committed) is { } committed)
        {
            return new(committed, EstimateBasis.KnownEnds, new StartInterval(from, committed));
        }

        return When(h => h.EndAt(Typical)) is { } typical && When(h => h.EndAt(Late)) is { } late ? new(typical, EstimateBasis.Learned, new StartInterval(from, late)) : Estimate.None;

        // The first moment at which enough has come back, if each ends when it is said to.
        Instant? When(Func<Holding, Instant?> end)
        {
            long there = free;
            foreach ((Instant? at, long amount) in holds.Select(h => (end(h), h.Amount)).Where(h => h.Item1 is not null).OrderBy(h => h.Item1!.Value))
            {
                there += amount;
                if (there >= needed)
                {
                    return at;
                }
            }

            return null;
        }
    }

    private static Instant? Committed(Request request, Instant now) => Live.KnownEnd(request) is { } end && end > now.Milliseconds ? new Instant(end) : null;

    private static Estimate At(Instant at, EstimateBasis basis) => new(at, basis, new StartInterval(at, at));

    // What a grant holds, and when it may end.
    private readonly record struct Holding(long Amount, Instant? Committed, Instant[] Learned)
    {
        public Instant? EndAt(double share)
        {
            Instant? learned = Learned.Length == 0 ? null : Learned[(int)Math.Ceiling(share * Learned.Length) - 1];
            return learned is null || Committed < learned ? Committed : learned;
        }
    }
}
