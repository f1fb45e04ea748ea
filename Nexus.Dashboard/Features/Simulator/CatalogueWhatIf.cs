using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Quotas;
using Nexus.Dashboard.Features.Settings;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Simulator;

/// <summary>What a variant has otherwise of kinds, priority classes and what is set for owners.</summary>
/// <param name="body">The variant.</param>
internal sealed class CatalogueWhatIf(VariantBody body)
{
    private readonly Patches<KindBody, ResourceKind> _kinds = new("kinds", body.Kinds, ApiJson.Default.KindBody, KindBody.Of, static (kind, name) => kind.ToKind(name));

    private readonly Patches<ClassBody, PriorityClass> _classes = new("priorities", body.Priorities, ApiJson.Default.ClassBody, ClassBody.Of, static (priority, name) => priority.ToClass(name));

    private readonly Patches<OwnerBody, OwnerSettings> _owners = new("owners", body.Owners, ApiJson.Default.OwnerBody, OwnerBody.Of, Owner);

    /// <summary>True where it has nothing otherwise.</summary>
    public bool IsUnchanged => !_kinds.Names.Concat(_classes.Names).Concat(_owners.Names).Any();

    /// <summary>What is wrong with the patches, by path below the variant; null when nothing is.</summary>
    public Problem? Fault(Configuration now, string path) =>
        _kinds.Fault(now.Kind, path) ?? _classes.Fault(now.Class, path) ?? _owners.Fault(owner => OwnerNow(now, owner), path);

    /// <summary>What of kinds and classes is added or changed, before anything that may use it.</summary>
    public IEnumerable<Command> Sets(Configuration now) =>
    [
        .. _kinds.Names.Where(name => now.Kind(name) is not null || !_kinds.Waits(name)).Select(name => _kinds.Apply(name, now.Kind(name))).OfType<ResourceKind>().Select(kind => new SetKind(kind) { Actor = WhatIf.Author }),
        .. _classes.Names.Where(name => now.Class(name) is not null || !_classes.Waits(name)).Select(name => _classes.Apply(name, now.Class(name))).OfType<PriorityClass>().Select(priority => new SetPriorityClass(priority) { Actor = WhatIf.Author }),
    ];

    /// <summary>What is set for owners, after the pools that it may name.</summary>
    public IEnumerable<Command> Owners(Configuration now) =>
    [
        .. _owners.Names.Select(name => _owners.Apply(name, OwnerNow(now, name)) ?? Nothing(name)).OfType<OwnerSettings>().Select(owner => new SetOwner(owner) { Actor = WhatIf.Author }),
    ];

    /// <summary>The classes that are removed, after everything that may use them. A kind that nothing uses means nothing, and stays.</summary>
    public IEnumerable<Command> Removals(Configuration now) =>
    [
        .. _classes.Names.Where(name => _classes.Remove(name) && now.Class(name) is not null).Select(name => new DeletePriorityClass(name) { Actor = WhatIf.Author }),
    ];

    /// <summary>What becomes of a change that an operator made in the course of a recorded window.</summary>
    public Command? Rewrite(Command command) => command switch
    {
        SetKind set => _kinds.Apply(set.Kind.Name, set.Kind) is { } wanted ? set with { Kind = wanted } : null,
        DeleteKind delete when _kinds.Remove(delete.Name) => null,
        SetPriorityClass set => _classes.Apply(set.Class.Name, set.Class) is { } wanted ? set with { Class = wanted } : null,
        DeletePriorityClass delete when _classes.Remove(delete.Name) => null,
        SetOwner set => _owners.Apply(QuotaAnswer.PathOf(set.Owner.Path), set.Owner) is { } wanted ? set with { Owner = wanted } : null,
        _ => command,
    };

    private static OwnerSettings? OwnerNow(Configuration now, string path) => now.Owners.FirstOrDefault(o => QuotaAnswer.PathOf(o.Path) == path);

    private static Result<OwnerSettings> Owner(OwnerBody owner, string path) =>
        OwnerPath.TryParseOrRoot(path, out OwnerPath? read, out string? reason) ? owner.ToSettings(read) : Problem.Field("invalid-value", 422, "$", reason);

    // Nothing is set for an owner by setting nothing.
    private static OwnerSettings? Nothing(string path) => OwnerPath.TryParseOrRoot(path, out OwnerPath? owner, out _) ? new OwnerSettings(owner, Labels.None, null, null) : null;
}
