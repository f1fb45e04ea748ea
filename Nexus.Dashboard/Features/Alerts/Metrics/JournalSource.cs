using Nexus.Dashboard.Features.Alerts.Rules;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Storage;

namespace Nexus.Dashboard.Features.Alerts.Metrics;

/// <summary>How much room the journal has left. Measured once a minute at most: it asks the disk.</summary>
internal sealed class JournalSource(EngineHost host, TimeProvider time) : IAlertSource
{
    private const double Gibibyte = 1L << 30;
    private static readonly TimeSpan MeasuredFor = TimeSpan.FromMinutes(1);

    private static readonly AlertMetric DiskFree = new(
        "journal.diskFree", AlertUnit.Gibibytes, AlertScopes.None, "what is free on the disk of the data folder", static (_, v) => $"{v} are free on the disk of the journal");

    private static readonly AlertMetric DaysUntilFull = new(
        "journal.daysUntilFull", AlertUnit.Days, AlertScopes.None, "in how many days that disk is full as events grow now, before the oldest go", static (_, v) => $"The disk of the journal is full in {v} as events grow now");

    private readonly Lock _lock = new();
    private JournalFigures? _figures;
    private DateTimeOffset _measuredAt;

    /// <inheritdoc/>
    public IReadOnlyList<AlertMetric> Metrics { get; } = [DiskFree, DaysUntilFull];

    /// <inheritdoc/>
    public IReadOnlyList<AlertReading>? Read(AlertMetric metric, AlertRule rule)
    {
        if (Measure() is not { } figures)
        {
            return null;
        }

        double? value = metric == DiskFree ? figures.DiskFreeBytes / Gibibyte : figures.DaysUntilFull;
        return value is { } found ? [new AlertReading(new AlertSubject(OwnerPath.Root), found)] : [];
    }

    private JournalFigures? Measure()
    {
        lock (_lock)
        {
            DateTimeOffset now = time.GetUtcNow();
            if (_figures is null || now - _measuredAt >= MeasuredFor)
            {
                try
                {
                    (_figures, _measuredAt) = (host.Journal?.Measure(), now);
                }
                catch (JournalException)
                {
                    _figures = null;
                }
            }

            return _figures;
        }
    }
}
