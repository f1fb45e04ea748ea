using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Simulation;

/// <summary>How much of each pool was used, as a whole and over time.</summary>
/// <remarks>Steps of time are doubled whenever they would become more than <see cref="MostSteps"/>: memory is bounded however long a simulation lasts.</remarks>
internal sealed class PoolUse
{
    /// <summary>The most steps of time that are told apart.</summary>
    public const int MostSteps = 200;

    private readonly SortedDictionary<string, SortedDictionary<string, Meter>> _meters = new(StringComparer.Ordinal);
    private long? _from;
    private long _step = 1;

    /// <summary>Counts from this moment on.</summary>
    public void Begin(Instant from)
    {
        _from = from.Milliseconds;
        foreach (Meter meter in All())
        {
            meter.Restart(from.Milliseconds);
        }
    }

    /// <summary>What a pool supplies of a kind; null: nothing any more.</summary>
    public void Configure(string pool, string kind, ResourceBehaviour behaviour, Supply? supply, Instant now)
    {
        if (behaviour == ResourceBehaviour.Limit)
        {
            return;
        }

        if (!_meters.TryGetValue(pool, out SortedDictionary<string, Meter>? meters))
        {
            _meters.Add(pool, meters = new(StringComparer.Ordinal));
        }

        if (!meters.TryGetValue(kind, out Meter? meter))
        {
            meters.Add(kind, meter = new Meter(behaviour, now.Milliseconds));
        }

        Flow(meter, now.Milliseconds);
        meter.Set(supply);
    }

    /// <summary>A Held amount was taken, or with a negative amount given back; of a Metered kind so much was consumed.</summary>
    public void Take(string pool, string kind, long thousandths, Instant now)
    {
        if (_meters.TryGetValue(pool, out SortedDictionary<string, Meter>? meters) && meters.TryGetValue(kind, out Meter? meter))
        {
            Flow(meter, now.Milliseconds);
            if (meter.Behaviour == ResourceBehaviour.Held)
            {
                meter.Used += thousandths;
            }
            else
            {
                meter.Taken += thousandths;
                meter.Steps[StepOf(now.Milliseconds)] += thousandths;
            }
        }
    }

    /// <summary>By pool and kind, the share that was used until a moment.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> Shares(Instant to) => ByPool(to, meter => Share(meter.Taken, meter.Had + meter.Burst));

    /// <summary>The same in steps of time.</summary>
    public UseOverTime OverTime(Instant to)
    {
        var pools = ByPool<IReadOnlyList<double>>(to, meter =>
        {
            int steps = (int)Math.Min(MostSteps, (Math.Max(0, to.Milliseconds - From) + _step - 1) / _step);
            return [.. Enumerable.Range(0, steps).Select(i => Share(meter.Steps[i], meter.StepsHad[i]))];
        });
        return new(_step / 1000.0, pools);
    }

    private SortedDictionary<string, IReadOnlyDictionary<string, T>> ByPool<T>(Instant to, Func<Meter, T> figure)
    {
        SortedDictionary<string, IReadOnlyDictionary<string, T>> pools = new(StringComparer.Ordinal);
        foreach ((string pool, SortedDictionary<string, Meter> meters) in _meters)
        {
            SortedDictionary<string, T> kinds = new(StringComparer.Ordinal);
            foreach ((string kind, Meter meter) in meters)
            {
                Flow(meter, to.Milliseconds);
                kinds.Add(kind, figure(meter));
            }

            pools.Add(pool, kinds);
        }

        return pools;
    }

    // What was held, and what there was, since it was last looked at.
    private void Flow(Meter meter, long now)
    {
        long at = meter.At;
        if (_from is null || at >= now)
        {
            return;
        }

        _ = StepOf(now - 1); // makes the steps long enough before any is filled
        while (at < now)
        {
            int step = StepOf(at);
            long until = Math.Min(now, From + ((step + 1L) * _step));
            double had = meter.Flows(until - at);
            double used = meter.Behaviour == ResourceBehaviour.Held ? (double)meter.Used * (until - at) : 0;
            meter.Had += had;
            meter.Taken += used;
            meter.StepsHad[step] += had;
            meter.Steps[step] += used;
            at = until;
        }

        meter.At = now;
    }

    private long From => _from ?? 0;

    private int StepOf(long at)
    {
        while ((at - From) / _step >= MostSteps)
        {
            _step *= 2;
            foreach (Meter meter in All())
            {
                meter.Merge();
            }
        }

        return (int)(Math.Max(0, at - From) / _step);
    }

    private IEnumerable<Meter> All() => _meters.Values.SelectMany(meters => meters.Values);

    private static double Share(double used, double had) => had > 0 ? Math.Round(Math.Clamp(used / had, 0, 1), 4) : 0;

    private sealed class Meter(ResourceBehaviour behaviour, long at)
    {
        private Supply? _supply;

        public ResourceBehaviour Behaviour { get; } = behaviour;

        public long At { get; set; } = at;

        /// <summary>Held: what grants hold.</summary>
        public long Used { get; set; }

        /// <summary>Held: what grants held × time. Metered: what was consumed.</summary>
        public double Taken { get; set; }

        /// <summary>Held: capacity × time. Metered: what flowed in.</summary>
        public double Had { get; set; }

        /// <summary>Metered: the largest burst it had, which was there at the start.</summary>
        public double Burst { get; private set; }

        public double[] Steps { get; } = new double[MostSteps];

        public double[] StepsHad { get; } = new double[MostSteps];

        public void Set(Supply? supply)
        {
            _supply = supply;
            Burst = Behaviour == ResourceBehaviour.Metered ? Math.Max(Burst, supply?.Amount.Thousandths ?? 0) : 0;
        }

        public double Flows(long milliseconds) => _supply is null ? 0
            : Behaviour == ResourceBehaviour.Held ? (double)_supply.Amount.Thousandths * milliseconds
            : (double)_supply.Rate.Thousandths * milliseconds / _supply.Per.TotalMilliseconds;

        public void Restart(long from)
        {
            (At, Taken, Had) = (from, 0, 0);
            Array.Clear(Steps);
            Array.Clear(StepsHad);
        }

        public void Merge()
        {
            for (int i = 0; i < MostSteps; i++)
            {
                Steps[i] = 2 * i < MostSteps ? Steps[2 * i] + Steps[(2 * i) + 1] : 0;
                StepsHad[i] = 2 * i < MostSteps ? StepsHad[2 * i] + StepsHad[(2 * i) + 1] : 0;
            }
        }
    }
}
