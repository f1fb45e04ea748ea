using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Pools;

/// <summary>What a pool does between owners who all borrow, in words.</summary>
internal static class BorrowerText
{
    /// <summary>A choice.</summary>
    public static string Of(BetweenBorrowers rules) => rules switch
    {
        BetweenBorrowers.Never => "nobody's grant ends",
        BetweenBorrowers.FinalShare => "who still borrows as much afterwards gives",
        BetweenBorrowers.InitialShare => "who borrowed more before gives",
        _ => "the first, then also the second",
    };
}
