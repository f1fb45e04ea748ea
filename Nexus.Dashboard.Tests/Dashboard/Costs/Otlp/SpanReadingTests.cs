using System.Globalization;
using Nexus.Dashboard.Features.Costs;
using Nexus.Dashboard.Features.Costs.Otlp;
using Nexus.Engine.Costs;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Costs.Otlp;

/// <summary>What a span used, by the mapping that comes with the program.</summary>
public sealed class SpanReadingTests
{
    private static readonly DateTimeOffset Time = DateTimeOffset.Parse("2026-11-24T14:32:19Z", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens")]
    [InlineData("gen_ai.usage.prompt_tokens", "gen_ai.usage.completion_tokens")]
    [InlineData("llm.usage.prompt_tokens", "llm.usage.completion_tokens")]
    [InlineData("llm.token_count.prompt", "llm.token_count.completion")]
    public void Tokens_are_found_by_today_s_names_and_by_older_ones(string input, string output) =>
        Assert.Equal([("tokens.input", 1200), ("tokens.output", 80)], Used(Span((input, 1200), (output, 80))));

    [Fact]
    public void Where_a_span_bears_both_today_s_name_counts_alone() =>
        Assert.Equal([("tokens.input", 10)], Used(Span(("gen_ai.usage.prompt_tokens", 99), ("gen_ai.usage.input_tokens", 10))));

    [Theory]
    [InlineData("gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_creation.input_tokens", "gen_ai.usage.reasoning.output_tokens")]
    [InlineData("gen_ai.usage.cache_read_input_tokens", "gen_ai.usage.cache_creation_input_tokens", "gen_ai.usage.reasoning_tokens")]
    [InlineData("gen_ai.usage.details.cache_read_tokens", "gen_ai.usage.details.cache_write_tokens", "gen_ai.usage.details.reasoning_tokens")]
    public void A_whole_includes_its_parts_and_the_rest_is_sent_under_it(string read, string write, string reasoning)
    {
        OtlpSpan span = Span(("gen_ai.usage.input_tokens", 1000), (read, 600), (write, 100), ("gen_ai.usage.output_tokens", 50), (reasoning, 20));

        Assert.Equal([("tokens.input", 300), ("tokens.input.cached", 600), ("tokens.input.cacheWrite", 100), ("tokens.output", 30), ("tokens.output.reasoning", 20)], Used(span));
        Assert.All(Read(span), r => Assert.Equal(1000, r.PromptTokens));
    }

    [Fact]
    public void Where_the_parts_are_more_than_the_whole_it_was_counted_without_them()
    {
        OtlpSpan span = Span(("gen_ai.usage.input_tokens", 40), ("gen_ai.usage.cache_read.input_tokens", 900));

        Assert.Equal([("tokens.input", 40), ("tokens.input.cached", 900)], Used(span));
        Assert.All(Read(span), r => Assert.Equal(940, r.PromptTokens));
    }

    [Theory]
    [InlineData("embeddings")]
    [InlineData("embedding")]
    public void An_embedding_uses_tokens_of_its_own_kind(string operation) =>
        Assert.Equal([("tokens.embedding", 70)], Used(Span(("gen_ai.operation.name", operation), ("gen_ai.usage.input_tokens", 70))));

    [Theory]
    [InlineData("invoke_agent")]
    [InlineData("create_agent")]
    [InlineData("execute_tool")]
    public void Agents_and_tools_repeat_what_the_calls_below_them_used_and_are_ignored(string operation) =>
        Assert.Empty(Used(Span(("gen_ai.operation.name", operation), ("gen_ai.usage.input_tokens", 70))));

    [Fact]
    public void A_span_that_used_nothing_is_none_of_ours_whatever_else_it_says()
    {
        Assert.Empty(Used(Span(("http.request.method", "GET"))));
        Assert.Empty(Used(Span(("gen_ai.operation.name", "chat"), ("gen_ai.usage.input_tokens", 0))));
        Assert.Empty(Used(new OtlpSpan("", "", 0, 0, new Dictionary<string, OtlpValue>(), new Dictionary<string, OtlpValue>())));
    }

    [Fact]
    public void Each_record_has_an_id_by_trace_span_and_kind_so_that_it_counts_once() =>
        Assert.Equal(["otlp:5b8efff798038103d269b633813fc60c:eee19b7ec3c1b174:tokens.input", "otlp:5b8efff798038103d269b633813fc60c:eee19b7ec3c1b174:tokens.output"], Read(Span(("gen_ai.usage.input_tokens", 1), ("gen_ai.usage.output_tokens", 1))).Select(r => r.Id));

    [Fact]
    public void It_belongs_to_when_the_call_was_made()
    {
        Assert.Equal(Time, Read(Span(("gen_ai.usage.input_tokens", 1)))[0].Time);
        Assert.Equal(Time.AddSeconds(2), Read(Span(("gen_ai.usage.input_tokens", 1)) with { Start = 0 })[0].Time);
    }

    [Fact]
    public void The_resource_names_the_owner_and_without_one_it_is_the_key_s_path()
    {
        OtlpSpan named = Span(("gen_ai.usage.input_tokens", 1), ("nexus.owner", "from/the/span"));

        Assert.Equal("acme", Read(named, "acme")[0].Owner);
        Assert.Equal("acme/bob", Read(named with { Resource = Values(("nexus.owner", "acme/bob")) }, "acme")[0].Owner);
        Assert.StartsWith("nexus.owner: ", Fault(named, ""), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5b8efff798038103d269b633813fc60c", "0000000000000000", "spanId")]
    [InlineData("00000000000000000000000000000000", "eee19b7ec3c1b174", "traceId")]
    [InlineData("5b8e", "eee19b7ec3c1b174", "traceId")]
    [InlineData("5b8efff798038103d269b633813fc60c", "", "spanId")]
    public void Without_ids_it_could_count_twice_and_is_refused(string trace, string span, string field) =>
        Assert.StartsWith($"{field}: ", Fault(Span(("gen_ai.usage.input_tokens", 1)) with { TraceId = trace, SpanId = span }), StringComparison.Ordinal);

    [Fact]
    public void What_is_no_number_of_tokens_is_refused_by_its_name()
    {
        Assert.StartsWith("gen_ai.usage.input_tokens: ", Fault(Span(("gen_ai.usage.input_tokens", "many"))), StringComparison.Ordinal);
        Assert.StartsWith("gen_ai.usage.input_tokens: ", Fault(Span(("gen_ai.usage.input_tokens", -1))), StringComparison.Ordinal);
        Assert.StartsWith("gen_ai.usage.output_tokens: ", Fault(Span(("gen_ai.usage.output_tokens", 1.5))), StringComparison.Ordinal);
        Assert.StartsWith("startTimeUnixNano: ", Fault(Span(("gen_ai.usage.input_tokens", 1)) with { Start = 0, End = 0 }), StringComparison.Ordinal);
        Assert.Equal([("tokens.input", 5)], Used(Span(("gen_ai.usage.input_tokens", 5.0))));
    }

    [Fact]
    public void Of_the_names_of_model_and_provider_those_count_that_have_a_price()
    {
        OtlpSpan span = Span(("gen_ai.usage.input_tokens", 1), ("gen_ai.response.model", "nova-2026-02-01"), ("gen_ai.request.model", "nova"), ("gen_ai.provider.name", "aws.bedrock"));

        Assert.Equal(("nova-2026-02-01", "bedrock_converse"), Served(span));
        Assert.Equal(("nova", "bedrock"), Served(span, ("nova", "bedrock")));
        Assert.Equal(("nova-2026-02-01", "bedrock"), Served(span, ("nova", "bedrock"), ("nova-2026-02-01", "bedrock")));
        Assert.Equal(("m", "somebody"), Served(Span(("gen_ai.usage.input_tokens", 1), ("gen_ai.request.model", "m"), ("gen_ai.system", "somebody"))));
        Assert.Equal((null, null), Served(Span(("gen_ai.usage.input_tokens", 1))));
    }

    [Fact]
    public void Agent_conversation_run_and_what_is_called_a_label_become_labels()
    {
        OtlpSpan span = Span(("gen_ai.usage.input_tokens", 1), ("gen_ai.agent.name", "planner"), ("gen_ai.conversation.id", "c-7"), ("nexus.run", "r-9"), ("nexus.label.team", "blue"), ("gen_ai.input.messages", "secret"))
            with { Resource = Values(("service.name", "triage"), ("deployment.environment.name", "test"), ("nexus.label.team", "red"), ("nexus.label.costCentre", 4711)) };

        Assert.Equal(
            [("agent", "planner"), ("conversation", "c-7"), ("costCentre", "4711"), ("environment", "test"), ("run", "r-9"), ("service", "triage"), ("team", "blue")],
            Read(span)[0].Labels!.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => (l.Key, l.Value)));
    }

    [Fact]
    public void Lease_pool_and_lane_are_passed_on()
    {
        UsageBody record = Read(Span(("gen_ai.usage.input_tokens", 1), ("nexus.lease", "lease-4"), ("nexus.lane", "batch")) with { Resource = Values(("nexus.pool", "gpt")) })[0];

        Assert.Equal(("lease-4", "batch", "gpt"), (record.LeaseId, record.Lane, record.Pool));
    }

    [Fact]
    public void Nothing_but_what_means_something_is_ever_looked_at()
    {
        Assert.True(SpanMapping.Default.Reads("gen_ai.usage.input_tokens"));
        Assert.True(SpanMapping.Default.Reads("nexus.label.team"));
        Assert.False(SpanMapping.Default.Reads("nexus.label."));
        Assert.False(SpanMapping.Default.Reads("gen_ai.input.messages"));
    }

    [Fact]
    public void Every_attribute_that_is_read_stands_in_the_reference()
    {
        string reference = Repository.Read("docs/reference/opentelemetry.md");
        SpanMapping mapping = SpanMapping.Default;
        IEnumerable<string> names = mapping.Uses.Values.SelectMany(u => u).SelectMany(u => u.Attributes.Concat((u.Parts ?? []).SelectMany(p => p.Attributes)))
            .Concat(mapping.Labels.Values.SelectMany(a => a)).Concat([.. mapping.Owner, .. mapping.Lease, .. mapping.Pool, .. mapping.Lane, .. mapping.Model, .. mapping.Provider, .. mapping.Operation])
            .Concat(mapping.Operations.Keys.Where(o => o.Length > 0)).Concat(mapping.Providers.Keys);

        Assert.DoesNotContain(names, n => !reference.Contains($"`{n}`", StringComparison.Ordinal));
    }

    private static OtlpSpan Span(params (string Key, object Value)[] attributes)
    {
        ulong start = (ulong)(Time - DateTimeOffset.UnixEpoch).Ticks * 100;
        return new OtlpSpan("5b8efff798038103d269b633813fc60c", "eee19b7ec3c1b174", start, start + 2_000_000_000, Values(attributes), Values());
    }

    private static Dictionary<string, OtlpValue> Values(params (string Key, object Value)[] attributes) => attributes.ToDictionary(a => a.Key, a => a.Value switch
    {
        int whole => OtlpValue.Of((long)whole),
        double number => OtlpValue.Of(number),
        _ => new OtlpValue((string)a.Value),
    });

    private static IReadOnlyList<UsageBody> Read(OtlpSpan span, string path = "acme")
    {
        IReadOnlyList<UsageBody> records = new SpanReading(SpanMapping.Default, PriceBook.Empty, OwnerPath.Parse(path)).Read(span, out string? fault);
        Assert.Null(fault);
        return records;
    }

    private static string? Fault(OtlpSpan span, string path = "acme")
    {
        Assert.Empty(new SpanReading(SpanMapping.Default, PriceBook.Empty, OwnerPath.Parse(path)).Read(span, out string? fault));
        return fault;
    }

    private static IEnumerable<(string, int)> Used(OtlpSpan span) => Read(span).Select(r => (r.Resource, (int)r.Quantity.Value));

    private static (string?, string?) Served(OtlpSpan span, params (string Model, string Provider)[] priced)
    {
        PriceBook prices = new([.. priced.Select(p => SkuPrice.Of(new Sku($"{p.Provider}/{p.Model}", "tokens.input") { Model = p.Model, Provider = p.Provider, UnitPrice = Money.Parse("0.001") }, isHeld: false))]);
        UsageBody record = new SpanReading(SpanMapping.Default, prices, OwnerPath.Parse("acme")).Read(span, out _)[0];
        return (record.Model, record.Provider);
    }
}
