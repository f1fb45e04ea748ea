using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Nexus.Dashboard.Tests.Dashboard.Api;

public sealed class DrainingTests
{
    [Fact]
    public async Task Who_calls_while_it_stops_is_told_to_come_back_and_the_connection_closes_with_the_answer()
    {
        await using NexusServer server = new();
        await server.InitializeAsync();
        using HttpClient client = server.Client((await server.KeyAsync("/", ["read"])).Key);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/v1/pools")).StatusCode);

        server.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        HttpResponseMessage late = await client.GetAsync("/api/v1/pools");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, late.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), late.Headers.RetryAfter?.Delta);
        Assert.True(late.Headers.ConnectionClose);
        Assert.Contains("engine-unavailable", await late.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
