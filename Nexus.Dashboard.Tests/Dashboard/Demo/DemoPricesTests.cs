using System.Text.Json;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Demo;
using Nexus.Dashboard.Features.Prices;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Demo;

public sealed class DemoPricesTests
{
    private static readonly PriceBook Book = new([.. JsonSerializer.Deserialize(JsonSerializer.Serialize(DemoPrices.Book), ApiJson.Default.PricesBody)!.ToSkus().Value!.Select(s => SkuPrice.Of(s, Kind(s.Resource).Behaviour == ResourceBehaviour.Held))]);

    [Fact]
    public void All_that_the_demo_uses_has_a_price()
    {
        string[] without = [.. from arrival in DemoPlan.Arrivals(DemoWorkload.Seed).Take(2_000)
            from resource in arrival.Ask.Resources.Keys
            where Kind(resource).Behaviour is ResourceBehaviour.Held or ResourceBehaviour.Metered
            where Book.Find(new UsageFacts(resource, default) { Model = arrival.Ask.Labels.GetValueOrDefault("model"), Provider = "aurora" }, static _ => null) is null
            where resource != "gpu"
            select resource];

        Assert.Empty(without.Distinct());
        Assert.All((string[])["gpu-h100", "gpu-l40s", "gpu-spot"], pool => Assert.NotNull(Book.Find(new UsageFacts("gpu", default) { Pool = pool }, static _ => null)));
    }

    [Fact]
    public void An_H100_costs_more_than_an_L40S_and_that_more_than_spot()
    {
        Money[] prices = [.. new[] { "gpu-h100", "gpu-l40s", "gpu-spot" }.Select(pool => Book.Find(new UsageFacts("gpu", default) { Pool = pool }, static _ => null)!.Sku.UnitPrice!.Value)];

        Assert.Equal(prices.OrderDescending(), prices);
    }

    private static ResourceKind Kind(string name) => ResourceKind.All.Single(k => k.Name == name);
}
