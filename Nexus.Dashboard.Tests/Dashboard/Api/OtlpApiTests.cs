using System.Diagnostics;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Tests.Dashboard.Costs.Otlp;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Nexus.Dashboard.Tests.Dashboard.Api;

/// <summary>Spans of instrumented agents become use, through the real program; each test keeps to a tenant and a model of its own.</summary>
public sealed class OtlpApiTests(ApiServer server)
{
    private const string Traces = "/v1/traces";
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    private static readonly string Span = $"from={Now.AddDays(-1):yyyy-MM-dd'T'HH:00:00'Z'}&to={Now.AddDays(1):yyyy-MM-dd'T'HH:00:00'Z'}";

    [Fact]
    public async Task A_span_becomes_priced_use_once_however_often_it_is_sent()
    {
        (string tenant, string model) = await SceneAsync();
        ExportedSpan span = Chat(tenant, model, 2000, 1000);

        for (int i = 0; i < 2; i++)
        {
            Assert.Equal("{}", (await server.Admin.PostAsync(Traces, ExportedSpan.Json(span))).Is(200).Text);
        }

        ApiAnswer costs = (await server.Admin.GetAsync($"/api/v1/costs?{Span}&filter=tenant:{tenant}&groupBy=user,agent,model,provider")).Is(200);
        Assert.Equal(("0.015", "2", "0"), (costs["total.amount"], costs["lines"], costs["unpriced"]));
        Assert.Equal(("eve", "bot", model, "maker"), (costs["groups.0.key.user"], costs["groups.0.key.agent"], costs["groups.0.key.model"], costs["groups.0.key.provider"]));
    }

    [Fact]
    public async Task Protobuf_and_JSON_say_the_same()
    {
        (string tenant, string model) = await SceneAsync();
        ExportedSpan one = Chat(tenant, model, 2000, 1000);
        ExportedSpan two = ExportedSpan.New(Now, [.. one.Attributes, ("gen_ai.usage.cache_read.input_tokens", 500), ("nexus.label.flag", true), ("nexus.label.share", 0.5)]) with { Resource = one.Resource };

        (int status, string? type, byte[] answer) = await ProtobufAsync(ExportedSpan.Protobuf(one));
        Assert.Equal((200, "application/x-protobuf", 0), (status, type, answer.Length));
        await server.Admin.PostAsync(Traces, ExportedSpan.Json(two));
        string[] before = await LinesAsync(tenant);
        await server.Admin.PostAsync(Traces, ExportedSpan.Json(one, two));
        await ProtobufAsync(ExportedSpan.Protobuf(one, two));

        Assert.Equal(before, await LinesAsync(tenant));
        Assert.Equal(5, before.Length);

        // The other way about, for a tenant of their own.
        (string other, string otherModel) = await SceneAsync();
        foreach (ExportedSpan span in (ExportedSpan[])[one, two])
        {
            ExportedSpan theirs = span with { Resource = [span.Resource[0], ("nexus.owner", $"{other}/eve/otel/bot")], Attributes = [.. span.Attributes.Select(a => a.Value is string text && text == model ? (a.Key, otherModel) : a)] };
            await (span == one ? server.Admin.PostAsync(Traces, ExportedSpan.Json(theirs)) : (Task)ProtobufAsync(ExportedSpan.Protobuf(theirs)));
        }

        Assert.Equal(before.Select(l => l.Replace(tenant, other, StringComparison.Ordinal).Replace(model, otherModel, StringComparison.Ordinal)), await LinesAsync(other));
    }

    [Fact]
    public async Task The_exporter_of_OpenTelemetry_is_understood()
    {
        (string tenant, string model) = await SceneAsync();
        string key = (await server.ClientAsync(tenant, Scope.Usage)).Key!;
        using ActivitySource agent = new($"agent-{tenant}");
        using (TracerProvider traces = Sdk.CreateTracerProviderBuilder().AddSource(agent.Name).SetSampler(new AlwaysOnSampler())
            .SetResourceBuilder(ResourceBuilder.CreateEmpty().AddAttributes([new("nexus.owner", $"{tenant}/exported"), new("service.name", "agent")]))
            .AddOtlpExporter(otlp =>
            {
                otlp.Endpoint = new Uri(server.Url, Traces);
                otlp.Protocol = OtlpExportProtocol.HttpProtobuf;
                otlp.Headers = $"Authorization=Bearer {key}";
                otlp.ExportProcessorType = ExportProcessorType.Simple;
            }).Build())
        {
            using (Activity call = agent.StartActivity("chat", ActivityKind.Client)!)
            {
                call.SetTag("gen_ai.operation.name", "chat").SetTag("gen_ai.request.model", model).SetTag("gen_ai.usage.input_tokens", 2000).SetTag("gen_ai.usage.output_tokens", 1000L)
                    .SetTag("gen_ai.response.finish_reasons", new[] { "stop" });
            }

            Assert.True(traces.ForceFlush());
        }

        ApiAnswer costs = (await server.Admin.GetAsync($"/api/v1/costs?{Span}&filter=tenant:{tenant}&groupBy=user")).Is(200);
        Assert.Equal(("0.015", "exported"), (costs["total.amount"], costs["groups.0.key.user"]));
    }

    [Fact]
    public async Task A_body_may_be_compressed()
    {
        (string tenant, string model) = await SceneAsync();
        ExportedSpan span = Chat(tenant, model, 2000, 1000);

        await ProtobufAsync(Compressed(ExportedSpan.Protobuf(span)), encoding: "gzip");
        (int status, _, _) = await SendAsync("application/json", Compressed(Encoding.UTF8.GetBytes(ExportedSpan.Json(Chat(tenant, model, 1000, 0)))), "gzip");

        Assert.Equal((200, "0.0175"), (status, (await server.Admin.GetAsync($"/api/v1/costs?{Span}&filter=tenant:{tenant}"))["total.amount"]));
        Assert.Equal(400, (await SendAsync("application/json", "{}"u8.ToArray(), "gzip")).Status);
        Assert.Equal(415, (await SendAsync("application/json", "{}"u8.ToArray(), "br")).Status);
    }

    [Fact]
    public async Task Spans_of_no_kind_that_is_counted_are_ignored_and_counted()
    {
        string tenant = server.Fresh("tenant");
        ExportedSpan[] unknown = [ExportedSpan.New(Now, ("http.request.method", "GET")), ExportedSpan.New(Now, ("gen_ai.operation.name", "execute_tool"), ("gen_ai.usage.input_tokens", 5))];
        using SpanCounts counts = new(server.Services);

        (await server.Admin.PostAsync(Traces, ExportedSpan.Json([.. unknown.Select(u => u with { Resource = [("nexus.owner", tenant)] })]))).Is(200);

        Assert.Equal(2, counts["ignored"]);
        Assert.Equal("0", (await server.Admin.GetAsync($"/api/v1/costs?{Span}&filter=tenant:{tenant}"))["lines"]);
    }

    [Fact]
    public async Task What_became_of_spans_is_counted()
    {
        (string tenant, string model) = await SceneAsync();
        string json = ExportedSpan.Json(Chat(tenant, model, 1, 1), Chat(tenant, model, 1, 1), Chat(tenant, model, 1, 1) with { Time = Now.AddDays(-500) });
        using SpanCounts counts = new(server.Services);

        await server.Admin.PostAsync(Traces, json);
        Assert.Equal((2, 0, 1), (counts["recorded"], counts["duplicate"], counts["rejected"]));
        await server.Admin.PostAsync(Traces, json);
        Assert.Equal((2, 2, 2), (counts["recorded"], counts["duplicate"], counts["rejected"]));
    }

    [Fact]
    public async Task Owners_outside_the_key_s_path_are_rejected_and_without_one_it_is_the_path_s()
    {
        (string tenant, string model) = await SceneAsync();
        string other = server.Fresh("other");
        ApiClient key = await server.ClientAsync($"{tenant}/ada", Scope.Usage);
        ExportedSpan mine = Chat(tenant, model, 2000, 1000);

        ApiAnswer answer = (await key.PostAsync(Traces, ExportedSpan.Json(mine with { Resource = [] }, Chat(other, model, 1, 1), Chat(tenant, model, 1, 1)))).Is(200);

        Assert.Equal("2", answer["partialSuccess.rejectedSpans"]);
        Assert.Contains($"owner: '{other}/eve/otel/bot' lies outside '{tenant}/ada'", answer["partialSuccess.errorMessage"], StringComparison.Ordinal);
        ApiAnswer costs = await server.Admin.GetAsync($"/api/v1/costs?{Span}&filter=tenant:{tenant}&groupBy=owner");
        Assert.Equal(("0.015", $"{tenant}/ada"), (costs["total.amount"], costs["groups.0.key.owner"]));
        Assert.Equal("1", (await server.Admin.PostAsync(Traces, ExportedSpan.Json(mine with { Resource = [] })))["partialSuccess.rejectedSpans"]);
    }

    [Fact]
    public async Task What_cannot_be_taken_is_said_by_name_and_the_rest_is_taken()
    {
        (string tenant, string model) = await SceneAsync();
        ExportedSpan old = Chat(tenant, model, 1, 0) with { Time = Now.AddDays(-401) };
        ExportedSpan ahead = Chat(tenant, model, 1, 0) with { Time = Now.AddMinutes(30) };
        ExportedSpan none = Chat(tenant, model, 1, 0) with { SpanId = "0000000000000000" };

        (int status, _, byte[] answer) = await ProtobufAsync(ExportedSpan.Protobuf(old, Chat(tenant, model, 1000, 0), ahead, none));

        string text = Encoding.UTF8.GetString(answer);
        Assert.Equal((200, (byte)0x0A, (byte)3), (status, answer[0], answer.AsSpan(answer.AsSpan().IndexOf((byte)0x08))[1]));
        Assert.Contains($"span {old.TraceId}/{old.SpanId}: time: is more than 400 days ago", text, StringComparison.Ordinal);
        Assert.Contains("time: lies more than 5 minutes ahead", text, StringComparison.Ordinal);
        Assert.Contains("spanId: must be 8 bytes", text, StringComparison.Ordinal);
        Assert.Equal("0.0025", (await server.Admin.GetAsync($"/api/v1/costs?{Span}&filter=tenant:{tenant}"))["total.amount"]);
    }

    [Theory]
    [InlineData("{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"traceId\":7}]}]}]}", "$.resourceSpans[0].scopeSpans[0].spans[0].traceId")]
    [InlineData("{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"startTimeUnixNano\":\"soon\"}]}]}]}", "$.resourceSpans[0].scopeSpans[0].spans[0].startTimeUnixNano")]
    [InlineData("{\"resourceSpans\":[{\"resource\":{\"attributes\":[{},{\"key\":\"nexus.owner\",\"value\":{\"stringValue\":7}}]}}]}", "$.resourceSpans[0].resource.attributes[1].value.stringValue")]
    [InlineData("{\"resourceSpans\":{}}", "$.resourceSpans")]
    [InlineData("[]", "$")]
    [InlineData("{\"resourceSpans\":[}", "(line 1, byte 19)")]
    [InlineData("", "(line 1, byte 1)")]
    public async Task JSON_that_cannot_be_read_is_refused_by_its_place(string json, string place)
    {
        ApiAnswer answer = (await server.Admin.PostAsync(Traces, json)).Is(400);

        Assert.Equal(("application/json", "3"), (answer.MediaType, answer["code"]));
        Assert.Contains(place, answer["message"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0A05", "byte 2, in ExportTraceServiceRequest field 1")]
    [InlineData("0A0612041202FFFF", "byte 8, in Span")]
    [InlineData("0A021200FFFFFFFFFFFFFFFFFFFF7F", "a number is longer than ten bytes")]
    [InlineData("0A0612041202390A", "byte 7, in Span field 7")]
    [InlineData("0A06120412020801", "byte 7, in Span field 1: must be bytes, not of wire type 0")]
    [InlineData("13", "there is no wire type 3")]
    public async Task Protobuf_that_cannot_be_read_is_refused_by_its_place(string hex, string place)
    {
        (int status, string? type, byte[] answer) = await ProtobufAsync(Convert.FromHexString(hex));

        Assert.Equal((400, "application/x-protobuf", (byte)8, (byte)3), (status, type, answer[0], answer[1]));
        Assert.Contains(place, Encoding.UTF8.GetString(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_has_a_largest_size_also_where_it_is_compressed()
    {
        byte[] large = new byte[(8 << 20) + 1];
        byte[] bomb = Compressed(new byte[64 << 20]);
        byte[] many = new ProtobufMessage().Message(1, new ProtobufMessage().Bytes(2, [.. Enumerable.Repeat<byte[]>([0x12, 0x00], 20_001).SelectMany(b => b)])).ToArray();

        Assert.Equal(413, (await ProtobufAsync(large)).Status);
        Assert.Equal(413, (await ProtobufAsync(bomb, encoding: "gzip")).Status);
        (int status, _, byte[] answer) = await ProtobufAsync(many);
        Assert.Equal(413, status);
        Assert.Contains("20,000 spans", Encoding.UTF8.GetString(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Errors_are_written_as_the_protocol_has_them()
    {
        ApiAnswer nobody = (await server.Nobody().PostAsync(Traces, "{}")).Is(401);
        ApiAnswer reader = (await (await server.ClientAsync("/", Scope.Read)).PostAsync(Traces, "{}")).Is(403);
        ApiAnswer got = (await server.Admin.PutAsync(Traces, "{}")).Is(405);
        (int status, _, byte[] text) = await SendAsync("text/plain", "x"u8.ToArray());

        Assert.Equal(("16", "7", "12"), (nobody["code"], reader["code"], got["code"]));
        Assert.Contains("'usage'", reader["message"], StringComparison.Ordinal);
        Assert.Equal(415, status);
        Assert.Contains("application/x-protobuf", Encoding.UTF8.GetString(text), StringComparison.Ordinal);
    }

    private static ExportedSpan Chat(string tenant, string model, int input, int output) => ExportedSpan.New(
        Now, ("gen_ai.operation.name", "chat"), ("gen_ai.provider.name", "maker"), ("gen_ai.request.model", "alias"), ("gen_ai.response.model", model), ("gen_ai.usage.input_tokens", input), ("gen_ai.usage.output_tokens", output)) with
    { Resource = [("service.name", "bot"), ("nexus.owner", $"{tenant}/eve/otel/bot")] };

    private async Task<(string Tenant, string Model)> SceneAsync()
    {
        (string tenant, string model) = (server.Fresh("tenant"), server.Fresh("model"));
        (await server.Admin.PostAsync("/api/v1/prices:import", $$"""{"{{model}}":{"litellm_provider":"maker","input_cost_per_token":2.5e-06,"output_cost_per_token":1e-05} }""")).Is(200);
        return (tenant, model);
    }

    // All that a line says but when it was written and where it stands.
    private async Task<string[]> LinesAsync(string tenant) => [.. (await server.Admin.GetAsync($"/api/v1/costs/records?{Span}&filter=tenant:{tenant}")).Is(200).Json["items"]!.AsArray()
        .Select(i => i!.AsObject()).Select(i => string.Join('|', i.Where(f => f.Key is not "sequence" and not "id").Select(f => $"{f.Key}={f.Value?.ToJsonString()}"))).Order(StringComparer.Ordinal)];

    private Task<(int Status, string? Type, byte[] Answer)> ProtobufAsync(byte[] body, string? encoding = null) => SendAsync("application/x-protobuf", body, encoding);

    private async Task<(int Status, string? Type, byte[] Answer)> SendAsync(string type, byte[] body, string? encoding = null)
    {
        using HttpClient http = new() { BaseAddress = server.Url };
        using HttpRequestMessage request = new(HttpMethod.Post, Traces) { Content = new ByteArrayContent(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", server.Admin.Key);

        // What is refused for its size is refused before it is sent.
        request.Headers.ExpectContinue = body.Length > 8 << 20;
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        if (encoding is not null)
        {
            request.Content.Headers.ContentEncoding.Add(encoding);
        }

        using HttpResponseMessage answer = await http.SendAsync(request);
        return ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, await answer.Content.ReadAsByteArrayAsync());
    }

    private static byte[] Compressed(byte[] bytes)
    {
        using MemoryStream to = new();
        using (GZipStream gzip = new(to, CompressionMode.Compress, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        return to.ToArray();
    }
}
