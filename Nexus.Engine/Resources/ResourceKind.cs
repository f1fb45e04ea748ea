namespace Nexus.Engine.Resources;

/// <summary>What a resource is, for people and for the rule that kinds of one family come together from one pool.</summary>
public enum ResourceFamily
{
    /// <summary>Processors, memory, accelerators, storage.</summary>
    Compute,

    /// <summary>Calls to models, stores and tools.</summary>
    Api,

    /// <summary>Tokens read and written by models.</summary>
    Token,

    /// <summary>Seconds, observed with every grant.</summary>
    Time,

    /// <summary>An operator's own kind that is none of these.</summary>
    Other,
}

/// <summary>How an amount of a kind is taken.</summary>
public enum ResourceBehaviour
{
    /// <summary>Taken by a grant and given back when it ends.</summary>
    Held,

    /// <summary>Consumed; the pool refills at a rate.</summary>
    Metered,

    /// <summary>A ceiling for one request, never consumed.</summary>
    Limit,

    /// <summary>Never requested; observed with every grant.</summary>
    Measured,
}

/// <summary>A kind of resource that requests name and pools supply.</summary>
/// <param name="Name">1–64 of <c>A-Z a-z 0-9 . _ -</c>, starting with a letter; unique.</param>
/// <param name="Family">What it is.</param>
/// <param name="Unit">The unit of its amounts, singular, for people: <c>core</c>, <c>GiB</c>, <c>token</c>.</param>
/// <param name="Behaviour">How it is taken.</param>
/// <param name="PartOf">The whole that this kind is a part of, limited and counted with it; else null.</param>
/// <param name="BuiltIn">True for the kinds every installation has, which cannot be changed.</param>
public sealed record ResourceKind(string Name, ResourceFamily Family, string Unit, ResourceBehaviour Behaviour, string? PartOf = null, bool BuiltIn = false)
{
    /// <summary>The kinds every installation has.</summary>
    public static IReadOnlyList<ResourceKind> All { get; } =
    [
        new("cpu", ResourceFamily.Compute, "core", ResourceBehaviour.Held, BuiltIn: true),
        new("memory", ResourceFamily.Compute, "GiB", ResourceBehaviour.Held, BuiltIn: true),
        new("gpu", ResourceFamily.Compute, "device", ResourceBehaviour.Held, BuiltIn: true),
        new("storage", ResourceFamily.Compute, "GiB", ResourceBehaviour.Held, BuiltIn: true),
        new("llm.calls", ResourceFamily.Api, "call", ResourceBehaviour.Metered, BuiltIn: true),
        new("vector.operations", ResourceFamily.Api, "call", ResourceBehaviour.Metered, BuiltIn: true),
        new("external.calls", ResourceFamily.Api, "call", ResourceBehaviour.Metered, BuiltIn: true),
        new("internal.calls", ResourceFamily.Api, "call", ResourceBehaviour.Metered, BuiltIn: true),
        new("tokens.input", ResourceFamily.Token, "token", ResourceBehaviour.Metered, BuiltIn: true),
        new("tokens.input.cached", ResourceFamily.Token, "token", ResourceBehaviour.Metered, "tokens.input", BuiltIn: true),
        new("tokens.input.cacheWrite", ResourceFamily.Token, "token", ResourceBehaviour.Metered, "tokens.input", BuiltIn: true),
        new("tokens.output", ResourceFamily.Token, "token", ResourceBehaviour.Metered, BuiltIn: true),
        new("tokens.output.reasoning", ResourceFamily.Token, "token", ResourceBehaviour.Metered, "tokens.output", BuiltIn: true),
        new("tokens.embedding", ResourceFamily.Token, "token", ResourceBehaviour.Metered, BuiltIn: true),
        new("tokens.context", ResourceFamily.Token, "token", ResourceBehaviour.Limit, BuiltIn: true),
        new("time.processing", ResourceFamily.Time, "second", ResourceBehaviour.Measured, BuiltIn: true),
        new("time.latency", ResourceFamily.Time, "second", ResourceBehaviour.Measured, BuiltIn: true),
        new("time.queue", ResourceFamily.Time, "second", ResourceBehaviour.Measured, BuiltIn: true),
        new("time.workflow", ResourceFamily.Time, "second", ResourceBehaviour.Measured, BuiltIn: true),
    ];

    /// <summary>The name of what must come together from one pool: the compute kinds, the model's calls and tokens, or the kind alone.</summary>
    public string Group => Family switch
    {
        ResourceFamily.Compute => "compute",
        ResourceFamily.Token => "llm",
        _ => Name == "llm.calls" ? "llm" : Name,
    };
}
