using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;

namespace Nexus.Dashboard.Shared;

/// <summary>A span of the past that pages show, ending now.</summary>
/// <param name="Key">Its name in the address.</param>
/// <param name="Span">How long it is.</param>
/// <param name="Words">As the pages say it.</param>
public sealed record PastRange(string Key, TimeSpan Span, string Words)
{
    /// <summary>Those that can be chosen.</summary>
    public static IReadOnlyList<PastRange> All { get; } =
    [
        new("15m", TimeSpan.FromMinutes(15), "last 15 min"),
        new("1h", TimeSpan.FromHours(1), "last hour"),
        new("6h", TimeSpan.FromHours(6), "last 6 h"),
        new("24h", TimeSpan.FromDays(1), "last 24 h"),
        new("7d", TimeSpan.FromDays(7), "last 7 days"),
        new("30d", TimeSpan.FromDays(30), "last 30 days"),
    ];

    /// <summary>The one that is shown unless another is chosen.</summary>
    public static PastRange Default { get; } = All[1];
}

/// <summary>The range that a viewer's charts and figures show. It is in the URL as <c>range</c>, and stays while the viewer goes from page to page.</summary>
internal sealed class ViewRange : IDisposable
{
    private const string Parameter = "range";
    private readonly NavigationManager _nav;

    public ViewRange(NavigationManager nav)
    {
        _nav = nav;
        Shown = In(nav.Uri) ?? PastRange.Default;
        nav.LocationChanged += Follow;
    }

    /// <summary>Another range was chosen.</summary>
    public event Action? Changed;

    /// <summary>What is shown.</summary>
    public PastRange Shown { get; private set; }

    /// <summary>Shows another.</summary>
    public void Choose(PastRange range)
    {
        Shown = range;
        _nav.NavigateTo(With(range));
        Changed?.Invoke();
    }

    /// <summary>Shows the next longer one, or with −1 the next shorter.</summary>
    public void Step(int by)
    {
        int at = PastRange.All.ToList().IndexOf(Shown) + by;
        if (at >= 0 && at < PastRange.All.Count)
        {
            Choose(PastRange.All[at]);
        }
    }

    public void Dispose() => _nav.LocationChanged -= Follow;

    private void Follow(object? sender, LocationChangedEventArgs moved)
    {
        if (In(moved.Location) is { } chosen)
        {
            if (chosen != Shown)
            {
                Shown = chosen;
                Changed?.Invoke();
            }
        }
        else if (Shown != PastRange.Default)
        {
            // A link of a page leads on without it.
            _nav.NavigateTo(With(Shown), replace: true);
        }
    }

    private string With(PastRange range) => _nav.GetUriWithQueryParameter(Parameter, range == PastRange.Default ? null : range.Key);

    private static PastRange? In(string uri) =>
        Address.Read(uri, Parameter) is { } key ? PastRange.All.FirstOrDefault(r => r.Key == key) : null;
}
