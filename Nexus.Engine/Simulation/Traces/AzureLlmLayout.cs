using Nexus.Engine.Resources;

namespace Nexus.Engine.Simulation.Traces;

/// <summary>The Azure LLM inference traces: <c>TIMESTAMP,ContextTokens,GeneratedTokens</c>, one call of a model a line (Azure Public Dataset, AzureLLMInferenceTrace).</summary>
internal sealed class AzureLlmLayout : ITraceLayout
{
    private readonly TraceOwners _owners;
    private readonly int _timestamp;
    private readonly int _context;
    private readonly int _generated;

    private AzureLlmLayout(TraceHeader header, TraceOwners owners)
    {
        _owners = owners;
        _timestamp = header.Find("TIMESTAMP");
        _context = header.Find("ContextTokens");
        _generated = header.Find("GeneratedTokens");
    }

    /// <summary>The layout, if the header is this one's.</summary>
    public static AzureLlmLayout? Recognise(TraceHeader header, TraceOwners owners) =>
        header.Has("TIMESTAMP", "ContextTokens", "GeneratedTokens") ? new(header, owners) : null;

    public string Title => "the layout of the Azure LLM inference traces";

    public TraceEntry Read(TraceRow row)
    {
        if (!TraceTime.TryParseTimestamp(row.Text(_timestamp), out TraceTime time))
        {
            throw row.Fault(_timestamp, $"'{row.Text(_timestamp)}' is not a time; write 2023-11-16 18:15:46.68 (UTC).");
        }

        long input = row.Count(_context, "a number of tokens");
        long output = row.Count(_generated, "a number of tokens");
        TraceRequest request = new(
            row.Number, default, null, _owners.Of(row.Number, "azure"), null, Resources(row, input, output), null, null, false, 1, []);
        return new(time, null, row.Line, request);
    }

    private ResourceVector Resources(TraceRow row, long input, long output)
    {
        ResourceAmount[] amounts =
        [
            new("llm.calls", Quantity.Of(1)),
            new("tokens.input", Quantity.Of(input)),
            new("tokens.output", Quantity.Of(output)),
            new("tokens.context", row.Thousandths(_context, (Int128)(input + output) * 1000)),
        ];
        return ResourceVector.Of(amounts.Where(amount => !amount.Quantity.IsZero));
    }
}
