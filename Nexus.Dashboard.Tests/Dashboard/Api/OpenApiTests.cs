using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Bench.Savings;
using Nexus.Dashboard.Features.Alerts.Firing;
using Nexus.Dashboard.Features.Recommendations.Review;
using Nexus.Engine.Optimization;

namespace Nexus.Dashboard.Tests.Dashboard.Api;

/// <summary>The OpenAPI document says all there is, and its examples are true: on a server of their own, because they name pools that anybody may use.</summary>
public sealed class OpenApiTests(NexusServer server) : IClassFixture<NexusServer>
{
    private const string Problems = "application/problem+json";

    [Fact]
    public async Task Every_call_of_the_API_is_in_it_and_nothing_else()
    {
        string[] mapped = [.. server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText!.StartsWith("/api/v1", StringComparison.Ordinal))
            .SelectMany(e => e.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods.Select(m => $"{m.ToLowerInvariant()} {e.RoutePattern.RawText!.Replace("**", "", StringComparison.Ordinal)}"))
            .Order(StringComparer.Ordinal)];

        Assert.Equal(mapped, (await OperationsAsync()).Select(o => $"{o.Method} {o.Path}").Order(StringComparer.Ordinal));
        Assert.True(mapped.Length > 30);
    }

    [Fact]
    public async Task Every_call_has_a_sentence_a_subject_what_it_answers_and_how_it_fails()
    {
        foreach (Operation call in await OperationsAsync())
        {
            Assert.False(string.IsNullOrEmpty((string?)call.Json["summary"]), call.Name);
            Assert.Matches("^(Requests|Leases|Times|Calibration|Reservations|Pools|Quotas|Prices|Invoices|Periods|Statements|Usage|Costs|Views|Kinds|Priorities|Owners|Alerts|Recommendations|Budgets|Allowances|Events|Audit|State|Simulations|Users|Keys)$", (string?)call.Json["tags"]?[0]);
            Assert.Contains(call.Answers, a => a.Status is "200" or "201" or "204");
            Assert.Contains(call.Answers, a => a.Status == "401");
            Assert.Contains(call.Answers, a => a.Status == "403");
            Assert.All(call.Answers.Where(a => a.Status[0] is '4' or '5'), a => Assert.Equal(Problems, a.Type));
        }
    }

    [Fact]
    public async Task Every_body_that_is_sent_or_answered_has_an_example()
    {
        string[] without = [.. (await OperationsAsync()).SelectMany(o => o.Media.Where(m => m.Media["examples"] is not JsonObject { Count: > 0 }).Select(m => $"{o.Name} {m.Part}"))];

        Assert.Empty(without);
    }

    [Fact]
    public async Task Every_example_has_the_shape_that_it_is_an_example_of()
    {
        JsonObject document = await DocumentAsync();
        foreach (Operation call in await OperationsAsync())
        {
            foreach ((string part, JsonObject media) in call.Media)
            {
                foreach ((string name, JsonNode? example) in media["examples"]!.AsObject())
                {
                    Fits(example!["value"], media["schema"]!.AsObject(), document, $"{call.Name} {part} '{name}'");
                }
            }
        }
    }

    [Fact]
    public async Task Every_problem_of_an_example_is_documented_with_its_status()
    {
        string reference = Repository.Read("docs/reference/errors.md");
        foreach (Operation call in await OperationsAsync())
        {
            foreach ((string status, _, JsonObject media) in call.Answers.Where(a => a.Type == Problems))
            {
                foreach ((string type, JsonNode? example) in media["examples"]!.AsObject())
                {
                    Assert.Equal((type, status), ((string)example!["value"]!["type"]!, example["value"]!["status"]!.ToString()));
                    Assert.Matches($@"\| `{type}` \| [^|]*{status}", reference);
                }
            }
        }
    }

    [Fact]
    public async Task Every_example_body_is_accepted_by_the_call_it_belongs_to()
    {
        using HttpClient http = server.Client((await server.KeyAsync("/", ["admin"])).Key);
        ApiClient client = new(server.Address, http.DefaultRequestHeaders.Authorization!.Parameter);
        Dictionary<string, JsonObject> bodies = (await OperationsAsync()).Where(o => o.Body is not null).ToDictionary(o => o.Name, o => o.Body!["examples"]!.AsObject());
        HashSet<string> sent = [];

        await SendAsync("putKind", HttpMethod.Put, "/api/v1/kinds/licence.matlab");
        await SendAsync("putPriority", HttpMethod.Put, "/api/v1/priorities/urgent");
        foreach ((string name, string owner) in ((string, string)[])[("What its members lend each other", "research"), ("A share that borrows and lends", "research/vision"), ("Calls and tokens in time", "research/chat")])
        {
            await SendOneAsync("putQuota", HttpMethod.Put, $"/api/v1/quotas/{owner}", name);
        }

        await SendAsync("checkQuota", HttpMethod.Post, "/api/v1/quotas:check");
        foreach ((string name, string pool) in ((string, string)[])[("GPUs of one model", "gpu-h100"), ("What a provider's model allows", "gpt")])
        {
            await SendOneAsync("putPool", HttpMethod.Put, $"/api/v1/pools/{pool}", name);
        }

        await SendAsync("putOwner", HttpMethod.Put, "/api/v1/owners/acme");

        List<ApiAnswer> requests = await SendAsync("submitRequest", HttpMethod.Post, "/api/v1/requests");
        Assert.Equal(["allocated", "queued", "allocated", "rejected", "allocated", "queued", "allocated", "allocated"], requests.Select(r => r["status"]));
        await SendAsync("putPrices", HttpMethod.Put, "/api/v1/prices");
        await SendAsync("importPrices", HttpMethod.Post, "/api/v1/prices:import");
        await SendAsync("putBudget", HttpMethod.Put, "/api/v1/budgets/research-month");
        await SendAsync("raiseBudget", HttpMethod.Post, "/api/v1/budgets/research-month/raise");
        await SendAsync("pauseBudget", HttpMethod.Post, "/api/v1/budgets/research-month/pause");
        await SendAsync("openAllowance", HttpMethod.Post, "/api/v1/allowances");
        await SendAsync("cancelAllowance", HttpMethod.Post, "/api/v1/allowances/report-0711-research/cancel");
        await SendAsync("ratePast", HttpMethod.Post, "/api/v1/prices:rerate");
        await SendAsync("receiveInvoice", HttpMethod.Post, "/api/v1/invoices");
        await SendAsync("acceptInvoice", HttpMethod.Post, "/api/v1/invoices/openai-2026-10/accept");
        await SendAsync("disputeInvoice", HttpMethod.Post, "/api/v1/invoices/openai-2026-10/dispute");
        await SendAsync("enterCharge", HttpMethod.Post, "/api/v1/periods/2026-10/charges");
        await SendAsync("putStatementSchedule", HttpMethod.Put, "/api/v1/statements:schedules/acme-finance");
        await SendAsync("sendStatement", HttpMethod.Post, "/api/v1/statements:schedules/acme-finance/send");
        await SendAsync("recordUsage", HttpMethod.Post, "/api/v1/usage");
        await SendAsync("putView", HttpMethod.Put, "/api/v1/views/Month%20end");
        await SendAsync("createReservation", HttpMethod.Post, "/api/v1/reservations");
        await SendAsync("putReservation", HttpMethod.Put, "/api/v1/reservations/nightly-training");
        await SendAsync("submitBatch", HttpMethod.Post, "/api/v1/requests:batch");
        await SendAsync("setRequestPriority", HttpMethod.Post, "/api/v1/requests/train-0042/priority");
        await SendAsync("cancelRequests", HttpMethod.Post, "/api/v1/requests:cancel");
        await SendAsync("renewLease", HttpMethod.Post, $"/api/v1/leases/{requests[2]["lease.id"]}/renew");
        await SendAsync("releaseLease", HttpMethod.Post, $"/api/v1/leases/{requests[2]["lease.id"]}/release");
        await SendAsync("putUser", HttpMethod.Put, "/api/v1/users/dana");
        await SendAsync("putAlertChannel", HttpMethod.Put, "/api/v1/alerts/channels/on-call");
        await SendAsync("putAlertRule", HttpMethod.Put, "/api/v1/alerts/rules/research-nearly-full");
        await SendAlertsAsync();
        await SendRecommendationsAsync();
        await SendAsync("startSimulation", HttpMethod.Post, "/api/v1/simulations");
        string key = (await SendAsync("createKey", HttpMethod.Post, "/api/v1/keys"))[0]["id"]!;
        await SendAsync("putKey", HttpMethod.Put, $"/api/v1/keys/{key}");
        Assert.Equal(bodies.Keys.Order(StringComparer.Ordinal), sent.Order(StringComparer.Ordinal));

        // Of a rule that holds whatever happens.
        async Task SendAlertsAsync()
        {
            (await client.SendAsync(HttpMethod.Put, "/api/v1/alerts/rules/always", """{"metric":"queue.waiting","condition":{"atLeast":0} }""")).Is(200);
            await server.Services.GetRequiredService<AlertDesk>().LookAsync(TestContext.Current.CancellationToken);
            string id = (await client.GetAsync("/api/v1/alerts?state=firing"))["items.0.id"]!;
            await SendAsync("acknowledgeAlert", HttpMethod.Post, $"/api/v1/alerts/{id}/acknowledge");
            await SendAsync("silenceAlert", HttpMethod.Post, $"/api/v1/alerts/{id}/silence");
        }

        // Of one that is found once, and again when it was opened anew.
        async Task SendRecommendationsAsync()
        {
            SavingsPast past = SimulatedMonth.Of(Planting.Planted, 1);
            await server.Services.GetRequiredService<SavingsReviewer>().KeepAsync(past, SavingsDetectors.Find(past, SavingsSettings.Usual), TestContext.Current.CancellationToken);
            string id = (await client.GetAsync("/api/v1/recommendations?state=open"))["items.0.id"]!;
            await SendAsync("snoozeRecommendation", HttpMethod.Post, $"/api/v1/recommendations/{id}/snooze");
            await SendAsync("dismissRecommendation", HttpMethod.Post, $"/api/v1/recommendations/{id}/dismiss");
        }

        async Task<List<ApiAnswer>> SendAsync(string operation, HttpMethod method, string path)
        {
            List<ApiAnswer> answers = [];
            foreach ((string name, _) in bodies[operation])
            {
                answers.Add(await SendOneAsync(operation, method, path, name));
            }

            return answers;
        }

        async Task<ApiAnswer> SendOneAsync(string operation, HttpMethod method, string path, string name)
        {
            sent.Add(operation);
            ApiAnswer answer = await client.SendAsync(method, path, bodies[operation][name]!["value"]!.ToJsonString());
            Assert.True((int)answer.Status is 200 or 201, $"{operation} '{name}': {answer.Status} {answer.Text}");
            return answer;
        }
    }

    // Objects have no property that the schema does not know and all that it requires; leaves are of its type.
    private static void Fits(JsonNode? value, JsonObject schema, JsonObject document, string where)
    {
        if ((string?)schema["$ref"] is { } reference)
        {
            Fits(value, document["components"]!["schemas"]![reference.Split('/')[^1]]!.AsObject(), document, where);
            return;
        }

        if (schema["oneOf"] is JsonArray either)
        {
            JsonObject fitting = either.Select(e => e!.AsObject()).Single(e => (string?)e["type"] == (value is JsonObject ? "object" : value!.GetValueKind().ToString().ToLowerInvariant()));
            Fits(value, fitting, document, where);
            return;
        }

        if (value is JsonObject o && schema["properties"] is JsonObject known)
        {
            Assert.All(schema["required"]?.AsArray() ?? [], required => Assert.True(o.ContainsKey((string)required!), $"{where}: {required} is missing"));
            foreach ((string name, JsonNode? inner) in o)
            {
                Assert.True(known.ContainsKey(name), $"{where}: the schema knows no {name}");
                Fits(inner, known[name]!.AsObject(), document, $"{where}.{name}");
            }
        }
        else if (value is JsonObject map && schema["additionalProperties"] is JsonObject each)
        {
            Assert.All(map, entry => Fits(entry.Value, each, document, $"{where}.{entry.Key}"));
        }
        else if (value is JsonArray list && schema["items"] is JsonObject item)
        {
            Assert.All(list, inner => Fits(inner, item, document, where));
        }
        else if ((string?)schema["type"] is { } type)
        {
            string found = value?.GetValueKind().ToString().ToLowerInvariant() ?? "null";
            Assert.True(type == found || (type == "boolean" && found is "true" or "false") || (type == "integer" && found == "number"), $"{where}: {found} instead of {type}");
        }
    }

    private async Task<JsonObject> DocumentAsync()
    {
        using HttpClient client = server.Client((await server.KeyAsync("/", ["read"])).Key);
        return JsonNode.Parse(await client.GetStringAsync("/openapi/v1.json"))!.AsObject();
    }

    private async Task<IReadOnlyList<Operation>> OperationsAsync() =>
        [.. (await DocumentAsync())["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(call => new Operation(path.Key, call.Key, call.Value!.AsObject())))];

    private sealed record Operation(string Path, string Method, JsonObject Json)
    {
        public string Name => (string)Json["operationId"]!;

        public JsonObject? Body => Json["requestBody"]?["content"]?["application/json"]?.AsObject();

        public IEnumerable<(string Status, string? Type, JsonObject Media)> Answers => Json["responses"]!.AsObject().SelectMany(
            answer => answer.Value!["content"] is JsonObject content ? content.Select(c => (answer.Key, (string?)c.Key, c.Value!.AsObject())) : [(answer.Key, null, [])]);

        public IEnumerable<(string Part, JsonObject Media)> Media => [.. Body is { } body ? [("body", body)] : Array.Empty<(string, JsonObject)>(), .. Answers.Where(a => a.Type is not null).Select(a => (a.Status, a.Media))];
    }
}
