using System.Text.Json;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Hubs;
using Nexus.Dashboard.Tests.Dashboard.Api;

namespace Nexus.Dashboard.Tests.Dashboard.Hubs;

/// <summary>What the hub sends, and to whom.</summary>
public sealed class EngineHubTests(ApiServer server)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("overview")]
    [InlineData("pools")]
    [InlineData("queue")]
    public async Task A_topic_begins_with_everything(string topic)
    {
        await using HubConnection hub = await ConnectAsync(server.Admin.Key, messagePack: false);

        JsonElement frame = await FirstAsync<JsonElement>(hub, topic);

        Assert.True(frame.GetProperty("full").GetBoolean());
        Assert.True(frame.GetProperty("sequence").GetInt64() >= 0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Changes_arrive_in_MessagePack_and_in_JSON(bool messagePack)
    {
        (string pool, string tenant) = (server.Fresh("live"), server.Fresh("t"));
        (await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"gpu":4}}""")).Is(200);
        await using HubConnection hub = await ConnectAsync(server.Admin.Key, messagePack);
        await using IAsyncEnumerator<PoolMessage> frames = hub.StreamAsync<PoolMessage>("Subscribe", $"pools/{pool}").GetAsyncEnumerator();
        Assert.True(await frames.MoveNextAsync().AsTask().WaitAsync(Patience));
        Assert.Equal((true, 4.0, 0.0), (frames.Current.Full, frames.Current.Pool!.Meters[0].Capacity, frames.Current.Pool.Meters[0].Used));

        (await server.Admin.PostAsync("/api/v1/requests", $$"""{"id":"r","owner":"{{tenant}}/u","resources":{"gpu":1},"pools":["{{pool}}"]}""")).Is(201);
        while (frames.Current.Changed is null)
        {
            Assert.True(await frames.MoveNextAsync().AsTask().WaitAsync(Patience));
        }

        Assert.Equal(("r", "allocated", $"{tenant}/u", 1.0), (frames.Current.Changed[0].Id, frames.Current.Changed[0].Status, frames.Current.Changed[0].Owner, frames.Current.Changed[0].Resources["gpu"]));
        Assert.False(frames.Current.Full);
    }

    [Fact]
    public async Task A_subscriber_sees_its_own_requests_and_pools_only()
    {
        (string pool, string closed, string mine, string theirs) = (server.Fresh("open"), server.Fresh("closed"), server.Fresh("mine"), server.Fresh("theirs"));
        (await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"gpu":4}}""")).Is(200);
        (await server.Admin.PutAsync($"/api/v1/pools/{closed}", $$"""{"resources":{"gpu":4},"allow":["{{theirs}}"]}""")).Is(200);
        ApiClient key = await server.ClientAsync(mine, Scope.Read);
        await using HubConnection hub = await ConnectAsync(key.Key, messagePack: true);
        await using IAsyncEnumerator<QueueMessage> frames = hub.StreamAsync<QueueMessage>("Subscribe", "queue").GetAsyncEnumerator();
        Assert.True(await frames.MoveNextAsync().AsTask().WaitAsync(Patience));

        (await server.Admin.PostAsync("/api/v1/requests", $$"""{"id":"a","owner":"{{theirs}}/u","resources":{"gpu":1},"pools":["{{pool}}"]}""")).Is(201);
        (await server.Admin.PostAsync("/api/v1/requests", $$"""{"id":"b","owner":"{{mine}}/u","resources":{"gpu":1},"pools":["{{pool}}"]}""")).Is(201);
        while (frames.Current.Changed is null)
        {
            Assert.True(await frames.MoveNextAsync().AsTask().WaitAsync(Patience));
        }

        Assert.Equal(["b"], frames.Current.Changed.Select(r => r.Id));
        string[] pools = [.. (await FirstAsync<PoolsMessage>(hub, "pools")).Pools!.Select(p => p.Name)];
        Assert.Contains(pool, pools);
        Assert.DoesNotContain(closed, pools);
        Assert.Contains("no topic", (await Assert.ThrowsAsync<HubException>(() => FirstAsync<JsonElement>(hub, $"pools/{closed}"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("")]
    [InlineData("pools/")]
    [InlineData("budgets")]
    public async Task A_topic_that_does_not_exist_says_which_do(string topic)
    {
        await using HubConnection hub = await ConnectAsync(server.Admin.Key, messagePack: false);

        Assert.Contains("overview", (await Assert.ThrowsAsync<HubException>(() => FirstAsync<JsonElement>(hub, topic))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_without_the_scope_read_sees_nothing()
    {
        ApiClient key = await server.ClientAsync("acme", Scope.Requests);
        await using HubConnection hub = await ConnectAsync(key.Key, messagePack: false);

        Assert.Contains("read", (await Assert.ThrowsAsync<HubException>(() => FirstAsync<JsonElement>(hub, "overview"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_does_not_get_in() =>
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await Assert.ThrowsAsync<HttpRequestException>(() => ConnectAsync(null, messagePack: false))).StatusCode);

    private async Task<HubConnection> ConnectAsync(string? key, bool messagePack)
    {
        IHubConnectionBuilder builder = new HubConnectionBuilder().WithUrl(new Uri(server.Url, EngineHub.Path), options =>
        {
            options.Transports = HttpTransportType.WebSockets;
            if (key is not null)
            {
                options.Headers["Authorization"] = $"Bearer {key}";
            }
        });
        HubConnection hub = (messagePack ? builder.AddMessagePackProtocol() : builder).Build();
        await hub.StartAsync();
        return hub;
    }

    private static async Task<T> FirstAsync<T>(HubConnection hub, string topic)
    {
        await foreach (T frame in hub.StreamAsync<T>("Subscribe", topic))
        {
            return frame;
        }

        throw new InvalidOperationException("the stream ended");
    }
}
