using System.Text.Json.Serialization;
using Nexus.Dashboard.Api;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Access;

/// <summary>A person as an administrator writes it: the whole of it, but for the password, which stays where it is not given.</summary>
internal sealed record UserBody
{
    public required string Role { get; init; }

    /// <summary>Default: everywhere.</summary>
    public string? Owner { get; init; }

    public string? Password { get; init; }

    /// <summary>Checks every field; all that is wrong is named at once.</summary>
    public Result<PersonSettings> ToSettings()
    {
        Faults faults = new();
        faults.When(!Roles.TryParse(Role, out Role role), "$.role", "must be viewer, operator, finance, engineer or admin");
        faults.When(!OwnerPath.TryParseOrRoot(Owner ?? "/", out OwnerPath? path, out string? reason), "$.owner", reason ?? "");
        return faults.Problem is { } problem ? problem : new PersonSettings(role, path!, Password);
    }
}

/// <summary>What a person is given.</summary>
/// <param name="Role">What the person may do.</param>
/// <param name="Path">Within which owner path.</param>
/// <param name="Password">A new password, or null: generated for a new person, kept for a known one.</param>
internal sealed record PersonSettings(Role Role, OwnerPath Path, string? Password);

/// <summary>A person, without the password unless it was just generated.</summary>
internal sealed record UserAnswer(string Id, string Name, string Role, string Owner, DateTimeOffset CreatedAt, DateTimeOffset? LastSeenAt, long Version, string? Password)
{
    public static UserAnswer Of(Person person, string? password) =>
        new(person.Id, person.UserName!, person.Role.Name(), person.Path.Length == 0 ? "/" : person.Path, person.CreatedAt, person.LastSeenAt, person.Version, password);
}

/// <summary>A key as an administrator writes it: the whole of it.</summary>
internal sealed record KeyBody
{
    private const int MaxNameLength = 128;

    public string? Name { get; init; }

    public required string Owner { get; init; }

    public required List<string> Scopes { get; init; }

    public string? MaxPriority { get; init; }

    [JsonConverter(typeof(MomentConverter))]
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Checks every field; all that is wrong is named at once.</summary>
    public Result<KeySettings> ToSettings()
    {
        Faults faults = new();
        faults.When(!OwnerPath.TryParseOrRoot(Owner, out OwnerPath? path, out string? reason), "$.owner", reason ?? "");
        faults.When(!Roles.TryParse(Scopes, out Scope scopes, out string? unknown), "$.scopes", unknown is null
            ? "must name at least one of requests, usage, read, configure, benchmarks, admin"
            : $"'{unknown}' is not a scope; there are requests, usage, read, configure, benchmarks, admin");
        faults.When(Name is { Length: > MaxNameLength } || Name?.Any(char.IsControl) == true, "$.name", $"must have at most {MaxNameLength} characters, none of them a control character");
        faults.Name("$.maxPriority", MaxPriority);
        return faults.Problem is { } problem ? problem : new KeySettings(Name, path!, scopes, MaxPriority, ExpiresAt);
    }
}

/// <summary>What a key is given.</summary>
/// <param name="Name">What it is for.</param>
/// <param name="Path">Within which owner path it acts.</param>
/// <param name="Scopes">What it may do there.</param>
/// <param name="MaxPriority">The highest class it may ask for; null: any.</param>
/// <param name="ExpiresAt">When it stops working; null: never.</param>
internal sealed record KeySettings(string? Name, OwnerPath Path, Scope Scopes, string? MaxPriority, DateTimeOffset? ExpiresAt);

/// <summary>A key, without the key itself unless it was just created.</summary>
internal sealed record KeyAnswer(
    string Id,
    string? Name,
    string Owner,
    IReadOnlyList<string> Scopes,
    string? MaxPriority,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset CreatedAt,
    string CreatedBy,
    DateTimeOffset? LastUsedAt,
    long Version,
    string? Key)
{
    public static KeyAnswer Of(ApiKey key, string? secret) => new(
        key.Id, key.Name.Length == 0 ? null : key.Name, key.Path.Length == 0 ? "/" : key.Path, key.Scopes.Names(), key.MaxPriority, key.ExpiresAt, key.CreatedAt, key.CreatedBy, key.LastUsedAt, key.Version, secret);
}

/// <summary>The same strictness as the rest of the API.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false, RespectNullableAnnotations = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, MaxDepth = 16)]
[JsonSerializable(typeof(UserBody))]
[JsonSerializable(typeof(UserAnswer))]
[JsonSerializable(typeof(Page<UserAnswer>))]
[JsonSerializable(typeof(KeyBody))]
[JsonSerializable(typeof(KeyAnswer))]
[JsonSerializable(typeof(Page<KeyAnswer>))]
internal sealed partial class AccessJson : JsonSerializerContext;
