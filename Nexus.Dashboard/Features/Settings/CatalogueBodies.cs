using Nexus.Dashboard.Api;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Settings;

/// <summary>An operator's own kind.</summary>
internal sealed record KindBody
{
    private const int MaxUnitLength = 32;

    public required string Unit { get; init; }

    public required ResourceBehaviour Behaviour { get; init; }

    public ResourceFamily? Family { get; init; }

    /// <summary>A kind as it is, in a body that would set it.</summary>
    public static KindBody Of(ResourceKind kind) => new() { Unit = kind.Unit, Behaviour = kind.Behaviour, Family = kind.Family };

    public Result<ResourceKind> ToKind(string name)
    {
        Faults faults = new();
        faults.Name("name", name);
        faults.When(name.Length > 64 || (name.Length > 0 && !char.IsAsciiLetter(name[0])), "name", "must start with a letter and have at most 64 characters");
        faults.When(Unit.Length is 0 or > MaxUnitLength || Unit.Any(char.IsControl), "$.unit", $"must have 1 to {MaxUnitLength} characters");
        faults.When(Behaviour == ResourceBehaviour.Measured || Family == ResourceFamily.Time, "$.behaviour", "must be held, metered or limit: what is measured is built in");
        return faults.Problem is { } problem ? problem : new ResourceKind(name, Family ?? ResourceFamily.Other, Unit, Behaviour);
    }
}

/// <summary>A kind as readers see it.</summary>
internal sealed record KindAnswer(string Name, ResourceFamily Family, string Unit, ResourceBehaviour Behaviour, string? PartOf, bool BuiltIn, long Version)
{
    public static KindAnswer Of(ResourceKind kind, Configuration configuration) =>
        new(kind.Name, kind.Family, kind.Unit, kind.Behaviour, kind.PartOf, kind.BuiltIn, configuration.VersionOfKind(kind.Name));
}

/// <summary>A class of urgency.</summary>
internal sealed record ClassBody
{
    private const int MostValue = 1_000_000;

    public required int Value { get; init; }

    /// <summary>A class as it is, in a body that would set it.</summary>
    public static ClassBody Of(PriorityClass priority) => new() { Value = priority.Value };

    public Result<PriorityClass> ToClass(string name)
    {
        Faults faults = new();
        faults.Name("name", name);
        faults.When(Value is < -MostValue or > MostValue, "$.value", "must be −1,000,000 to 1,000,000");
        return faults.Problem is { } problem ? problem : new PriorityClass(name, Value);
    }
}

/// <summary>A class as readers see it.</summary>
internal sealed record ClassAnswer(string Name, int Value, bool BuiltIn, long Version)
{
    public static ClassAnswer Of(PriorityClass priority, Configuration configuration) =>
        new(priority.Name, priority.Value, priority.BuiltIn, configuration.VersionOfClass(priority.Name));
}

/// <summary>What is set for an owner.</summary>
internal sealed record OwnerBody
{
    public Dictionary<string, string>? Labels { get; init; }

    public OwnerPriorityBody? Priority { get; init; }

    /// <summary>How requests give way before they are refused, in the order in which it is tried; absent: as is said above the owner, <c>[]</c>: not at all.</summary>
    public List<DegradeStepBody?>? Degrade { get; init; }

    /// <summary>What is set for an owner, in a body that would set it.</summary>
    public static OwnerBody Of(OwnerSettings owner) => new()
    {
        Labels = owner.Labels.Count == 0 ? null : owner.Labels.ToDictionary(StringComparer.Ordinal),
        Priority = owner is { DefaultPriority: null, MaxPriority: null } ? null : new OwnerPriorityBody(owner.DefaultPriority, owner.MaxPriority),
        Degrade = StepsOf(owner.Degrade),
    };

    /// <summary>Ways of giving way as bodies; null where none are stated.</summary>
    public static List<DegradeStepBody?>? StepsOf(DegradeRules? rules) => rules is null ? null : [.. rules.Steps.Select(DegradeStepBody.Of)];

    public Result<OwnerSettings> ToSettings(OwnerPath path)
    {
        Faults faults = new();
        Labels labels = faults.Labels("$.labels", Labels);
        faults.Name("$.priority.default", Priority?.Default);
        faults.Name("$.priority.max", Priority?.Max);
        DegradeRules? degrade = DegradeFields.Read(faults, Degrade);
        return faults.Problem is { } problem ? problem : new OwnerSettings(path, labels, Priority?.Default, Priority?.Max) { Degrade = degrade };
    }
}

/// <summary>The class of requests that name none, and the highest that may be asked for.</summary>
internal sealed record OwnerPriorityBody(string? Default = null, string? Max = null);

/// <summary>What is set for an owner, and what holds for it with what it inherits.</summary>
internal sealed record OwnerAnswer(string Path, Dictionary<string, string>? Labels, OwnerPriorityBody? Priority, OwnerBody Effective, long Version)
{
    /// <summary>How requests give way before they are refused, where this owner says so.</summary>
    public List<DegradeStepBody?>? Degrade { get; init; }

    /// <summary>What is set and holds for an owner.</summary>
    /// <param name="path">The owner.</param>
    /// <param name="configuration">What is set.</param>
    /// <param name="seesPool">Whether the reader may know of a pool: rules from above may name others.</param>
    public static OwnerAnswer Of(OwnerPath path, Configuration configuration, Func<string, bool> seesPool)
    {
        OwnerBody? own = configuration.Owner(path) is { } set ? OwnerBody.Of(set) : null;
        EffectiveOwner effective = configuration.EffectiveFor(path);
        return new OwnerAnswer(
            path.IsRoot ? "~" : path.ToString(),
            own?.Labels,
            own?.Priority,
            new OwnerBody
            {
                Labels = effective.Labels.Count == 0 ? null : effective.Labels.ToDictionary(StringComparer.Ordinal),
                Priority = new OwnerPriorityBody(effective.DefaultPriority ?? PriorityClass.Default, effective.MaxPriority),
                Degrade = effective.Degrading?.Degrade is { Steps.Count: > 0 } rules ? OwnerBody.StepsOf(rules.SeenBy(seesPool)) : null,
            },
            configuration.VersionOfOwner(path)) { Degrade = own?.Degrade };
    }
}
