using System.Reflection;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Access;

/// <summary>What a caller may do, by area. <see cref="Admin"/> includes all.</summary>
[Flags]
internal enum Scope
{
    None = 0,

    /// <summary>Submit, renew, release, cancel.</summary>
    Requests = 1,

    /// <summary>Report usage, also far above its estimate.</summary>
    Usage = 2,

    /// <summary>Look.</summary>
    Read = 4,

    /// <summary>Change pools, kinds, classes, owners.</summary>
    Configure = 8,

    /// <summary>Run benchmarks.</summary>
    Benchmarks = 16,

    /// <summary>Everything, people and keys included.</summary>
    Admin = 32,

    /// <summary>Change what concerns money: budgets, prices, periods, invoices. People have it by their role, a key by <see cref="Configure"/>.</summary>
    Money = 64,
}

/// <summary>Who asks, and what they may do: settled once at the door, passed to every service.</summary>
/// <param name="Kind">A person, a key, or the command line on the same machine.</param>
/// <param name="Id">The person's name or the key's id; never a secret.</param>
/// <param name="Path">The owner path within which the caller sees and acts.</param>
/// <param name="Scopes">What the caller may do there.</param>
/// <param name="MaxPriority">The highest class the caller may ask for, or null.</param>
/// <param name="Source">By which door: <c>page</c>, <c>api</c>, <c>cli</c>.</param>
/// <param name="Address">The remote address.</param>
internal sealed record Caller(ActorKind Kind, string Id, OwnerPath Path, Scope Scopes, string? MaxPriority, string Source, string? Address)
{
    /// <summary>As the journal names the caller.</summary>
    public Actor Actor { get; } = new(Kind, Id, Source, Address);

    /// <summary>True when the caller may do that within its path.</summary>
    public bool Allows(Scope scope) => (Scopes & (scope | Scope.Admin)) != Scope.None;

    /// <summary>True when the caller may do that for the whole installation.</summary>
    public bool AllowsEverywhere(Scope scope) => Path.IsRoot && Allows(scope);

    /// <summary>True when an owner lies within the caller's path.</summary>
    public bool MayActFor(OwnerPath owner) => owner.IsWithin(Path);

    /// <summary>Gives endpoints the caller that the door found. Anonymous ones never get this far.</summary>
    public static ValueTask<Caller> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        return ValueTask.FromResult(Of(context) ?? throw new BadHttpRequestException("sign in, or send an API key", StatusCodes.Status401Unauthorized));
    }

    /// <summary>The caller of a request, or null when nobody is known.</summary>
    public static Caller? Of(HttpContext context) => context.Features.Get<Caller>();
}
