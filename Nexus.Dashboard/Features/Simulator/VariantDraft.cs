using System.Text.Json;
using System.Text.Json.Nodes;

namespace Nexus.Dashboard.Features.Simulator;

/// <summary>One thing that a variant has otherwise.</summary>
/// <param name="Of">What it concerns, as <see cref="VariantTarget.Of"/> names it.</param>
/// <param name="Field">The field of that, as <see cref="VariantField.Name"/> names it.</param>
/// <param name="Value">What was typed.</param>
public sealed record VariantDifference(string Of, string Field, string Value);

/// <summary>A variant as it is being put together on the page.</summary>
/// <param name="Name">Its name; a variant is known by it.</param>
/// <param name="Differences">What it has otherwise.</param>
public sealed record VariantDraft(string Name, IReadOnlyList<VariantDifference> Differences)
{
    /// <summary>The most that a page puts beside what was.</summary>
    public const int Most = 5;

    private const int MostDifferences = 20;
    private const int PartsOfADifference = 3;

    /// <summary>What a page begins with: one variant, without a difference yet.</summary>
    public static IReadOnlyList<VariantDraft> Begin { get; } = [new("variant 1", [])];

    /// <summary>The name of one more.</summary>
    public static string NextName(IReadOnlyList<VariantDraft> drafts) =>
        Enumerable.Range(1, Most + 1).Select(i => $"variant {i}").First(name => drafts.All(d => d.Name != name));

    /// <summary>As it stands in the address: <c>[["roomier",["pool gpu-h100","resources/gpu","16"]]]</c>.</summary>
    public static string Write(IReadOnlyList<VariantDraft> drafts) => new JsonArray(
        [.. drafts.Select(d => new JsonArray([JsonValue.Create(d.Name), .. d.Differences.Select(x => new JsonArray(x.Of, x.Field, x.Value))]))]).ToJsonString();

    /// <summary>Reads it from the address; what cannot be read is as if it were not there.</summary>
    public static IReadOnlyList<VariantDraft> Read(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return Begin;
        }

        try
        {
            using JsonDocument read = JsonDocument.Parse(text);
            VariantDraft[] drafts = [.. read.RootElement.EnumerateArray().Take(Most).Select(Variant)];
            return drafts.Length == 0 ? Begin : drafts;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return Begin;
        }
    }

    private static VariantDraft Variant(JsonElement variant)
    {
        JsonElement[] parts = [.. variant.EnumerateArray()];
        return new(
            parts.Length == 0 ? "" : parts[0].GetString() ?? "",
            [.. parts.Skip(1).Where(p => p.GetArrayLength() == PartsOfADifference).Take(MostDifferences).Select(p => new VariantDifference(p[0].GetString() ?? "", p[1].GetString() ?? "", p[2].GetString() ?? ""))]);
    }
}

/// <summary>A pool, a quota, a price or a budget that a variant may have otherwise.</summary>
/// <param name="Of">What names it: <c>pools</c> for all of them, <c>pool NAME</c>, <c>quota PATH</c>, <c>price SKU</c>, <c>budget ID</c>, <c>new budget</c>; empty for what is only said.</param>
/// <param name="Title">As the page says it.</param>
/// <param name="Fields">What of it.</param>
public sealed record VariantTarget(string Of, string Title, IReadOnlyList<VariantField> Fields);

/// <summary>A field that a variant may have otherwise.</summary>
/// <param name="Name">What names it.</param>
/// <param name="Title">As the page says it.</param>
/// <param name="Now">What it is now.</param>
/// <param name="Choices">What it can be, by name and title; null where it is typed.</param>
/// <param name="Unit">In what it is typed; null where that needs no word.</param>
public sealed record VariantField(string Name, string Title, string Now, IReadOnlyList<(string Name, string Title)>? Choices = null, string? Unit = null);
