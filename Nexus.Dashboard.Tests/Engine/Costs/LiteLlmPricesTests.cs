using System.Text;
using System.Text.Json;
using Nexus.Engine.Costs;

namespace Nexus.Dashboard.Tests.Engine.Costs;

public sealed class LiteLlmPricesTests
{
    [Fact]
    public void Each_price_of_a_model_becomes_an_sku_of_its_kind_lane_and_prompt_size()
    {
        (IReadOnlyList<Sku> skus, IReadOnlyList<SkippedPrice> skipped) = Read("""
            {"m-1": {"litellm_provider": "p", "mode": "chat", "max_tokens": 8192, "input_cost_per_token": 2.5e-06, "output_cost_per_token": 1e-05, "cache_read_input_token_cost": 1.25e-06,
              "cache_creation_input_token_cost": 3.75e-06, "output_cost_per_reasoning_token": 2e-05, "input_cost_per_token_batches": 1.25e-06, "input_cost_per_token_above_200k_tokens": 6e-06,
              "output_cost_per_token_above_128k_tokens_batches": 0.00001}}
            """);

        Assert.Empty(skipped);
        Assert.Equal(
            [
                new Sku("p/m-1/tokens.input", "tokens.input") { Provider = "p", Model = "m-1", UnitPrice = Money.Parse("0.0000025") },
                new Sku("p/m-1/tokens.output", "tokens.output") { Provider = "p", Model = "m-1", UnitPrice = Money.Parse("0.00001") },
                new Sku("p/m-1/tokens.input.cached", "tokens.input.cached") { Provider = "p", Model = "m-1", UnitPrice = Money.Parse("0.00000125") },
                new Sku("p/m-1/tokens.input.cacheWrite", "tokens.input.cacheWrite") { Provider = "p", Model = "m-1", UnitPrice = Money.Parse("0.00000375") },
                new Sku("p/m-1/tokens.output.reasoning", "tokens.output.reasoning") { Provider = "p", Model = "m-1", UnitPrice = Money.Parse("0.00002") },
                new Sku("p/m-1/tokens.input:batch", "tokens.input") { Provider = "p", Model = "m-1", Lane = "batch", UnitPrice = Money.Parse("0.00000125") },
                new Sku("p/m-1/tokens.input>200000", "tokens.input") { Provider = "p", Model = "m-1", AbovePromptTokens = 200_000, UnitPrice = Money.Parse("0.000006") },
                new Sku("p/m-1/tokens.output:batch>128000", "tokens.output") { Provider = "p", Model = "m-1", Lane = "batch", AbovePromptTokens = 128_000, UnitPrice = Money.Parse("0.00001") },
            ],
            skus);
    }

    [Fact]
    public void An_embedding_model_is_priced_by_what_it_embeds() => Assert.Equal(
        ["p/e/tokens.embedding"],
        Read("""{"e": {"litellm_provider": "p", "mode": "embedding", "input_cost_per_token": 2e-08, "output_cost_per_token": 0.0}}""").Skus.Select(s => s.Name));

    [Fact]
    public void What_cannot_be_priced_is_named()
    {
        (IReadOnlyList<Sku> skus, IReadOnlyList<SkippedPrice> skipped) = Read("""
            {"image": {"litellm_provider": "p", "output_cost_per_image": 0.04}, "free": {"mode": "chat"}, "fine": {"input_cost_per_token": 1e-13}, "text": {"input_cost_per_token": "much"},
             "odd": {"input_cost_per_token_above_some_tokens": 1e-6}, "list": [1]}
            """);

        Assert.Empty(skus);
        Assert.Equal(
            [
                ("image: output_cost_per_image", "it is not a price for tokens of a kind that is known"),
                ("free", "it has no price"),
                ("fine: input_cost_per_token", "it must have at most 12 decimals"),
                ("text: input_cost_per_token", "it is not a number"),
                ("odd: input_cost_per_token_above_some_tokens", "it is not a price for tokens of a kind that is known"),
                ("list", "it has no price"),
            ],
            skipped.Select(s => (s.Name, s.Reason)));
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("{")]
    public void What_is_no_table_is_refused(string text) => Assert.ThrowsAny<JsonException>(() => Read(text));

    private static (IReadOnlyList<Sku> Skus, IReadOnlyList<SkippedPrice> Skipped) Read(string text) => LiteLlmPrices.Read(Encoding.UTF8.GetBytes(text));
}
