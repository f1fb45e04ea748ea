using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>
/// What requests and pools can say beyond the first layout: for each term its number and its value, and a 0 at the end. A term that is at its default is not
/// written, so that whatever says nothing new keeps the first layout. A number is never given to another term.
/// </summary>
internal static class Terms
{
    private enum OfSpec : byte
    {
        End = 0,
        Members = 1,
        Deadline = 2,
        Preemptible = 3,
        Reservation = 4,
        Work = 5,
        Allowance = 6,
        MaxCost = 7,
        Sizing = 8,
        MaxDelay = 9,
        Alternatives = 10,
        Unbending = 11,
        Degraded = 12,
        Mergeable = 13,
    }

    private enum OfRequest : byte
    {
        End = 0,
        Held = 1,
        Notice = 2,
        Preempting = 3,
        Lost = 4,
        RequeuedAt = 5,
        Booking = 6,
        Evictors = 7,
        Cost = 8,
        HeldUntil = 9,
        Estimate = 10,
        ToldToStop = 20,
        MergedWith = 30,
        MinimaOfOthers = 31,
    }

    private enum OfPool : byte
    {
        End = 0,
        AgingInterval = 1,
        KeepAfter = 2,
        Grace = 3,
        MinimumRuntime = 4,
        Backfill = 5,
        HalfLife = 6,
        BetweenBorrowers = 7,
        Prices = 8,
        Objective = 9,
        Adaptive = 10,
        Chosen = 11,
        Health = 12,
    }

    public static void More(this EventBuffer to, RequestSpec spec)
    {
        Writer terms = new(to);
        terms.Number((byte)OfSpec.Members, spec.Members, 1);
        terms.Number((byte)OfSpec.Deadline, spec.Deadline?.Milliseconds ?? long.MinValue, long.MinValue);
        terms.Number((byte)OfSpec.Preemptible, spec.Preemptible ? 1 : 0, 0);
        terms.Text((byte)OfSpec.Reservation, spec.Reservation);
        terms.Text((byte)OfSpec.Allowance, spec.Allowance);
        terms.Number((byte)OfSpec.MaxDelay, spec.MaxDelay is { } delay ? (long)delay.TotalMilliseconds : -1, -1);
        terms.Number((byte)OfSpec.Mergeable, spec.Mergeable ? 1 : 0, 0);
        if (spec.Work is not null)
        {
            to.Byte((byte)OfSpec.Work);
            to.Ranges(spec.Work);
        }

        if (spec.MaxCost is { } most)
        {
            to.Byte((byte)OfSpec.MaxCost);
            to.Money(most);
        }

        if (spec.Sizing is not null)
        {
            to.Byte((byte)OfSpec.Sizing);
            to.Sizing(spec.Sizing);
        }

        if (spec.Alternatives is not null)
        {
            to.Byte((byte)OfSpec.Alternatives);
            to.Alternatives(spec.Alternatives);
        }

        terms.Number((byte)OfSpec.Unbending, spec.MayDegrade ? 0 : 1, 0);
        if (spec.Degraded is not null)
        {
            to.Byte((byte)OfSpec.Degraded);
            to.Degraded(spec.Degraded);
        }

        terms.End();
    }

    public static RequestSpec More(ref this EventReader from, RequestSpec spec)
    {
        for (OfSpec term = (OfSpec)from.Byte(); term != OfSpec.End; term = (OfSpec)from.Byte())
        {
            spec = term switch
            {
                OfSpec.Members => spec with { Members = (int)from.Number() },
                OfSpec.Deadline => spec with { Deadline = new Instant(from.Number()) },
                OfSpec.Preemptible => spec with { Preemptible = from.Number() != 0 },
                OfSpec.Reservation => spec with { Reservation = from.Text() },
                OfSpec.Allowance => spec with { Allowance = from.Text() },
                OfSpec.Work => Chosen(spec, from.Ranges()),
                OfSpec.MaxDelay => spec with { MaxDelay = from.Span() },
                OfSpec.Mergeable => spec with { Mergeable = from.Number() != 0 },
                OfSpec.MaxCost => spec with { MaxCost = from.Money() },
                OfSpec.Alternatives => spec.Among(from.Alternatives()),
                OfSpec.Unbending => spec with { MayDegrade = from.Number() == 0 },
                OfSpec.Degraded => spec with { Degraded = from.Degraded() },
                OfSpec.Sizing => spec.Reserving(from.Sizing(), spec.Resources),
                _ => throw Later((byte)term, "request"),
            };
        }

        return spec;
    }

    public static void More(this EventBuffer to, Request request)
    {
        Writer terms = new(to);
        terms.Number((byte)OfRequest.Held, request.Held ? 1 : 0, 0);
        terms.Number((byte)OfRequest.RequeuedAt, request.RequeuedAt?.Milliseconds ?? long.MinValue, long.MinValue);
        if (request.Notice is not null)
        {
            to.Byte((byte)OfRequest.Notice);
            to.Notice(request.Notice);
        }

        if (request.Preempting is not null)
        {
            to.Byte((byte)OfRequest.Preempting);
            to.Begun(request.Preempting);
        }

        if (request.Booking is not null)
        {
            to.Byte((byte)OfRequest.Booking);
            to.Promise(request.Booking);
        }

        if (request.Lost is { } lost)
        {
            to.Byte((byte)OfRequest.Lost);
            to.Number(lost.Lease);
            to.Span(lost.Held);
            to.Vector(lost.Metered);
        }

        if (request.Cost != Costs.Money.Zero)
        {
            to.Byte((byte)OfRequest.Cost);
            to.Money(request.Cost);
        }

        terms.Number((byte)OfRequest.HeldUntil, request.HeldUntil?.Milliseconds ?? long.MinValue, long.MinValue);
        if (request.Estimate is not null)
        {
            to.Byte((byte)OfRequest.Estimate);
            to.Expected(request.Estimate);
        }

        if (request.Evictors.Count > 0)
        {
            to.Byte((byte)OfRequest.Evictors);
            to.Keys(request.Evictors);
        }

        terms.Number((byte)OfRequest.MergedWith, request.Lease?.MergedWith ?? 0, 0);
        if (request.MinimaOfOthers.Count > 0)
        {
            to.Byte((byte)OfRequest.MinimaOfOthers);
            to.Texts(request.MinimaOfOthers);
        }

        if (request.ToldToStop is not null)
        {
            to.Byte((byte)OfRequest.ToldToStop);
            to.Vector(request.ToldToStop);
        }

        terms.End();
    }

    public static Request More(ref this EventReader from, Request request)
    {
        for (OfRequest term = (OfRequest)from.Byte(); term != OfRequest.End; term = (OfRequest)from.Byte())
        {
            request = term switch
            {
                OfRequest.Held => request with { Held = from.Number() != 0 },
                OfRequest.RequeuedAt => request with { RequeuedAt = new Instant(from.Number()) },
                OfRequest.Notice => request with { Notice = from.Notice() },
                OfRequest.Preempting => request with { Preempting = from.Begun() },
                OfRequest.Booking => request with { Booking = from.Promise() },
                OfRequest.Evictors => request with { Evictors = from.Keys() },
                OfRequest.Cost => request with { Cost = from.Money() },
                OfRequest.HeldUntil => request with { HeldUntil = new Instant(from.Number()) },
                OfRequest.Estimate => request with { Estimate = from.Expected() },
                OfRequest.MergedWith => request with { Lease = request.Lease! with { MergedWith = from.Number() } },
                OfRequest.MinimaOfOthers => request with { MinimaOfOthers = from.Texts()! },
                OfRequest.ToldToStop => request with { ToldToStop = from.Vector() },
                OfRequest.Lost => request with { Lost = new LostWork(from.Number(), from.Span(), from.Vector()) },
                _ => throw Later((byte)term, "request"),
            };
        }

        return request;
    }

    public static void More(this EventBuffer to, PoolDefinition pool)
    {
        Writer terms = new(to);
        terms.Span((byte)OfPool.AgingInterval, pool.AgingInterval, PoolDefinition.DefaultAgingInterval);
        terms.Span((byte)OfPool.KeepAfter, pool.KeepAfter, PoolDefinition.DefaultKeepAfter);
        terms.Span((byte)OfPool.Grace, pool.Preemption.Grace, PreemptionSettings.Default.Grace);
        terms.Span((byte)OfPool.MinimumRuntime, pool.Preemption.MinimumRuntime, PreemptionSettings.Default.MinimumRuntime);
        terms.Number((byte)OfPool.Backfill, (long)pool.Backfill, (long)Backfill.Conservative);
        terms.Span((byte)OfPool.HalfLife, pool.HalfLife, PoolDefinition.DefaultHalfLife);
        terms.Number((byte)OfPool.BetweenBorrowers, (long)pool.Preemption.BetweenBorrowers, (long)BetweenBorrowers.Never);
        if (pool.Prices.Count > 0)
        {
            to.Byte((byte)OfPool.Prices);
            to.Prices(pool.Prices);
        }

        if (pool.Health is not null)
        {
            to.Byte((byte)OfPool.Health);
            to.Health(pool.Health);
        }

        if (pool.Objective is not null)
        {
            to.Byte((byte)OfPool.Objective);
            to.Objective(pool.Objective);
        }

        if (pool.Adaptive is not null)
        {
            to.Byte((byte)OfPool.Adaptive);
            to.Adaptive(pool.Adaptive);
        }

        terms.Text((byte)OfPool.Chosen, pool.Chosen);
        terms.End();
    }

    public static PoolDefinition More(ref this EventReader from, PoolDefinition pool)
    {
        for (OfPool term = (OfPool)from.Byte(); term != OfPool.End; term = (OfPool)from.Byte())
        {
            pool = term switch
            {
                OfPool.AgingInterval => pool with { AgingInterval = from.Span() },
                OfPool.KeepAfter => pool with { KeepAfter = from.Span() },
                OfPool.Grace => pool with { Preemption = pool.Preemption with { Grace = from.Span() } },
                OfPool.MinimumRuntime => pool with { Preemption = pool.Preemption with { MinimumRuntime = from.Span() } },
                OfPool.Backfill => pool with { Backfill = (Backfill)from.Number() },
                OfPool.HalfLife => pool with { HalfLife = from.Span() },
                OfPool.BetweenBorrowers => pool with { Preemption = pool.Preemption with { BetweenBorrowers = (BetweenBorrowers)from.Number() } },
                OfPool.Prices => pool with { Prices = from.PoolPrices() },
                OfPool.Health => pool with { Health = from.Health() },
                OfPool.Objective => pool with { Objective = from.Objective() },
                OfPool.Adaptive => pool with { Adaptive = from.Adaptive() },
                OfPool.Chosen => pool with { Chosen = from.Name() },
                _ => throw Later((byte)term, "pool"),
            };
        }

        return pool;
    }

    private static void Prices(this EventBuffer to, IReadOnlyList<PoolPrice> prices)
    {
        to.Number(prices.Count);
        foreach (PoolPrice price in prices)
        {
            to.Text(price.Kind);
            to.Money(price.UnitPrice);
        }
    }

    private static PoolPrice[] PoolPrices(ref this EventReader from)
    {
        PoolPrice[] prices = new PoolPrice[from.Number()];
        for (int i = 0; i < prices.Length; i++)
        {
            prices[i] = new PoolPrice(from.Name()!, from.Money());
        }

        return prices;
    }

    private static void Ranges(this EventBuffer to, MoldableWork work)
    {
        to.Number(work.Ranges.Count);
        foreach (AmountRange range in work.Ranges)
        {
            to.Text(range.Kind);
            to.Amount(range.Min);
            to.Amount(range.Max);
            to.Amount(range.Work);
        }
    }

    private static MoldableWork Ranges(ref this EventReader from)
    {
        AmountRange[] ranges = new AmountRange[from.Number()];
        for (int i = 0; i < ranges.Length; i++)
        {
            ranges[i] = new AmountRange(from.Name()!, from.Amount(), from.Amount(), from.Amount());
        }

        return new MoldableWork(ranges);
    }

    // The first layout holds what was chosen.
    private static RequestSpec Chosen(RequestSpec spec, MoldableWork work) => spec.With(work).Sized(spec.Resources, spec.Duration!.Value);

    private static InvalidDataException Later(byte term, string what) => new($"a {what} says something (term {term}) that only a later version knows");

    private readonly struct Writer(EventBuffer to)
    {
        public void Number(byte term, long value, long usual)
        {
            if (value != usual)
            {
                to.Byte(term);
                to.Number(value);
            }
        }

        public void Span(byte term, TimeSpan value, TimeSpan usual) => Number(term, (long)value.TotalMilliseconds, (long)usual.TotalMilliseconds);

        public void Text(byte term, string? value)
        {
            if (value is not null)
            {
                to.Byte(term);
                to.Text(value);
            }
        }

        public void End() => to.Byte((byte)OfSpec.End);
    }
}
