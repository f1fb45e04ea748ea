using Bunit;
using Microsoft.AspNetCore.Components;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Prices;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Prices;

public sealed class PriceFormsTests : ComponentTest
{
    [Fact]
    public void Each_shape_of_a_price_has_its_fields()
    {
        PriceDraft draft = new() { Name = "calls", Resource = "external.calls" };
        int told = 0;
        IRenderedComponent<PriceEditor> form = Render<PriceEditor>(p => p.Add(f => f.Draft, draft).Add(f => f.Kinds, Configuration.Initial.Kinds)
            .Add(f => f.Try, (_, inputs) => (true, $"This line costs {inputs.Quantity}.")).Add(f => f.OnChange, EventCallback.Factory.Create(this, () => told++)));

        form.Find("#price-price").Input("0.5");
        form.Find("#price-shape").Change("tiers");
        form.Find("[aria-label='Tier 1, up to']").Input("10");
        form.Find("[aria-label='Remove tier 2']").Click();
        Assert.Equal(("0.5", "10", 4), (draft.UnitPrice, Assert.Single(draft.Tiers).UpTo, told));

        form.Find("#price-shape").Change("formula");
        form.Find("#price-try-quantity").Input("7");
        Assert.Contains("This line costs 7.", form.Markup, StringComparison.Ordinal);
        form.Find("#price-try-quantity").Input("seven");
        Assert.Contains("must be numbers", form.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_shows_what_it_would_do_and_only_then_can_be_imported()
    {
        Sku before = new("a", "tokens.input") { UnitPrice = Money.Of(1) };
        PriceChange change = new([before with { UnitPrice = Money.Of(2) }, new Sku("b", "gpu") { UnitPrice = Money.Of(3) }], [before]);
        IRenderedComponent<PriceImportForm> form = Render<PriceImportForm>(p => p.Add(f => f.Configuration, Configuration.Initial));
        Assert.NotNull(form.Find("[data-apply]").GetAttribute("disabled"));

        form.Render(p => p.Add(f => f.Found, new PriceFile("t.json", [], change, 7, [new SkippedPrice("c", "it is free")], 3)));

        Assert.Null(form.Find("[data-apply]").GetAttribute("disabled"));
        Assert.Equal("t.json: 1 price added, 1 changed, 7 as they are, 1 skipped.", form.Find("[role=status]").TextContent);
        Assert.Equal(["a", "b", "c"], form.FindAll("tbody td:first-child").Select(c => c.TextContent));
    }

    [Fact]
    public void Rating_anew_waits_for_the_preview_and_is_nothing_where_all_is_right()
    {
        DateTimeOffset from = new(2026, 10, 1, 0, 0, 0, TimeSpan.Zero);
        RerateAnswer Answer(long corrected, string after) => new()
        {
            From = from, To = from.AddMonths(1), Before = new("3", "USD"), After = new(after, "USD"), Difference = new("-1", "USD"), Charges = 4, Corrected = corrected, Adjustments = 2 * corrected, Unpriced = 0,
            Owners = corrected == 0 ? [] : [new RerateOwnerAnswer("acme", new("3", "USD"), new("2", "USD"), new("-1", "USD"))], Version = 3,
        };
        IRenderedComponent<RerateForm> form = Render<RerateForm>(p => p.Add(f => f.From, from).Add(f => f.To, from.AddMonths(1)).Add(f => f.Preview, null));
        Assert.NotNull(form.Find("[data-apply]").GetAttribute("disabled"));

        form.Render(p => p.Add(f => f.Preview, Answer(0, "3")));
        Assert.NotNull(form.Find("[data-apply]").GetAttribute("disabled"));
        Assert.Contains("All 4 charges cost what the book says: $3.00.", form.Markup, StringComparison.Ordinal);

        form.Render(p => p.Add(f => f.Preview, Answer(2, "2")));
        Assert.Null(form.Find("[data-apply]").GetAttribute("disabled"));
        Assert.Equal(["acme", "$3.00", "$2.00", "\u2212$1.00"], form.FindAll("[aria-label='By owner'] tbody td").Select(c => c.TextContent));
    }

    [Fact]
    public void A_price_that_a_pool_states_says_where_it_is_changed()
    {
        SkuPrice price = SkuPrice.Of(new PoolPrice("gpu", Money.Of(2)).SkuOf("gpu-spot"), isHeld: true);
        IRenderedComponent<PriceDetail> detail = Render<PriceDetail>(p => p.Add(d => d.Row, new PriceRow("pool:gpu-spot:gpu", price, [price]) { OfPool = "gpu-spot" }).Add(d => d.Configuration, Configuration.Initial).Add(d => d.Now, Clock.GetUtcNow()));

        Assert.Equal("/pools/gpu-spot", detail.Find("dd a").GetAttribute("href"));
        Assert.Contains("it holds where the book has no price", detail.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void An_SKU_shows_its_history_and_what_may_not_be_changed_says_why()
    {
        SkuPrice first = SkuPrice.Of(new Sku("gpu-hour", "gpu") { UnitPrice = Money.Of(2) }, isHeld: true);
        SkuPrice next = SkuPrice.Of(first.Sku with { UnitPrice = Money.Of(3), EffectiveFrom = Instant.From(Clock.GetUtcNow().AddDays(10)) }, isHeld: true);
        IRenderedComponent<PriceDetail> detail = Render<PriceDetail>(p => p.Add(d => d.Row, new PriceRow("gpu-hour", first, [first, next])).Add(d => d.Configuration, Configuration.Initial).Add(d => d.Now, Clock.GetUtcNow()).Add(d => d.Locked, "needs the scope"));

        Assert.Equal("The price of gpu-hour over time, in 2 steps: the table below has them", detail.Find("svg[role=img]").GetAttribute("aria-label"));
        Assert.StartsWith("M0 ", detail.Find("svg[role=img] path").GetAttribute("d")!, StringComparison.Ordinal);
        Assert.All(detail.FindAll("tbody button, .df button"), b => Assert.Equal("needs the scope", b.GetAttribute("title")));
    }
}
