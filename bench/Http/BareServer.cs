using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Nexus.Bench.Http;

/// <summary>What Nexus stands on, and nothing else: a minimal API that reads the same body and writes an answer of the same fields and size. It decides nothing and keeps nothing.</summary>
internal static class BareServer
{
    public const string Verb = "serve-bare";

    public static async Task<int> RunAsync(string[] args)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(args);

        // As bare as it can be, wherever it is started: no log, so that no call gets an activity or a scope.
        builder.Logging.ClearProviders();
        builder.Services.ConfigureHttpJsonOptions(static json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, BareJson.Default));
        WebApplication app = builder.Build();
        long next = 0;
        app.MapPost("/requests", (BareBody body) => TypedResults.Created((string?)null, Answer(body, Interlocked.Increment(ref next))));
        app.MapGet("/allocated", static () => GC.GetTotalAllocatedBytes(precise: true).ToString(CultureInfo.InvariantCulture));
        await app.RunAsync();
        return 0;
    }

    private static BareAnswer Answer(BareBody body, long number)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        return new BareAnswer(
            body.Id, "allocated", 1, body.Owner, body.Resources, body.Priority, now, body.Pools, body.Duration, body.LeaseSeconds, body.Labels,
            new BareLease(
                string.Create(CultureInfo.InvariantCulture, $"lease-{number}"), body.Resources.Keys.ToDictionary(static kind => kind, _ => body.Pools[0]), body.Resources,
                now, now.AddSeconds(body.LeaseSeconds)),
            number);
    }
}

/// <summary>The body of a request.</summary>
internal sealed record BareBody(
    string Id, string Owner, List<string> Pools, Dictionary<string, decimal> Resources, string Priority, Dictionary<string, string> Labels, bool Queue, string Duration, int LeaseSeconds,
    Dictionary<string, string> PoolLabels);

/// <summary>The answer to it.</summary>
internal sealed record BareAnswer(
    string Id, string Status, int Attempt, string Owner, Dictionary<string, decimal> Resources, string Priority, DateTimeOffset SubmittedAt, List<string> Pools, string Duration,
    int LeaseSeconds, Dictionary<string, string> Labels, BareLease Lease, long Version);

/// <summary>What was granted.</summary>
internal sealed record BareLease(string Id, Dictionary<string, string> Pools, Dictionary<string, decimal> Resources, DateTimeOffset GrantedAt, DateTimeOffset ExpiresAt);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(BareBody))]
[JsonSerializable(typeof(BareAnswer))]
internal sealed partial class BareJson : JsonSerializerContext;
