using Nexus.Engine.Costs;

namespace Nexus.Dashboard.Features.Prices;

/// <summary>A file of prices, and what it would change.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Bytes">What it holds.</param>
/// <param name="Change">What it would change.</param>
/// <param name="Unchanged">How many of its prices hold already.</param>
/// <param name="Skipped">What could not be priced.</param>
/// <param name="Version">The version of the book that it was compared with.</param>
public sealed record PriceFile(string Name, byte[] Bytes, PriceChange Change, int Unchanged, IReadOnlyList<SkippedPrice> Skipped, long Version);
