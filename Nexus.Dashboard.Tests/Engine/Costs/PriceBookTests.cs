using Nexus.Engine.Costs;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Engine.Costs;

public sealed class PriceBookTests
{
    private static readonly Instant Noon = Instant.From(new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public void The_most_specific_price_wins()
    {
        Sku[] inOrder =
        [
            Sku("kind"),
            Sku("provider") with { Provider = "azure" },
            Sku("model") with { Model = "gpt-4o" },
            Sku("both") with { Provider = "azure", Model = "gpt-4o" },
            Sku("pool") with { Pool = "west" },
        ];
        UsageFacts facts = Facts with { Pool = "west", Provider = "azure", Model = "gpt-4o" };

        for (int i = 0; i < inOrder.Length; i++)
        {
            Assert.Equal(inOrder[i].Name, Found(facts, [.. inOrder[..(i + 1)]]));
            Assert.Equal(inOrder[i].Name, Found(facts, [.. inOrder[..(i + 1)].Reverse()]));
        }
    }

    [Fact]
    public void Then_the_lane_then_the_largest_prompt_that_is_passed_then_the_latest()
    {
        Sku[] skus =
        [
            Sku("plain"),
            Sku("large") with { AbovePromptTokens = 1_000 },
            Sku("larger") with { AbovePromptTokens = 2_000 },
            Sku("batch") with { Lane = "batch" },
            Sku("standard") with { Lane = "standard", AbovePromptTokens = 5_000 },
            Sku("newer") with { AbovePromptTokens = 2_000, EffectiveFrom = Noon },
        ];

        Assert.Equal("plain", Found(Facts with { PromptTokens = 1_000 }, skus));
        Assert.Equal("large", Found(Facts with { PromptTokens = 2_000 }, skus));
        Assert.Equal("newer", Found(Facts with { PromptTokens = 2_001 }, skus));
        Assert.Equal("larger", Found(Facts with { PromptTokens = 2_001, At = Noon - TimeSpan.FromMilliseconds(1) }, skus));
        Assert.Equal("batch", Found(Facts with { PromptTokens = 9_000, Lane = "batch" }, skus));
        Assert.Equal("standard", Found(Facts with { PromptTokens = 9_000 }, skus));
    }

    [Fact]
    public void A_price_applies_only_where_everything_that_it_names_is_stated()
    {
        Assert.Null(Found(Facts, Sku("s") with { Pool = "west" }));
        Assert.Null(Found(Facts with { Pool = "east" }, Sku("s") with { Pool = "west" }));
        Assert.Null(Found(Facts, Sku("s") with { Provider = "azure" }));
        Assert.Null(Found(Facts with { Provider = "azure" }, Sku("s") with { Model = "gpt-4o" }));
        Assert.Null(Found(Facts, Sku("s") with { AbovePromptTokens = 0 }));
        Assert.Null(Found(Facts, Sku("s") with { Resource = "tokens.output" }));
    }

    [Fact]
    public void A_model_without_a_provider_has_the_price_of_its_only_provider()
    {
        UsageFacts facts = Facts with { Model = "gpt-4o" };
        Sku openai = Sku("openai") with { Provider = "openai", Model = "gpt-4o" };
        Sku azure = Sku("azure") with { Provider = "azure", Model = "gpt-4o" };

        Assert.Equal("openai", Found(facts, openai, Sku("kind")));
        Assert.Equal("openai", Found(facts, openai, openai with { Name = "batch", Lane = "batch" }));
        Assert.Null(Found(facts, openai, azure, Sku("kind")));
        Assert.Null(Found(facts, openai, azure with { Lane = "batch" }));
        Assert.Equal("azure", Found(facts with { Provider = "azure" }, openai, azure));
        Assert.Equal("pool", Found(facts with { Pool = "west" }, openai, azure, Sku("pool") with { Pool = "west" }));
    }

    [Fact]
    public void Each_price_of_a_name_holds_until_the_next_and_one_without_a_time_before_the_first()
    {
        Sku[] dated = [Sku("s") with { UnitPrice = Money.Of(3), EffectiveFrom = Noon + TimeSpan.FromHours(1) }, Sku("s") with { UnitPrice = Money.Of(2), EffectiveFrom = Noon }, Sku("s") with { UnitPrice = Money.Of(1) }];

        Assert.Equal(1, At(new Instant(0)));
        Assert.Equal(1, At(Noon - TimeSpan.FromMilliseconds(1)));
        Assert.Equal(2, At(Noon));
        Assert.Equal(3, At(Noon + TimeSpan.FromDays(1_000)));
        Assert.Null(Found(Facts with { At = Noon - TimeSpan.FromMilliseconds(1) }, dated[..2]));

        long At(Instant at) => (long)(Book(dated).Find(Facts with { At = at }, _ => null)!.Sku.UnitPrice!.Value.Picos / 1_000_000_000_000);
    }

    [Fact]
    public void A_part_has_its_own_price_and_else_that_of_its_whole()
    {
        PriceBook book = Book(Sku("output") with { Resource = "tokens.output", Model = "gpt-4o" }, Sku("cached") with { Resource = "tokens.input.cached" }, Sku("input") with { Model = "gpt-4o" });
        UsageFacts facts = Facts with { Model = "gpt-4o" };

        Assert.Equal("output", book.Find(facts with { Resource = "tokens.output.reasoning" }, WholeOf)!.Sku.Name);
        Assert.Equal("cached", book.Find(facts with { Resource = "tokens.input.cached" }, WholeOf)!.Sku.Name);

        static string? WholeOf(string kind) => kind switch { "tokens.output.reasoning" => "tokens.output", "tokens.input.cached" => "tokens.input", _ => null };
    }

    [Fact]
    public void Usage_that_names_its_sku_has_that_price()
    {
        Sku[] skus = [Sku("plain"), Sku("named") with { Model = "gpt-4o", EffectiveFrom = Noon }];

        Assert.Equal("named", Found(Facts with { Sku = "named" }, skus));
        Assert.Null(Found(Facts with { Sku = "named", At = Noon - TimeSpan.FromMilliseconds(1) }, skus));
        Assert.Null(Found(Facts with { Sku = "absent" }, skus));
    }

    private static UsageFacts Facts => new("tokens.input", Noon);

    private static Sku Sku(string name) => new(name, "tokens.input") { UnitPrice = Money.Of(1) };

    private static string? Found(UsageFacts facts, params Sku[] skus) => Book(skus).Find(facts, _ => null)?.Sku.Name;

    private static PriceBook Book(params Sku[] skus) => new([.. skus.Select(s => SkuPrice.TryCreate(s, isHeld: false, out SkuPrice? price, out _, out string? reason) ? price : throw new InvalidOperationException(reason))]);
}
