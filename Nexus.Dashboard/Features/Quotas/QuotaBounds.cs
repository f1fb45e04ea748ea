using System.Text.Json;
using System.Text.Json.Serialization;
using Nexus.Dashboard.Api;
using Nexus.Engine.Quotas;

namespace Nexus.Dashboard.Features.Quotas;

/// <summary>How far above its limit a node may go: an amount, or <c>"unlimited"</c>.</summary>
/// <param name="Amount">The amount; null without bound.</param>
[JsonConverter(typeof(BorrowConverter))]
internal readonly record struct BorrowBody(Amount? Amount)
{
    public static BorrowBody Of(QuotaBound bound) => new(bound.Amount is { } amount ? (Amount)amount : null);
}

/// <summary>How much of what a node has others may use: an amount, or <c>"all"</c>.</summary>
/// <param name="Amount">The amount; null without bound.</param>
[JsonConverter(typeof(LendConverter))]
internal readonly record struct LendBody(Amount? Amount)
{
    public static LendBody Of(QuotaBound bound) => new(bound.Amount is { } amount ? (Amount)amount : null);
}

internal sealed class BorrowConverter : JsonConverter<BorrowBody>
{
    public override BorrowBody Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(Bounds.Read(ref reader, Bounds.Unlimited));

    public override void Write(Utf8JsonWriter writer, BorrowBody value, JsonSerializerOptions options) => Bounds.Write(writer, value.Amount, Bounds.Unlimited);
}

internal sealed class LendConverter : JsonConverter<LendBody>
{
    public override LendBody Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(Bounds.Read(ref reader, Bounds.All));

    public override void Write(Utf8JsonWriter writer, LendBody value, JsonSerializerOptions options) => Bounds.Write(writer, value.Amount, Bounds.All);
}

/// <summary>An amount, or a word for what has no bound.</summary>
internal static class Bounds
{
    public const string Unlimited = "unlimited";
    public const string All = "all";

    public static Amount? Read(ref Utf8JsonReader reader, string unbounded) => reader.TokenType switch
    {
        JsonTokenType.Number => JsonSerializer.Deserialize(ref reader, ApiJson.Default.Amount),
        JsonTokenType.String when reader.ValueTextEquals(unbounded) => null,
        _ => throw new JsonException($"must be an amount, or \"{unbounded}\""),
    };

    public static void Write(Utf8JsonWriter writer, Amount? amount, string unbounded)
    {
        if (amount is { } known)
        {
            JsonSerializer.Serialize(writer, known, ApiJson.Default.Amount);
        }
        else
        {
            writer.WriteStringValue(unbounded);
        }
    }
}
