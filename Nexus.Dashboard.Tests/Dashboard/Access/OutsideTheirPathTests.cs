using System.Text.Json;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Hubs;
using Nexus.Dashboard.Tests.Dashboard.Api;

namespace Nexus.Dashboard.Tests.Dashboard.Access;

/// <summary>Two tenants on one installation, one of whom has every scope within its own path: nothing of the other is seen or touched, by whatever call.</summary>
public sealed class OutsideTheirPathTests(ApiServer server)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task No_call_that_reads_tells_a_tenant_anything_of_another()
    {
        Two tenants = await TwoAsync();
        List<string> told = [];
        foreach (WhoMay.Row row in WhoMay.Table.Where(r => r.Entrance is { Method: "GET" } at && at.Address.StartsWith("/api/", StringComparison.Ordinal)))
        {
            string address = row.Entrance.Address.Replace("{id}", "waits", StringComparison.Ordinal).Replace("{name}", tenants.Shared, StringComparison.Ordinal).Replace("{**path}", $"{tenants.Ours}/u", StringComparison.Ordinal).Replace("{tenant}", tenants.Ours, StringComparison.Ordinal).Replace("{month}", "2026-01", StringComparison.Ordinal);
            foreach (string query in (string[])["", "?limit=1000", "?groupBy=tenant", $"?owner={tenants.Theirs}", "?after=0&limit=1000", "?object=", "?q=" + tenants.Theirs])
            {
                ApiAnswer answer = await tenants.Key.GetAsync(address + query);
                if (answer.Text.Contains(tenants.Theirs, StringComparison.OrdinalIgnoreCase) && (int)answer.Status < 400)
                {
                    told.Add($"{address}{query}: {answer.Text}");
                }
            }
        }

        Assert.Empty(told);
    }

    [Fact]
    public async Task What_others_hold_is_summed_in_an_explanation_without_saying_who()
    {
        Two tenants = await TwoAsync();

        ApiAnswer ours = (await tenants.Key.GetAsync("/api/v1/requests/waits")).Is(200);
        ApiAnswer all = (await server.Admin.GetAsync($"/api/v1/requests/waits?owner={tenants.Ours}")).Is(200);

        Assert.Equal(("capacity", tenants.Shared, "gpu", "2", "0"), (ours["explanation.gate"], ours["explanation.pool"], ours["explanation.resource"], ours["explanation.needed"], ours["explanation.available"]));
        Assert.Equal(("1", "3"), (ours["explanation.others.grants"], ours["explanation.others.amount"]));
        Assert.Equal(("holds-ours", null), (ours["explanation.holders.0.id"], ours["explanation.holders.1.id"]));
        Assert.Equal("1", ours["explanation.ahead"]);
        Assert.Equal([$"holds-{tenants.Theirs}", "holds-ours"], all.Json["explanation"]!["holders"]!.AsArray().Select(h => (string?)h!["id"]));
    }

    [Fact]
    public async Task What_they_have_is_not_found_and_cannot_be_changed()
    {
        Two tenants = await TwoAsync();

        foreach (string query in (string[])["", $"?owner={tenants.Theirs}", "?owner=/"])
        {
            (await tenants.Key.GetAsync($"/api/v1/requests/holds-{tenants.Theirs}{query}")).IsProblem(404, "not-found");
            (await tenants.Key.PostAsync($"/api/v1/requests/holds-{tenants.Theirs}/cancel{query}")).IsProblem(404, "not-found");
            (await tenants.Key.PostAsync($"/api/v1/requests/waits-{tenants.Theirs}/priority{query}", """{"priority":"low"}""")).IsProblem(404, "not-found");
        }

        (await tenants.Key.PostAsync($"/api/v1/leases/{tenants.TheirLease}/renew")).IsProblem(404, "not-found");
        (await tenants.Key.PostAsync($"/api/v1/leases/{tenants.TheirLease}/release")).IsProblem(404, "not-found");
        (await tenants.Key.PostAsync("/api/v1/requests", $$"""{"id":"intruder","owner":"{{tenants.Theirs}}/u","resources":{"gpu":1} }""")).IsProblem(403, "outside-path", "$.owner");
        (await tenants.Key.PostAsync("/api/v1/requests", $$"""{"id":"intruder","owner":"{{tenants.Ours}}x/u","resources":{"gpu":1} }""")).IsProblem(403, "outside-path", "$.owner");
        (await tenants.Key.GetAsync($"/api/v1/owners/{tenants.Theirs}")).IsProblem(404, "not-found");
        (await tenants.Key.PutAsync($"/api/v1/owners/{tenants.Theirs}", """{"labels":{"a":"b"}}""")).IsProblem(403, "outside-path");
        (await tenants.Key.PutAsync("/api/v1/owners/~", """{"labels":{"a":"b"}}""")).IsProblem(403, "outside-path");
        (await tenants.Key.GetAsync($"/api/v1/users/{tenants.TheirPerson}")).IsProblem(404, "not-found");
        (await tenants.Key.DeleteAsync($"/api/v1/users/{tenants.TheirPerson}")).IsProblem(404, "not-found");
        (await tenants.Key.PutAsync($"/api/v1/users/{tenants.TheirPerson}", $$"""{"role":"viewer","owner":"{{tenants.Theirs}}"}""")).IsProblem(403, "outside-path");
        (await tenants.Key.DeleteAsync($"/api/v1/keys/{tenants.TheirKey}")).IsProblem(404, "not-found");
        (await tenants.Key.PutAsync($"/api/v1/keys/{tenants.TheirKey}", $$"""{"owner":"{{tenants.Ours}}","scopes":["read"]}""")).IsProblem(404, "not-found");
        (await tenants.Key.GetAsync($"/api/v1/pools/{tenants.Closed}")).IsProblem(404, "not-found");
        (await tenants.Key.PutAsync($"/api/v1/pools/{tenants.Closed}", """{"resources":{"gpu":1} }""")).IsProblem(403, "missing-scope");
        ApiAnswer theirs = (await server.Admin.GetAsync($"/api/v1/requests/holds-{tenants.Theirs}?owner={tenants.Theirs}")).Is(200);
        Assert.Equal("allocated", theirs["status"]);
    }

    [Fact]
    public async Task A_refusal_does_not_name_a_pool_that_is_hidden_from_the_tenant()
    {
        (string kind, string closed, string ours) = (server.Fresh("rare"), server.Fresh("closed"), server.Fresh("ours"));
        (await server.Admin.PutAsync($"/api/v1/kinds/{kind}", """{"unit":"piece","behaviour":"held"}""")).Is(200);
        (await server.Admin.PutAsync($"/api/v1/pools/{closed}", $$$"""{"resources":{"{{{kind}}}":1},"allow":["somebody-else"]}""")).Is(200);
        ApiClient key = await server.ClientAsync(ours, Scope.Requests);

        ApiAnswer unnamed = (await key.PostAsync("/api/v1/requests", $$$"""{"id":"a","owner":"{{{ours}}}/u","resources":{"{{{kind}}}":1} }""")).Is(200);
        ApiAnswer named = (await key.PostAsync("/api/v1/requests", $$$"""{"id":"b","owner":"{{{ours}}}/u","resources":{"{{{kind}}}":1},"pools":["{{{closed}}}"]}""")).Is(200);

        Assert.Equal(("rejected", "access", "poolNotAllowed", null), (unnamed["status"], unnamed["explanation.gate"], unnamed["explanation.code"], unnamed["explanation.pool"]));
        Assert.DoesNotContain(closed, unnamed.Text, StringComparison.Ordinal);
        Assert.Equal(("rejected", "access", "poolNotAllowed", closed), (named["status"], named["explanation.gate"], named["explanation.code"], named["explanation.pool"]));
    }

    [Fact]
    public async Task No_topic_of_the_hub_tells_a_tenant_anything_of_another()
    {
        Two tenants = await TwoAsync();
        await using HubConnection hub = new HubConnectionBuilder().WithUrl(new Uri(server.Url, EngineHub.Path), options =>
        {
            options.Transports = HttpTransportType.WebSockets;
            options.Headers["Authorization"] = $"Bearer {tenants.Key.Key}";
        }).Build();
        await hub.StartAsync();
        IAsyncEnumerator<JsonElement>[] topics = [.. new[] { "overview", "pools", $"pools/{tenants.Shared}", "queue" }.Select(t => hub.StreamAsync<JsonElement>("Subscribe", t).GetAsyncEnumerator())];
        List<string> told = [];
        foreach (IAsyncEnumerator<JsonElement> topic in topics)
        {
            await NextAsync(topic, told);
        }

        (await server.Admin.PostAsync("/api/v1/requests", $$"""{"id":"more-{{tenants.Theirs}}","owner":"{{tenants.Theirs}}/u","resources":{"gpu":1},"pools":["{{tenants.Shared}}"],"queue":true}""")).Is(201);
        (await server.Admin.PostAsync("/api/v1/requests", $$"""{"id":"more-ours","owner":"{{tenants.Ours}}/u","resources":{"gpu":1},"pools":["{{tenants.Shared}}"],"queue":true}""")).Is(201);
        while (!told[^1].Contains("more-ours", StringComparison.Ordinal))
        {
            await NextAsync(topics[^1], told);
        }

        foreach (IAsyncEnumerator<JsonElement> topic in topics[..^1])
        {
            await NextAsync(topic, told);
            await topic.DisposeAsync();
        }

        await topics[^1].DisposeAsync();
        Assert.DoesNotContain(told, frame => frame.Contains(tenants.Theirs, StringComparison.OrdinalIgnoreCase));
    }

    private static async Task NextAsync(IAsyncEnumerator<JsonElement> topic, List<string> told)
    {
        Assert.True(await topic.MoveNextAsync().AsTask().WaitAsync(Patience));
        told.Add(topic.Current.GetRawText());
    }

    // A shared pool of four devices, of which they hold three and ours one; both wait for more. Whatever is theirs has their name in its own.
    private async Task<Two> TwoAsync()
    {
        (string ours, string theirs) = (server.Fresh("ours"), server.Fresh("globex"));
        (string shared, string closed) = (server.Fresh("shared"), $"closed-{theirs}");
        (await server.Admin.PutAsync($"/api/v1/pools/{shared}", $$"""{"resources":{"gpu":4},"allow":["{{ours}}","{{theirs}}"]}""")).Is(200);
        (await server.Admin.PutAsync($"/api/v1/pools/{closed}", $$"""{"resources":{"gpu":4},"allow":["{{theirs}}"]}""")).Is(200);
        (await server.Admin.PutAsync($"/api/v1/owners/{theirs}", $$"""{"labels":{"cost":"{{theirs}}"} }""")).Is(200);
        (await server.Admin.PutAsync($"/api/v1/users/person-{theirs}", $$"""{"role":"viewer","owner":"{{theirs}}"}""")).Is(201);
        ApiAnswer theirKey = (await server.Admin.PostAsync("/api/v1/keys", $$"""{"owner":"{{theirs}}","scopes":["read"],"name":"{{theirs}}"}""")).Is(201);
        ApiAnswer holds = await AskAsync(theirs, $"holds-{theirs}", 3);
        await AskAsync(ours, "holds-ours", 1);
        await AskAsync(theirs, $"waits-{theirs}", 2);
        await AskAsync(ours, "waits", 2);
        return new Two(
            ours, theirs, shared, closed, holds["lease.id"]!, $"person-{theirs}", theirKey["id"]!,
            await server.ClientAsync(ours, Scope.Admin));

        async Task<ApiAnswer> AskAsync(string tenant, string id, int gpu) => (await server.Admin.PostAsync(
            "/api/v1/requests", $$$"""{"id":"{{{id}}}","owner":"{{{tenant}}}/u","resources":{"gpu":{{{gpu}}} },"pools":["{{{shared}}}"],"queue":true,"labels":{"of":"{{{tenant}}}"} }""")).Is(201);
    }

    private sealed record Two(string Ours, string Theirs, string Shared, string Closed, string TheirLease, string TheirPerson, string TheirKey, ApiClient Key);
}
