using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Nexus.Dashboard.Access;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Shared;

/// <summary>The owner path that a viewer's pages are narrowed to. It is in the URL as <c>owner</c>, and stays while the viewer goes from page to page.</summary>
internal sealed class OwnerScope : IDisposable
{
    private const string Parameter = "owner";
    private readonly NavigationManager _nav;

    public OwnerScope(NavigationManager nav)
    {
        _nav = nav;
        Path = In(nav.Uri) ?? OwnerPath.Root;
        nav.LocationChanged += Follow;
    }

    /// <summary>Another path was chosen.</summary>
    public event Action? Changed;

    /// <summary>The path; the root for all owners.</summary>
    public OwnerPath Path { get; private set; }

    /// <summary>The caller, seeing no more than lies within the path. What lies outside the caller's own is never shown.</summary>
    public Caller Narrow(Caller caller) => !Path.IsRoot && caller.MayActFor(Path) ? caller with { Path = Path } : caller;

    /// <summary>Narrows the pages to a path; the root widens them again.</summary>
    public void Choose(OwnerPath path) => GoTo(path, _nav.GetUriWithQueryParameter(Parameter, Value(path)));

    /// <summary>Widens the pages to all owners, and takes away other parameters of the page with it.</summary>
    /// <remarks>Taking <c>owner</c> out of the address alone does not widen: a link without it leads on within the path.</remarks>
    public void Widen(params ReadOnlySpan<string> without)
    {
        Dictionary<string, object?> gone = new(StringComparer.Ordinal) { [Parameter] = null };
        foreach (string name in without)
        {
            gone[name] = null;
        }

        GoTo(OwnerPath.Root, _nav.GetUriWithQueryParameters(gone));
    }

    public void Dispose() => _nav.LocationChanged -= Follow;

    private void Follow(object? sender, LocationChangedEventArgs moved)
    {
        if (In(moved.Location) is { } chosen)
        {
            if (!chosen.Equals(Path))
            {
                Path = chosen;
                Changed?.Invoke();
            }
        }
        else if (!Path.IsRoot)
        {
            // A link of a page leads on without it.
            _nav.NavigateTo(_nav.GetUriWithQueryParameter(Parameter, Value(Path)), replace: true);
        }
    }

    private void GoTo(OwnerPath path, string address)
    {
        Path = path;
        _nav.NavigateTo(address);
        Changed?.Invoke();
    }

    private static string? Value(OwnerPath path) => path.IsRoot ? null : path.ToString();

    private static OwnerPath? In(string uri) =>
        Address.Read(uri, Parameter) is { } text && OwnerPath.TryParse(text, out OwnerPath? path, out _) ? path : null;
}
