namespace Nexus.Engine.Costs.Sizing;

/// <summary>How many sizes were seen between two edges.</summary>
/// <param name="Number">Which bucket: from 0, in the order of the sizes.</param>
/// <param name="Weight">How many, in units of <see cref="SizeHistogram.Newest"/>, the older ones counting less; positive.</param>
internal readonly record struct SizeBucket(int Number, int Weight);
