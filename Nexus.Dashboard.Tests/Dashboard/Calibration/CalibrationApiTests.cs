using Nexus.Dashboard.Access;
using Nexus.Dashboard.Tests.Dashboard.Api;

namespace Nexus.Dashboard.Tests.Dashboard.Calibration;

/// <summary>How promised starts held, through the real program's API; a tenant of its own sees its own alone.</summary>
public sealed class CalibrationApiTests(ApiServer server)
{
    [Fact]
    public async Task A_promised_start_is_scored_when_it_comes()
    {
        (string pool, string tenant) = (server.Fresh("pool"), server.Fresh("t"));
        (await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"gpu":1}}""")).Is(200);
        ApiClient client = await server.ClientAsync(tenant, Scope.Read | Scope.Requests);
        string lease = (await client.PostAsync("/api/v1/requests", Ask("holds", "\"duration\":\"PT1H\"")))["lease.id"]!;
        (await client.PostAsync("/api/v1/requests", Ask("waits", "\"queue\":true"))).Is(201);
        ApiAnswer told = (await client.GetAsync("/api/v1/requests/waits")).Is(200);
        (await client.PostAsync($"/api/v1/leases/{lease}/release", "{}")).Is(200);

        ApiAnswer calibration = (await client.GetAsync("/api/v1/calibration")).Is(200);

        Assert.Equal("0.8", told["explanation.startsBetween.promised"]);
        Assert.Equal(("startTimes", "0.8", "1", "1"), (calibration["promises.0.kind"], calibration["promises.0.promised"], calibration["promises.0.scored"], calibration["promises.0.kept"]));
        Assert.Equal(("knownEnds", pool), (calibration["promises.0.byBasis.0.basis"], calibration["promises.0.byPool.0.pool"]));
        Assert.StartsWith("-3", calibration["promises.0.biasSeconds"], StringComparison.Ordinal); // It came most of an hour earlier.

        string Ask(string id, string more) => $$"""{"id":"{{id}}","owner":"{{tenant}}/u","resources":{"gpu":1},"pools":["{{pool}}"],{{more}}}""";
    }

    [Fact]
    public async Task Who_was_promised_nothing_sees_nothing_scored()
    {
        ApiClient client = await server.ClientAsync(server.Fresh("t"), Scope.Read);

        ApiAnswer calibration = (await client.GetAsync("/api/v1/calibration?from=2026-01-01T00:00:00Z&to=2099-01-01T00:00:00Z")).Is(200);

        Assert.Equal(("0", null, null), (calibration["promises.0.scored"], calibration["promises.0.kept"], calibration["promises.0.biasSeconds"]));
        Assert.Empty(calibration.Json["promises"]![0]!["worst"]!.AsArray());
    }
}
