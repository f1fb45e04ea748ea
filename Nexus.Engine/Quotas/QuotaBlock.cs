namespace Nexus.Engine.Quotas;

/// <summary>What stops an amount in a tree of quotas, in thousandths.</summary>
/// <param name="Node">The lowest node that stops it.</param>
/// <param name="Use">The computation by which it does.</param>
/// <param name="Needed">What would be charged to the node, or to those above it.</param>
/// <param name="Missing">By how much that is too much.</param>
/// <param name="Available">What its owner could take instead.</param>
internal readonly record struct QuotaBlock(QuotaNode Node, QuotaUse Use, long Needed, long Missing, long Available);
