using Nexus.Engine.Resources;

namespace Nexus.Engine.Optimization;

/// <summary>By what a change is made.</summary>
public enum ChangeKind
{
    /// <summary>Nobody but the people who build the workload can make it.</summary>
    Advice = 0,

    /// <summary>The capacity of a pool is set.</summary>
    PoolCapacity = 1,

    /// <summary>The limit of a quota is set.</summary>
    QuotaLimit = 2,
}

/// <summary>The exact change that saves.</summary>
/// <param name="Kind">By what it is made.</param>
/// <param name="Subject">Of what: the pool's name, the owner path of the quota (the root is empty), or what the advice is about.</param>
/// <param name="Before">How it is, in words.</param>
/// <param name="After">How it would be, in words.</param>
public sealed record ProposedChange(ChangeKind Kind, string Subject, string Before, string After)
{
    /// <summary>The kind of resource; null for advice.</summary>
    public string? Resource { get; init; }

    /// <summary>The amount as it was when it was looked at; null for advice.</summary>
    public Quantity? From { get; init; }

    /// <summary>The amount to be set; null for advice.</summary>
    public Quantity? To { get; init; }

    /// <summary>True where Nexus can make it by a command of its own.</summary>
    public bool IsCommand => Kind != ChangeKind.Advice;

    /// <summary>Another capacity of a pool.</summary>
    public static ProposedChange Pool(string pool, string resource, Quantity from, Quantity to) =>
        new(ChangeKind.PoolCapacity, pool, $"{pool}: {from} {resource}", $"{pool}: {to} {resource}") { Resource = resource, From = from, To = to };

    /// <summary>Another limit of a quota without a period.</summary>
    public static ProposedChange Quota(OwnerPath owner, string resource, Quantity from, Quantity to)
    {
        ArgumentNullException.ThrowIfNull(owner);
        string name = owner.IsRoot ? "everybody" : owner.ToString();
        return new(ChangeKind.QuotaLimit, owner.ToString(), $"{name}: limit {from} {resource}", $"{name}: limit {to} {resource}") { Resource = resource, From = from, To = to };
    }

    /// <summary>What people are advised to do.</summary>
    public static ProposedChange Advise(string subject, string before, string after) => new(ChangeKind.Advice, subject, before, after);
}
