using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.WebUtilities;

namespace Nexus.Dashboard.Shared;

/// <summary>The parameters of a page's address. Several changed quickly one after the other all arrive, though the browser is slower than who types.</summary>
internal sealed class Address : IDisposable
{
    private static readonly TimeSpan Arrives = TimeSpan.FromSeconds(1);
    private readonly NavigationManager _nav;
    private readonly TimeProvider _time;
    private string? _going;
    private long _wentAt;

    public Address(NavigationManager nav, TimeProvider time)
    {
        (_nav, _time) = (nav, time);
        nav.LocationChanged += Arrived;
    }

    /// <summary>Sets a parameter; null or empty takes it away.</summary>
    public void Set(string name, string? value) => Set(new Dictionary<string, object?>(StringComparer.Ordinal) { [name] = string.IsNullOrEmpty(value) ? null : value });

    /// <summary>Sets several at once; null takes one away.</summary>
    public void Set(IReadOnlyDictionary<string, object?> change)
    {
        string from = _going is { } going && _time.GetElapsedTime(_wentAt) < Arrives && IsSamePage(going, _nav.Uri) ? going : _nav.Uri;
        (_going, _wentAt) = (_nav.GetUriWithQueryParameters(from, change), _time.GetTimestamp());
        _nav.NavigateTo(_going, replace: true);
    }

    /// <summary>A parameter of an address; null where it is not there or empty.</summary>
    /// <remarks>For what comes and goes within a page: a component that has the router supply its parameters may not appear while all of them are told of a new address, which ends the circuit.</remarks>
    public static string? Read(string address, string name) =>
        QueryHelpers.ParseQuery(new Uri(address).Query).TryGetValue(name, out Microsoft.Extensions.Primitives.StringValues value) && value.ToString() is { Length: > 0 } text ? text : null;

    public void Dispose() => _nav.LocationChanged -= Arrived;

    private void Arrived(object? sender, LocationChangedEventArgs moved) => _going = _going == moved.Location ? null : _going;

    private static bool IsSamePage(string a, string b) => a.Split('?')[0] == b.Split('?')[0];
}
