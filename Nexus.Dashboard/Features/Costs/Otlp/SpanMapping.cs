using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nexus.Dashboard.Features.Costs.Otlp;

/// <summary>Which attributes of a span say what it used: a file, so that instrumentations may change their names without a new Nexus. Of several names the first that a span carries counts.</summary>
internal sealed record SpanMapping
{
    private const string BuiltIn = "genai-spans.json";

    private HashSet<string>? _names;

    /// <summary>Of the resource alone: whose it is.</summary>
    public required IReadOnlyList<string> Owner { get; init; }

    /// <summary>The lease whose progress it is.</summary>
    public required IReadOnlyList<string> Lease { get; init; }

    /// <summary>The pool that it came from.</summary>
    public required IReadOnlyList<string> Pool { get; init; }

    /// <summary>The lane that it went through.</summary>
    public required IReadOnlyList<string> Lane { get; init; }

    /// <summary>Which model used it; of all that a span names, the first that has a price of its own.</summary>
    public required IReadOnlyList<string> Model { get; init; }

    /// <summary>Who served it.</summary>
    public required IReadOnlyList<string> Provider { get; init; }

    /// <summary>What prices call a provider; the first under which the model has a price.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Providers { get; init; }

    /// <summary>What was done.</summary>
    public required IReadOnlyList<string> Operation { get; init; }

    /// <summary>By the operation, the name of what it uses; the empty name stands for a span without one. Spans of other operations are ignored.</summary>
    public required IReadOnlyDictionary<string, string> Operations { get; init; }

    /// <summary>By that name, what is counted.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<SpanUse>> Uses { get; init; }

    /// <summary>How the attributes begin that are labels by what follows; null: none are.</summary>
    public string? LabelPrefix { get; init; }

    /// <summary>Labels by attributes of the span, else of its resource.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Labels { get; init; }

    /// <summary>The mapping that comes with the program.</summary>
    public static SpanMapping Default { get; } = Load();

    /// <summary>Reads a file of the same layout; comments may stand in it.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    /// <exception cref="JsonException">It is no mapping; the message says where and why.</exception>
    public static SpanMapping Load(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Load(file);
    }

    /// <summary>True for an attribute that means something: what else a span carries, prompts and answers among it, is never looked at.</summary>
    public bool Reads(string attribute) =>
        (_names ??= [.. Named()]).Contains(attribute) || (LabelPrefix is { Length: > 0 } prefix && attribute.Length > prefix.Length && attribute.StartsWith(prefix, StringComparison.Ordinal));

    private static SpanMapping Load()
    {
        using Stream file = typeof(SpanMapping).Assembly.GetManifestResourceStream(BuiltIn)!;
        return Load(file);
    }

    private static SpanMapping Load(Stream file)
    {
        SpanMapping mapping = JsonSerializer.Deserialize(file, SpanMappingJson.Default.SpanMapping) ?? throw new JsonException("it is null");
        if (mapping.Owner.Count == 0)
        {
            throw new JsonException("$.owner: must name at least one attribute");
        }

        foreach ((string operation, string use) in mapping.Operations)
        {
            if (!mapping.Uses.ContainsKey(use))
            {
                throw new JsonException($"$.operations['{operation}']: '{use}' does not stand under uses");
            }
        }

        return mapping;
    }

    private IEnumerable<string> Named()
    {
        IEnumerable<SpanUse> wholes = Uses.Values.SelectMany(u => u);
        return [.. Owner, .. Lease, .. Pool, .. Lane, .. Model, .. Provider, .. Operation, .. Labels.Values.SelectMany(a => a), .. wholes.SelectMany(w => w.Attributes.Concat((w.Parts ?? []).SelectMany(p => p.Attributes)))];
    }
}

/// <summary>Something that is counted.</summary>
internal sealed record SpanUse
{
    /// <summary>The kind.</summary>
    public required string Resource { get; init; }

    /// <summary>Where its amount stands.</summary>
    public required IReadOnlyList<string> Attributes { get; init; }

    /// <summary>True where this is the prompt, whose size decides among prices.</summary>
    public bool IsPrompt { get; init; }

    /// <summary>What of it is counted, and priced, under kinds of its own; null: nothing.</summary>
    public IReadOnlyList<SpanPart>? Parts { get; init; }
}

/// <summary>A part of something that is counted.</summary>
internal sealed record SpanPart
{
    /// <summary>The kind.</summary>
    public required string Resource { get; init; }

    /// <summary>Where its amount stands.</summary>
    public required IReadOnlyList<string> Attributes { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true)]
[JsonSerializable(typeof(SpanMapping))]
internal sealed partial class SpanMappingJson : JsonSerializerContext;
