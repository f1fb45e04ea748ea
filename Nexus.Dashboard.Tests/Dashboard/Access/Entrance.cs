using System.Reflection;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Nexus.Dashboard.Hubs;

namespace Nexus.Dashboard.Tests.Dashboard.Access;

/// <summary>A way into the program: a method and an address, or a method of the hub.</summary>
/// <param name="Method">GET, POST, PUT, DELETE; ANY where the address answers every method; HUB for a method of the hub.</param>
/// <param name="Address">The address as it is routed, or the name of the hub's method.</param>
internal sealed record Entrance(string Method, string Address)
{
    /// <summary>The files of the site, which are one.</summary>
    public static Entrance Files { get; } = new("GET", "(files)");

    /// <summary>Every one that a program has, found in the program itself.</summary>
    public static HashSet<Entrance> Of(EndpointDataSource endpoints) =>
        [.. endpoints.Endpoints.OfType<RouteEndpoint>().SelectMany(Of), .. OfHub(typeof(EngineHub))];

    private static IEnumerable<Entrance> Of(RouteEndpoint endpoint)
    {
        if (endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is not null)
        {
            return [Files];
        }

        string address = "/" + endpoint.RoutePattern.RawText!.Trim('/');
        IReadOnlyList<string> methods = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [];
        return methods.Count == 0 ? [new Entrance("ANY", address)] : methods.Select(method => new Entrance(method, address));
    }

    private static IEnumerable<Entrance> OfHub(Type hub) => hub
        .GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        .Where(m => !m.IsSpecialName && m.GetBaseDefinition() == m)
        .Select(m => new Entrance("HUB", m.Name));
}
