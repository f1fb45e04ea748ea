using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Nexus.Dashboard.Tests.Dashboard.Costs.Otlp;

/// <summary>What one server counts of spans from here on, by what became of them.</summary>
internal sealed class SpanCounts : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, int> _counts = [];

    public SpanCounts(IServiceProvider services)
    {
        object factory = services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "nexus.otlp.spans" && ReferenceEquals(instrument.Meter.Scope, factory))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, spans, tags, _) =>
        {
            lock (_counts)
            {
                string result = (string)tags[0].Value!;
                _counts[result] = _counts.GetValueOrDefault(result) + (int)spans;
            }
        });
        _listener.Start();
    }

    public int this[string result]
    {
        get
        {
            lock (_counts)
            {
                return _counts.GetValueOrDefault(result);
            }
        }
    }

    public void Dispose() => _listener.Dispose();
}
