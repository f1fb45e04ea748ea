using System.Text.Json.Serialization;
using Nexus.Engine.Storage;

namespace Nexus.Dashboard.Commands.Journal;

/// <summary>The form on standard output.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(VerifyResult))]
[JsonSerializable(typeof(BackupResult))]
internal sealed partial class JournalJson : JsonSerializerContext;
