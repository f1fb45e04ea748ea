namespace Nexus.E2E.Running;

/// <summary>Sets the scene on a server through its API, as an operator and its clients would.</summary>
internal static class Given
{
    /// <summary>A pool with GPUs and nothing else.</summary>
    public static Task PoolAsync(this NexusServer server, string name, decimal gpu) =>
        server.CallAsync(HttpMethod.Put, $"/api/v1/pools/{name}", new { resources = new { gpu } });

    /// <summary>A request for GPUs of one pool, willing to wait.</summary>
    public static Task RequestAsync(this NexusServer server, string id, string owner, string pool, decimal gpu = 1, string priority = "medium", int leaseSeconds = 600) =>
        server.CallAsync(HttpMethod.Post, "/api/v1/requests", new { id, owner, pools = new[] { pool }, resources = new { gpu }, priority, leaseSeconds, queue = true });

    /// <summary>The present status of a request, as the API says it.</summary>
    public static async Task<string> StatusAsync(this NexusServer server, string id) =>
        (await server.CallAsync(HttpMethod.Get, $"/api/v1/requests/{id}")).GetProperty("status").GetString()!;

    /// <summary>Releases what a request holds.</summary>
    public static async Task ReleaseAsync(this NexusServer server, string id)
    {
        string lease = (await server.CallAsync(HttpMethod.Get, $"/api/v1/requests/{id}")).GetProperty("lease").GetProperty("id").GetString()!;
        await server.CallAsync(HttpMethod.Post, $"/api/v1/leases/{lease}/release", new { outcome = "succeeded" });
    }
}
