namespace Nexus.Dashboard.Outbound;

/// <summary>Where the program may call to. Section <c>Nexus:Outbound</c> of <c>appsettings.json</c>.</summary>
internal sealed class OutboundOptions
{
    public const string Section = "Nexus:Outbound";

    /// <summary>True lets webhooks go to private and loopback addresses; false by default. Link-local addresses are refused all the same.</summary>
    public bool AllowPrivate { get; init; }
}
