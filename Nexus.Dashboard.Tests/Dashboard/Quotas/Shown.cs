using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Quotas;

/// <summary>Nodes with rules for GPUs, in whole units, as the read model shows them.</summary>
internal static class Shown
{
    public static QuotaShown Gpu(string owner, long? limit, long used = 0, long borrow = 0, long? has = null, long borrowed = 0, long lent = 0, int weight = 1_000) => new(
        new QuotaState(new QuotaDefinition(OwnerPath.Parse(owner), weight, [Rule(limit, borrow)]), 7, []),
        [new QuotaFigures((has ?? limit ?? 0) * 1000, used * 1000, borrowed * 1000, lent * 1000, used * 1000, 0, null) { Borrow = Rule(limit, borrow).Borrow }]);

    public static QuotaShown Weight(string owner, int weight) => new(new QuotaState(new QuotaDefinition(OwnerPath.Parse(owner), weight, []), 7, []), []);

    private static QuotaRule Rule(long? limit, long borrow) => new("gpu")
    {
        Limit = limit is { } some ? Quantity.Of(some) : null,
        Extra = limit is null ? Quantity.Zero : null,
        Borrow = QuotaBound.Of(Quantity.Of(borrow)),
    };
}
