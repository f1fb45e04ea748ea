using Nexus.Engine.Quotas;

namespace Nexus.Engine.Scheduling;

/// <summary>Counts a request as its node's while shares are compared, and leaves the quotas as they were found.</summary>
internal sealed class AskedQuotas : IDisposable
{
    private readonly VictimHunt _hunt;
    private readonly long[] _counted;

    /// <summary>The request counts from here on.</summary>
    public AskedQuotas(VictimHunt hunt)
    {
        _hunt = hunt;
        _counted = new long[hunt.Held.Length];
        Count();
    }

    /// <summary>Looks at the quotas as they are without the request.</summary>
    public T Without<T>(Func<T> look)
    {
        Uncount();
        T seen = look();
        Count();
        return seen;
    }

    /// <summary>The request counts no more.</summary>
    public void Dispose() => Uncount();

    private void Count()
    {
        for (int i = 0; i < _counted.Length; i++)
        {
            QuotaStep step = _hunt.Held[i];
            _counted[i] = step.Tree.Imagine(step.Leaf, _hunt.Seeker.Needs[step.Tree.Key.Resource].Thousandths, QuotaUse.All, _hunt.Now);
        }
    }

    private void Uncount()
    {
        for (int i = 0; i < _counted.Length; i++)
        {
            QuotaStep step = _hunt.Held[i];
            step.Tree.Imagine(step.Leaf, -_counted[i], QuotaUse.All, _hunt.Now);
        }
    }
}
