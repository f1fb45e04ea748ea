using System.Text.Json;
using System.Text.Json.Serialization;
using Nexus.Engine.Resources;
using Nexus.Engine.Optimization.FollowUp;

namespace Nexus.Dashboard.Features.Recommendations;

/// <summary>How the parts of a recommendation are kept.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true, IgnoreReadOnlyProperties = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(QuantityJson), typeof(OwnerJson)])]
[JsonSerializable(typeof(RecommendationParts))]
[JsonSerializable(typeof(IReadOnlyList<MeasuredDay>))]
[JsonSerializable(typeof(IReadOnlyList<FollowUpDone>))]
[JsonSerializable(typeof(IReadOnlyList<RealisedWeek>))]
internal sealed partial class RecommendationJson : JsonSerializerContext;

/// <summary>A quantity as its thousandths.</summary>
internal sealed class QuantityJson : JsonConverter<Quantity>
{
    public override Quantity Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Quantity.FromThousandths(reader.GetInt64());

    public override void Write(Utf8JsonWriter writer, Quantity value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Thousandths);
}

/// <summary>An owner path as its text.</summary>
internal sealed class OwnerJson : JsonConverter<OwnerPath>
{
    public override OwnerPath Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        OwnerPath.TryParseOrRoot(reader.GetString(), out OwnerPath? path, out string? reason) ? path : throw new JsonException(reason);

    public override void Write(Utf8JsonWriter writer, OwnerPath value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
