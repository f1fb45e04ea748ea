using System.Diagnostics.Metrics;

namespace Nexus.Dashboard.Features.Costs.Otlp;

/// <summary>What became of spans, for whoever measures it (meter <c>Nexus.Otlp</c>).</summary>
internal sealed class OtlpMeters(IMeterFactory factory)
{
    private readonly Counter<long> _spans = factory.Create("Nexus.Otlp").CreateCounter<long>("nexus.otlp.spans", "{span}", "Spans received at /v1/traces, by what became of them.");

    /// <summary>Counts spans.</summary>
    public void Count(string result, int spans)
    {
        if (spans > 0)
        {
            _spans.Add(spans, new KeyValuePair<string, object?>("result", result));
        }
    }
}
