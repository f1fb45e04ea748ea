namespace Nexus.Dashboard.Outbound;

/// <summary>An address may not be called; trying again changes nothing.</summary>
internal sealed class OutboundRefusedException(string message) : Exception(message);
