using Nexus.Dashboard.Features.Prices;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Prices;

public sealed class PriceDraftTests
{
    [Fact]
    public void What_is_set_comes_back_as_it_is()
    {
        Sku tiers = new("storage", "storage")
        {
            Pool = "p", Provider = "v", Model = "m", Lane = "batch", AbovePromptTokens = 1_000, Minimum = Money.Parse("0.5"), TierMode = TierMode.Volume, TierPeriod = TierPeriod.Month,
            Tiers = [new PriceTier(Quantity.Of(10), Money.Parse("0.02")), new PriceTier(null, Money.Parse("0.01"))], EffectiveFrom = Instant.From(new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero)),
        };
        foreach (Sku sku in (Sku[])[tiers, new Sku("in", "tokens.input") { UnitPrice = Money.Parse("0.0000025") }, new Sku("f", "gpu") { Formula = "quantity * 2" }])
        {
            Assert.Equal(sku, PriceDraft.Of(sku).Read(Configuration.Initial));
        }
    }

    [Theory]
    [InlineData("sku", "")]
    [InlineData("unitPrice", "1e-3")]
    [InlineData("unitPrice", "-1")]
    [InlineData("abovePromptTokens", "many")]
    [InlineData("resource", "gpus")]
    [InlineData("minimum", "some")]
    public void What_is_wrong_is_said_at_its_field(string field, string typed)
    {
        PriceDraft draft = PriceDraft.Of(new Sku("in", "tokens.input") { UnitPrice = Money.Of(1) });
        switch (field)
        {
            case "sku": draft.Name = typed; break;
            case "unitPrice": draft.UnitPrice = typed; break;
            case "abovePromptTokens": draft.Prompt = typed; break;
            case "resource": draft.Resource = typed; break;
            default: draft.Minimum = typed; break;
        }

        Assert.Null(draft.Read(Configuration.Initial));
        Assert.NotNull(draft.Fault(field));
        draft = PriceDraft.Of(new Sku("in", "tokens.input") { UnitPrice = Money.Of(1) });
        draft.Read(Configuration.Initial);
        Assert.False(draft.HasFaults);
    }

    [Fact]
    public void Tiers_say_which_of_them_is_wrong()
    {
        PriceDraft draft = new() { Name = "t", Resource = "external.calls", Shape = PriceDraft.Tiered };
        draft.Tiers.AddRange([new PriceDraftTier { UpTo = "x", UnitPrice = "1" }, new PriceDraftTier { UnitPrice = "2" }]);

        Assert.Null(draft.Read(Configuration.Initial));
        Assert.NotNull(draft.Fault("tiers"));
    }

    [Fact]
    public void For_use_without_a_price_all_that_is_known_of_it_is_filled_in()
    {
        PriceDraft draft = PriceDraft.For(new UnpricedUse("tokens.input", "llm", "maker", "m-1", default));

        Assert.Equal(("maker/m-1/tokens.input", "tokens.input", "maker", "m-1", ""), (draft.Name, draft.Resource, draft.Provider, draft.Model, draft.Pool));
    }
}
