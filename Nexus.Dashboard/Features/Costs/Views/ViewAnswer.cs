namespace Nexus.Dashboard.Features.Costs.Views;

/// <summary>A view of costs that is kept under a name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Query">What the page of costs shows: the parameters of its address.</param>
/// <param name="SavedAt">When it was saved.</param>
internal sealed record ViewAnswer(string Name, string Query, DateTimeOffset SavedAt)
{
    public static ViewAnswer Of(SavedView view) => new(view.Name, view.Query, view.SavedAt);
}

/// <summary>A view to keep.</summary>
internal sealed record ViewBody
{
    /// <summary>The parameters of the page's address: <c>from</c>, <c>to</c>, <c>groupBy</c>, <c>filter</c>, <c>interval</c>, <c>idle</c>, <c>compare</c>.</summary>
    public required string Query { get; init; }
}
