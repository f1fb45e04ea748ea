using System.Text.Json.Serialization;
using Nexus.Dashboard.Api;

namespace Nexus.Dashboard.Access;

internal sealed record UserBody
{
    public required string Role { get; init; }

    public string? Owner { get; init; }

    public string? Password { get; init; }
}

internal sealed record UserAnswer(string Id, string Name, string Role, string Owner, DateTimeOffset CreatedAt, DateTimeOffset? LastSeenAt, string? Password)
{
    public static UserAnswer Of(Person person, string? password) =>
        new(person.Id, person.UserName!, person.Role.Name(), person.Path.Length == 0 ? "/" : person.Path, person.CreatedAt, person.LastSeenAt, password);
}

internal sealed record KeyBody
{
    public string? Name { get; init; }

    public required string Owner { get; init; }

    public required List<string> Scopes { get; init; }

    public string? MaxPriority { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }
}

internal sealed record KeyAnswer(
    string Id, string? Name, string Owner, IReadOnlyList<string> Scopes, string? MaxPriority, DateTimeOffset? ExpiresAt, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset? LastUsedAt, string? Key)
{
    public static KeyAnswer Of(ApiKey key, string? secret) => new(
        key.Id, key.Name.Length == 0 ? null : key.Name, key.Path.Length == 0 ? "/" : key.Path, key.Scopes.Names(), key.MaxPriority, key.ExpiresAt, key.CreatedAt, key.CreatedBy, key.LastUsedAt, secret);
}

/// <summary>The same strictness as the rest of the API.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, MaxDepth = 16)]
[JsonSerializable(typeof(UserBody))]
[JsonSerializable(typeof(UserAnswer))]
[JsonSerializable(typeof(Page<UserAnswer>))]
[JsonSerializable(typeof(KeyBody))]
[JsonSerializable(typeof(KeyAnswer))]
[JsonSerializable(typeof(Page<KeyAnswer>))]
internal sealed partial class AccessJson : JsonSerializerContext;
