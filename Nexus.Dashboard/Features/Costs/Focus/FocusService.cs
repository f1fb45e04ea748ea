using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Costs.Focus;

/// <summary>What a kind is a service of, in the words of the specification: a name has one category, and one subcategory within it.</summary>
/// <param name="Name"><c>ServiceName</c>.</param>
/// <param name="Category"><c>ServiceCategory</c>.</param>
/// <param name="Subcategory"><c>ServiceSubcategory</c>.</param>
internal sealed record FocusService(string Name, string Category, string Subcategory)
{
    private static readonly FocusService Models = new("Language Models", "AI and Machine Learning", "Generative AI");
    private static readonly FocusService Vectors = new("Vector Stores", "Databases", "Other (Databases)");
    private static readonly FocusService Calls = new("Tool Calls", "Integration", "Other (Integration)");
    private static readonly FocusService Machines = new("Compute Capacity", "Compute", "Other (Compute)");
    private static readonly FocusService Stores = new("Storage Capacity", "Storage", "Other (Storage)");
    private static readonly FocusService Times = new("Agent Time", "Management and Governance", "Other (Management and Governance)");
    private static readonly FocusService Others = new("Other Resources", "Other", "Other (Other)");

    /// <summary>All there are.</summary>
    public static IReadOnlyList<FocusService> All { get; } = [Models, Vectors, Calls, Machines, Stores, Times, Others];

    /// <summary>The service of a kind; of one that is gone, of what is charged for no kind at all, the last.</summary>
    public static FocusService Of(ResourceKind? kind) => kind switch
    {
        null => Others,
        { Name: "llm.calls" } => Models,
        { Name: "vector.operations" } => Vectors,
        { Name: "storage" } => Stores,
        { Family: ResourceFamily.Token } => Models,
        { Family: ResourceFamily.Api } => Calls,
        { Family: ResourceFamily.Compute } => Machines,
        { Family: ResourceFamily.Time } => Times,
        _ => Others,
    };
}
