using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Costs.Focus;

/// <summary>A kind of resource in the words of the specification.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Service">What it is a service of.</param>
/// <param name="Unit">Its unit, singular.</param>
/// <param name="IsHeld">True where it is held, and consumed by the unit-hour.</param>
/// <param name="Meter">What measures it: <c>SkuMeter</c>.</param>
internal sealed record FocusKind(string Name, FocusService Service, string Unit, bool IsHeld, string Meter)
{
    private static readonly Dictionary<string, string> Meters = new(StringComparer.Ordinal)
    {
        ["cpu"] = "Processor Hours",
        ["memory"] = "Memory Hours",
        ["gpu"] = "Accelerator Hours",
        ["storage"] = "Storage Hours",
        ["llm.calls"] = "Model Calls",
        ["vector.operations"] = "Vector Operations",
        ["external.calls"] = "External Calls",
        ["internal.calls"] = "Internal Calls",
        ["tokens.input"] = "Input Tokens",
        ["tokens.input.cached"] = "Cache Read Input Tokens",
        ["tokens.input.cacheWrite"] = "Cache Write Input Tokens",
        ["tokens.output"] = "Output Tokens",
        ["tokens.output.reasoning"] = "Reasoning Output Tokens",
        ["tokens.embedding"] = "Embedding Tokens",
        ["time.processing"] = "Processing Time",
        ["time.latency"] = "Latency",
        ["time.queue"] = "Queue Time",
        ["time.workflow"] = "Workflow Time",
    };

    /// <summary>Whether tokens went to a model or came from it; null for what is no token.</summary>
    public string? Direction => Name.StartsWith("tokens.output", StringComparison.Ordinal) ? "Output" : Name.StartsWith("tokens.input", StringComparison.Ordinal) || Name == "tokens.embedding" ? "Input" : null;

    /// <summary>What a model's cache did with tokens that went to it; null for all else.</summary>
    public string? CacheAction => Name switch { "tokens.input" => "Uncached", "tokens.input.cached" => "Read", "tokens.input.cacheWrite" => "Write", _ => null };

    /// <summary>A kind as it is now; of one that is gone what its name alone tells.</summary>
    public static FocusKind Of(string name, ResourceKind? kind) => new(name, FocusService.Of(kind), kind?.Unit ?? "unit", kind?.Behaviour == ResourceBehaviour.Held, Meters.GetValueOrDefault(name, name));
}
