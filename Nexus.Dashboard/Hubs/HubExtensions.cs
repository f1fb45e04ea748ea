using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.Connections;

namespace Nexus.Dashboard.Hubs;

/// <summary>The hub, wired up.</summary>
internal static class HubExtensions
{
    public static void AddNexusHub(this WebApplicationBuilder builder) => builder.Services
        .AddSignalR()
        .AddMessagePackProtocol()
        .AddJsonProtocol(json => json.PayloadSerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull);

    // The door has settled who asks; the hub asks for the scope. Long polling is left out: it parts the connection from the request that opened it.
    public static void MapNexusHub(this WebApplication app) => app.MapHub<EngineHub>(EngineHub.Path, hub =>
    {
        hub.Transports = HttpTransportType.WebSockets | HttpTransportType.ServerSentEvents;
        hub.CloseOnAuthenticationExpiration = true;
    }).AllowAnonymous();
}
