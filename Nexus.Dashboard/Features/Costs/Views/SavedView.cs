namespace Nexus.Dashboard.Features.Costs.Views;

/// <summary>A view of costs that somebody keeps under a name: what stands in the page's address. It is its owner's alone.</summary>
internal sealed class SavedView
{
    /// <summary>Whose it is: <c>Person</c>, <c>Key</c> or <c>Local</c>, and which.</summary>
    public string OwnerKind { get; set; } = "";

    /// <summary>The person's name or the key's id.</summary>
    public string OwnerId { get; set; } = "";

    public string Name { get; set; } = "";

    /// <summary>The parameters of the address, as a query string without its question mark.</summary>
    public string Query { get; set; } = "";

    public DateTimeOffset SavedAt { get; set; }
}
