namespace Nexus.Dashboard.Features.Alerts.Delivery;

/// <summary>How deliveries go, as of the last round.</summary>
internal sealed class DeliveryFigures(TimeProvider time)
{
    /// <summary>From this age on a delivery that nobody took is stuck.</summary>
    public static readonly TimeSpan StuckAfter = TimeSpan.FromMinutes(15);

    private sealed record Figures(int Pending, int Dead, DateTimeOffset? OldestPendingAt);

    private volatile Figures? _figures;

    /// <summary>False until they were counted for the first time.</summary>
    public bool IsKnown => _figures is not null;

    /// <summary>How many are to be sent.</summary>
    public int Pending => _figures?.Pending ?? 0;

    /// <summary>How many were given up in the last 24 hours and not tried again.</summary>
    public int Dead => _figures?.Dead ?? 0;

    /// <summary>How old the oldest is that is to be sent; null where there is none.</summary>
    public TimeSpan? OldestPending => _figures?.OldestPendingAt is { } at ? time.GetUtcNow() - at : null;

    /// <summary>True while somebody is not told for longer than a retry or two explains.</summary>
    public bool IsStuck => OldestPending >= StuckAfter;

    /// <summary>They were counted.</summary>
    public void Counted(int pending, int dead, DateTimeOffset? oldestPendingAt) => _figures = new Figures(pending, dead, oldestPendingAt);
}
