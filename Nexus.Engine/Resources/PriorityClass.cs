namespace Nexus.Engine.Resources;

/// <summary>A class of urgency; the higher value goes first.</summary>
/// <param name="Name">1–64 of <c>A-Z a-z 0-9 . _ -</c>; unique.</param>
/// <param name="Value">−1,000,000 … 1,000,000.</param>
/// <param name="BuiltIn">True for the four every installation has, which cannot be removed.</param>
public sealed record PriorityClass(string Name, int Value, bool BuiltIn = false)
{
    /// <summary>The class of a request that names none and whose owner has no default.</summary>
    public const string Default = "medium";

    /// <summary>The four classes every installation has.</summary>
    public static IReadOnlyList<PriorityClass> All { get; } =
        [new("critical", 1000, true), new("high", 750, true), new("medium", 500, true), new("low", 250, true)];
}

/// <summary>What an operator set for an owner; the owners below it inherit it where they set nothing themselves.</summary>
/// <param name="Path">The owner.</param>
/// <param name="Labels">Labels that every request below carries, unless it states its own.</param>
/// <param name="DefaultPriority">The class of requests that name none, or null.</param>
/// <param name="MaxPriority">The highest class that requests may ask for, or null. The lowest along the path holds.</param>
public sealed record OwnerSettings(OwnerPath Path, Labels Labels, string? DefaultPriority, string? MaxPriority)
{
    /// <summary>How requests give way before they are refused; null: as is said above the owner. Nearest along the path holds.</summary>
    public DegradeRules? Degrade { get; init; }

    /// <summary>True where nothing is set.</summary>
    public bool IsEmpty => Labels.Count == 0 && DefaultPriority is null && MaxPriority is null && Degrade is null;
}
