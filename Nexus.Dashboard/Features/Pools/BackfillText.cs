using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Pools;

/// <summary>How far ahead a pool plans, in words.</summary>
internal static class BackfillText
{
    /// <summary>A choice.</summary>
    public static string Of(Backfill ahead) => ahead == Backfill.Easy ? "the first that waits (easy)" : "all that wait (conservative)";
}
