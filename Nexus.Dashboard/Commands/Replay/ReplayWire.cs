using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nexus.Dashboard.Commands.Replay;

/// <summary>What is sent to <c>POST /requests</c>; times in seconds.</summary>
internal sealed record SubmitBody(
    string Id,
    string Owner,
    Dictionary<string, decimal> Resources,
    string? Priority,
    IReadOnlyList<string>? Pools,
    Dictionary<string, string>? PoolLabels,
    decimal? Duration,
    bool Queue,
    decimal MaxWait,
    decimal? LeaseSeconds,
    Dictionary<string, string>? Labels,
    DateTimeOffset? Deadline = null,
    bool? Preemptible = null,
    int? Members = null);

/// <summary>What is sent to <c>POST /leases/{id}/release</c>.</summary>
internal sealed record ReleaseBody(Dictionary<string, decimal>? Usage, string Outcome);

/// <summary>What of a request's answer matters here.</summary>
internal sealed record RequestAnswer(string Status, string? Priority, LeaseAnswer? Lease, JsonElement? Explanation, long? Version);

/// <summary>What of its lease matters here.</summary>
internal sealed record LeaseAnswer(string Id);

/// <summary>What a release settled.</summary>
internal sealed record ReleaseAnswer(Dictionary<string, decimal>? Usage, CostAnswer? Cost);

/// <summary>An amount of money, exact.</summary>
internal sealed record CostAnswer(string Amount, string Currency);

/// <summary>An error by RFC 9457.</summary>
internal sealed record ProblemAnswer(string? Type, string? Title, string? Detail, Dictionary<string, JsonElement>? Errors);

/// <summary>A page of pools.</summary>
internal sealed record PoolsAnswer(IReadOnlyList<PoolAnswer> Items, string? Next);

/// <summary>What of a pool matters here.</summary>
internal sealed record PoolAnswer(string Name, Dictionary<string, string>? Labels);

/// <summary>The wire format: source-generated, fields of later versions ignored.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SubmitBody))]
[JsonSerializable(typeof(ReleaseBody))]
[JsonSerializable(typeof(RequestAnswer))]
[JsonSerializable(typeof(ReleaseAnswer))]
[JsonSerializable(typeof(ProblemAnswer))]
[JsonSerializable(typeof(PoolsAnswer))]
internal sealed partial class ReplayWire : JsonSerializerContext;
