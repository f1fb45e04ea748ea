using Nexus.Engine.Resources;

namespace Nexus.Engine.Simulation.Traces;

/// <summary>Names the owner of requests whose trace names none: all of tenant <c>trace</c>, or in turn of tenants <c>tenant-1</c> … <c>tenant-N</c>.</summary>
internal sealed class TraceOwners
{
    /// <summary>The most tenants a trace is spread over.</summary>
    public const int Max = 100_000;

    private readonly int? _tenants;
    private readonly Dictionary<(int Tenant, string Workload), OwnerPath> _known = [];

    /// <summary>Spreads over this many tenants; null: over none.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="tenants"/> is not 1 – 100,000.</exception>
    public TraceOwners(int? tenants)
    {
        if (tenants is { } count)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(tenants));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Max, nameof(tenants));
        }

        _tenants = tenants;
    }

    /// <summary>The owner of the request with this number. In turn and not at random: the same trace gives the same owners.</summary>
    public OwnerPath Of(long number, string workload)
    {
        int tenant = _tenants is { } count ? (int)((number - 1) % count) + 1 : 0;
        if (!_known.TryGetValue((tenant, workload), out OwnerPath? owner))
        {
            owner = OwnerPath.Parse(tenant == 0 ? $"trace/{workload}" : $"tenant-{tenant}/{workload}");
            _known.Add((tenant, workload), owner);
        }

        return owner;
    }
}
