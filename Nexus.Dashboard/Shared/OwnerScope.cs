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
    public void Choose(OwnerPath path)
    {
        Path = path;
        _nav.NavigateTo(With(path));
        Changed?.Invoke();
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
            _nav.NavigateTo(With(Path), replace: true);
        }
    }

    private string With(OwnerPath path) => _nav.GetUriWithQueryParameter(Parameter, path.IsRoot ? null : path.ToString());

    private static OwnerPath? In(string uri) =>
        Address.Read(uri, Parameter) is { } text && OwnerPath.TryParse(text, out OwnerPath? path, out _) ? path : null;
}
