namespace Nexus.Engine.Simulation;

/// <summary>Every wait, so that percentiles are exact: 16 bytes for each request that started.</summary>
internal sealed class WaitTimes
{
    private readonly List<(long Milliseconds, int Tenant, int Class)> _waits = [];

    /// <summary>A request of a tenant and class waited so long.</summary>
    public void Add(long milliseconds, int tenant, int priority) => _waits.Add((milliseconds, tenant, priority));

    /// <summary>All of them.</summary>
    public Waits All() => new(_waits.Select(w => w.Milliseconds));

    /// <summary>By class, by its index.</summary>
    public Waits[] ByClass(int classes) => By(classes, static w => w.Class);

    /// <summary>By tenant, by its index.</summary>
    public Waits[] ByTenant(int tenants) => By(tenants, static w => w.Tenant);

    private Waits[] By(int count, Func<(long Milliseconds, int Tenant, int Class), int> key)
    {
        List<long>[] groups = [.. Enumerable.Range(0, count).Select(_ => new List<long>())];
        foreach ((long Milliseconds, int Tenant, int Class) wait in _waits)
        {
            groups[key(wait)].Add(wait.Milliseconds);
        }

        return [.. groups.Select(group => new Waits(group))];
    }
}

/// <summary>Some waits in order.</summary>
internal sealed class Waits
{
    private readonly long[] _sorted;

    public Waits(IEnumerable<long> milliseconds)
    {
        _sorted = [.. milliseconds];
        Array.Sort(_sorted);
    }

    /// <summary>How many.</summary>
    public int Count => _sorted.Length;

    /// <summary>The mean in seconds; 0 where there is none.</summary>
    public double Mean => _sorted.Length == 0 ? 0 : Math.Round((double)_sorted.Aggregate(Int128.Zero, (sum, wait) => sum + wait) / _sorted.Length / 1000, 3);

    /// <summary>The longest in seconds.</summary>
    public double Max => _sorted.Length == 0 ? 0 : _sorted[^1] / 1000.0;

    /// <summary>A percentile in seconds, by nearest rank; 0 where there is none.</summary>
    public double Percentile(int percent) => _sorted.Length == 0 ? 0 : _sorted[Math.Max(0, (int)(((long)percent * _sorted.Length) + 99) / 100 - 1)] / 1000.0;
}
