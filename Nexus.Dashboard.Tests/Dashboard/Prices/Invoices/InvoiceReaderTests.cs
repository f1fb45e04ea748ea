using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Prices.Invoices;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Invoices;

namespace Nexus.Dashboard.Tests.Dashboard.Prices.Invoices;

public sealed class InvoiceReaderTests
{
    [Fact]
    public void OpenAIs_export_of_usage_takes_cached_tokens_out_of_the_input()
    {
        InvoiceFile file = Read("""
            start_time,end_time,start_time_iso,end_time_iso,project_id,num_model_requests,model,batch,service_tier,input_tokens,output_tokens,input_cached_tokens,input_audio_tokens
            1759622400,1759708800,2025-10-05T00:00:00+00:00,2025-10-06T00:00:00+00:00,p1,12,gpt-4o-2024-08-06,False,default,1000,50,400,0
            1759622400,1759708800,2025-10-05T00:00:00+00:00,2025-10-06T00:00:00+00:00,p2,1,gpt-4o-2024-08-06,False,default,100,5,0,7
            1759622400,1759708800,2025-10-05T00:00:00+00:00,2025-10-06T00:00:00+00:00,p1,2,gpt-4o-2024-08-06,True,default,10,20,0,0
            1759708800,1759795200,2025-10-06T00:00:00+00:00,2025-10-07T00:00:00+00:00,,,,,,,,,
            """);

        Assert.Equal(("openai-usage", "openai", 3), (file.Layout, file.Provider, file.Read));
        Assert.Equal(
            ["2025-10-05 gpt-4o-2024-08-06 input standard 700", "2025-10-05 gpt-4o-2024-08-06 cachedRead standard 400", "2025-10-05 gpt-4o-2024-08-06 output standard 55", "2025-10-05 gpt-4o-2024-08-06 input batch 10", "2025-10-05 gpt-4o-2024-08-06 output batch 20"],
            Texts(file));
        Assert.Equal((3, true), (Assert.Single(file.Unread).Line, file.Unread[0].Reason.StartsWith("input_audio_tokens is billed by a number of its own", StringComparison.Ordinal)));
    }

    [Fact]
    public void OpenAIs_export_of_costs_says_model_and_class_in_one()
    {
        InvoiceFile file = Read("""
            start_time,end_time,start_time_iso,end_time_iso,amount_value,amount_currency,line_item,project_id,organization_id
            1759622400,1759708800,2025-10-05T00:00:00+00:00,2025-10-06T00:00:00+00:00,0.8958740000000000,usd,"gpt-4o-mini-2024-07-18, cached input",p1,o
            1759622400,1759708800,2025-10-05T00:00:00+00:00,2025-10-06T00:00:00+00:00,1.5e-05,usd,"gpt-4o-mini-2024-07-18, output",p1,o
            1759708800,1759795200,2025-10-06T00:00:00+00:00,2025-10-07T00:00:00+00:00,,,,,
            1759708800,1759795200,2025-10-06T00:00:00+00:00,2025-10-07T00:00:00+00:00,0.03,usd,code interpreter sessions,p1,o
            1759708800,1759795200,2025-10-06T00:00:00+00:00,2025-10-07T00:00:00+00:00,0.40,usd,,p1,o
            """);

        Assert.Equal(["2025-10-05 gpt-4o-mini-2024-07-18 cachedRead standard $0.895874", "2025-10-05 gpt-4o-mini-2024-07-18 output standard $0.000015"], Texts(file));
        Assert.Equal([5, 6], file.Unread.Select(u => u.Line));
        Assert.Equal("USD", file.Currency);
        Assert.Equal("0.000001", file.Lines[0].Slack.ToString());
    }

    [Fact]
    public void Anthropics_exports_are_read()
    {
        Assert.Equal(
            ["2026-03-22 claude-sonnet-4-20250514 input standard 100000", "2026-03-22 claude-sonnet-4-20250514 cachedRead standard 30", "2026-03-22 claude-sonnet-4-20250514 cacheWrite standard 12", "2026-03-22 claude-sonnet-4-20250514 output standard 500"],
            Texts(Read("""
                usage_date_utc,model_version,api_key,workspace,usage_type,context_window,usage_input_tokens_no_cache,usage_input_tokens_cache_write_5m,usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,usage_output_tokens,web_search_count,inference_geo,speed
                2026-03-22,claude-sonnet-4-20250514,k,Default,standard,≤ 200k,100000,5,7,30,500,0,,
                """)));
        InvoiceFile costs = Read("""
            usage_date_utc,model,workspace,api_key,usage_type,context_window,token_type,cost_usd,list_price_usd,cost_type
            2026-08-04,Claude Haiku 4.5,Default,k,message,≤ 200k,input_no_cache,0.05,0.05,token
            2026-08-04,Claude Haiku 4.5,Default,k,batch,≤ 200k,output,0.02,0.02,token
            2026-08-04,,Default,k,message,,,0.10,0.10,web_search
            """);
        Assert.Equal(("anthropic-costs", "anthropic", "USD"), (costs.Layout, costs.Provider, costs.Currency));
        Assert.Equal(["2026-08-04 Claude Haiku 4.5 input standard $0.05", "2026-08-04 Claude Haiku 4.5 output batch $0.02"], Texts(costs));
        Assert.Equal(4, Assert.Single(costs.Unread).Line);
    }

    [Fact]
    public void Columns_of_any_name_are_read_by_a_mapping()
    {
        InvoiceFile file = InvoiceReader.Read(new InvoiceBody
        {
            Csv = "Tag,Modell,Art,Spur,Token,EUR,Preis\n2026-10-01,GPT,Eingabe,Stapel,1000000,1.16,1.25",
            Mapping = new InvoiceMapping
            {
                Day = ["Tag"], Model = ["Modell"], Class = ["Art"], Classes = new Dictionary<string, string> { ["Eingabe"] = "input" }, Lane = ["Spur"], Lanes = new Dictionary<string, string> { ["Stapel"] = "batch" },
                Quantity = ["Token"], Amount = ["EUR"], UnitPrice = ["Preis"], UnitPricePer = 1_000_000, InCurrency = "USD",
            },
            Models = new() { ["GPT"] = "gpt-4o" },
        }, "USD").Value!;

        Assert.Equal(["2026-10-01 gpt-4o input batch 1000000 $1.16"], Texts(file));
        Assert.Equal("0.00000125", file.Lines[0].UnitPrice.ToString());
    }

    [Theory]
    [InlineData("31.10.2026,m,input,1,1", "is no day")]
    [InlineData("2026-10-31,,input,1,1", "names no model")]
    [InlineData("2026-10-31,m,,1,1", "does not say what")]
    [InlineData("2026-10-31,m,tea,1,1", "is no class")]
    [InlineData("2026-10-31,m,input,-1,1", "is no number of tokens")]
    [InlineData("2026-10-31,m,input,1 000,1", "is no number of tokens")]
    [InlineData("2026-10-31,m,input,1,$1", "is no amount")]
    [InlineData("2026-10-31,m,input,,", "neither a quantity nor an amount")]
    public void What_cannot_be_read_is_named_by_its_line(string line, string reason)
    {
        InvoiceFile file = Read($"day,model,class,quantity,amount\n2026-10-31,m,input,1,1\n{line}");

        Assert.Equal((3, 1), (Assert.Single(file.Unread).Line, file.UnreadLines));
        Assert.Contains(reason, file.Unread[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_in_several_currencies_is_sent_apart() =>
        Assert.Contains("several currencies", InvoiceReader.Read(new InvoiceBody { Csv = "day,model,class,amount,currency\n2026-10-31,m,input,1,EUR\n2026-10-31,m,input,1,USD" }, "USD").Problem!.Detail, StringComparison.Ordinal);

    [Theory]
    [InlineData("2.31", "1.08", "2.4948")]
    [InlineData("-2.31", "1.08", "-2.4948")]
    [InlineData("0.000000000001", "0.5", "0")]
    [InlineData("0.000000000003", "0.5", "0.000000000002")]
    public void A_rate_rounds_half_to_even(string amount, string rate, string converted) => Assert.Equal(converted, ExchangeRate.Apply(Money.Parse(amount), Money.Parse(rate)).ToString());

    [Theory]
    [InlineData("gpt-4o", "gpt-4o")]
    [InlineData("gpt-4o-2024-08-06", "gpt-4o")]
    [InlineData("Claude Haiku 4.5", "claude-haiku-4-5-20251001")]
    [InlineData("claude-sonnet-4-20250514", "claude-sonnet-4-20250514")]
    [InlineData("o9", "o9")]
    public void A_version_is_the_model_that_the_ledger_knows(string billed, string known) =>
        Assert.Equal(known, new ModelNames(new HashSet<string>(["gpt-4o", "claude-haiku-4-5-20251001", "claude-sonnet-4-20250514", "claude-sonnet-4"], StringComparer.Ordinal)).Of(billed));

    [Fact]
    public void What_is_kept_is_read_back()
    {
        InvoiceFile file = Read("day,model,class,lane,quantity,amount,unitPrice\n2026-10-01,m,output,batch,1000,0.01,0.00001\n2026-10-01,m,output,,,0.02,");

        Assert.Equal(file.Lines, InvoiceLineText.Read(InvoiceLineText.Write(file.Lines)));
    }

    private static InvoiceFile Read(string csv)
    {
        Result<InvoiceFile> read = InvoiceReader.Read(new InvoiceBody { Csv = csv }, "USD");
        Assert.Null(read.Problem?.Detail);
        return read.Value!;
    }

    private static IEnumerable<string> Texts(InvoiceFile file) => file.Lines.Select(l =>
        $"{l.Key.Day.ToDateTimeOffset():yyyy-MM-dd} {l.Key.Model} {TokenClasses.NameOf(l.Key.Class)} {l.Key.Lane}{(l.Quantity is { } quantity ? $" {quantity}" : "")}{(l.Amount is { } amount ? $" ${amount}" : "")}");
}
