using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;

namespace Nexus.Dashboard.Features.Alerts;

/// <summary>Entries of the audit about alerting, written in the transaction of the change.</summary>
internal static class AlertAudit
{
    /// <summary>Of a change without fields.</summary>
    public static AccessChange Entry(Caller caller, DateTimeOffset at, string action, string subject) => new()
    {
        At = at,
        ActorKind = caller.Kind.ToString().ToLowerInvariant(),
        ActorId = caller.Id,
        Source = caller.Source,
        Address = caller.Address,
        Action = action,
        Subject = subject,
    };

    /// <summary>Of a change from something to something else; null for what was not or is not any more.</summary>
    public static AccessChange Entry<T>(Caller caller, DateTimeOffset at, string action, string subject, T? before, T? after, JsonTypeInfo<T> type)
        where T : class
    {
        AccessChange entry = Entry(caller, at, action, subject);
        entry.Before = before is null ? null : JsonSerializer.Serialize(before, type);
        entry.After = after is null ? null : JsonSerializer.Serialize(after, type);
        return entry;
    }

    /// <summary>What is wrong with the version that a caller has seen.</summary>
    /// <param name="present">The present version; null where there is nothing.</param>
    /// <param name="seen">What the caller expects; see <see cref="Conventions.VersionOf"/>.</param>
    public static Problem? Outdated(long? present, long? seen) => seen switch
    {
        null => null,
        Engine.Core.Expected.NotToExist => present is null ? null : Mismatch("It exists already"),
        Engine.Core.Expected.ToExist => present is not null ? null : Mismatch("It does not exist"),
        _ => seen == present ? null : Mismatch(present is null ? "It does not exist any more" : $"It was changed meanwhile: its version is {present}, not {seen}. Read it again"),
    };

    private static Problem Mismatch(string detail) => new("version-mismatch", "It was changed meanwhile", 412, $"{detail}.");
}
