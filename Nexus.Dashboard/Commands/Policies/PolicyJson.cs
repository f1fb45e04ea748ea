using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Nexus.Dashboard.Api;

namespace Nexus.Dashboard.Commands.Policies;

/// <summary>The forms in which policies are read and written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true, UseStringEnumConverter = false,
    Converters = [typeof(CamelCaseEnum<PolicyChangeKind>)])]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(JsonNode))]
[JsonSerializable(typeof(PolicyExportAnswer))]
[JsonSerializable(typeof(PolicyApplyAnswer))]
internal sealed partial class PolicyJson : JsonSerializerContext
{
    /// <summary>The API's shapes, in answers of a server that may say more than this program knows.</summary>
    public static ApiJson Lenient => OfAnswers.Json;

    /// <summary>How files are written: indented, with the characters as they are, a line end of one sort, and one at the end.</summary>
    public static byte[] File(JsonObject content) => [.. JsonSerializer.SerializeToUtf8Bytes(content, OfFiles.Json.JsonObject), (byte)'\n'];

    // In classes of their own, so that what is generated above is there first.
    private static class OfAnswers
    {
        internal static readonly ApiJson Json = new(new JsonSerializerOptions(ApiJson.Default.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip });
    }

    private static class OfFiles
    {
        internal static readonly PolicyJson Json = new(new JsonSerializerOptions(Default.Options) { NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
