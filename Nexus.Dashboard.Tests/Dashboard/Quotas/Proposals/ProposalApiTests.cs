using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Dashboard.Features.Quotas.Proposals;

namespace Nexus.Dashboard.Tests.Dashboard.Quotas.Proposals;

/// <summary>Proposals through the real program's API.</summary>
public sealed class ProposalApiTests(NexusServer server) : IClassFixture<NexusServer>
{
    [Fact]
    public async Task Proposals_are_listed_accepted_set_back_and_declined()
    {
        ProposalStore store = server.Services.GetRequiredService<ProposalStore>();
        foreach (string owner in (string[])["acme", "globex"])
        {
            await store.AddAsync(
                new QuotaProposal
                {
                    Owner = owner, Rule = "gpu", Resource = "gpu", From = 16_000, To = 12_000, Min = 4_000, Max = 32_000, Turns = 288, P95 = 3_000, Peak = 4_000, IdleTurns = 144, Turn = "5 minutes", Span = "24 hours",
                    OfferedAt = DateTimeOffset.UnixEpoch,
                },
                CancellationToken.None);
        }

        using HttpClient client = server.Client((await server.KeyAsync("/", ["admin"])).Key);
        foreach (string owner in (string[])["acme", "globex"])
        {
            (await client.PutAsJsonAsync($"/api/v1/quotas/{owner}", new { rules = new[] { new { resource = "gpu", limit = 16, adjust = new { mode = "offer", min = 4, max = 32 } } } })).EnsureSuccessStatusCode();
        }

        JsonElement first = (await client.GetFromJsonAsync<JsonElement>("/api/v1/quotas:proposals")).GetProperty("items")[0];
        Assert.Equal("1 acme gpu 16 12 4 32 offered", string.Join(' ', ((string[])["id", "owner", "rule", "from", "to", "min", "max", "state"]).Select(n => first.GetProperty(n).ToString())));
        Assert.Equal("""{"turns":288,"turn":"5 minutes","p95":3,"peak":4,"refused":0,"heldBack":0,"idle":0.5}""", first.GetProperty("evidence").GetRawText());
        Assert.Equal("In the last 24 hours never more than 4 of 16 gpu were used, in 95 % of the time up to 3; nobody was held back, and 50\u00A0% of the time nothing was used.", first.GetProperty("message").GetString());

        Assert.Equal(("applied", 12), (await ActAsync("1/accept", 200), await LimitAsync()));
        Assert.Equal("applied", await ActAsync("1/accept", 200));
        Assert.Equal(("reverted", 16), (await ActAsync("1/revert", 200), await LimitAsync()));
        Assert.Equal("ended", await ActAsync("1/accept", 409));
        Assert.Equal("declined", await ActAsync("2/decline", 200));
        Assert.Equal("declined", await ActAsync("2/decline", 200));
        Assert.Equal("ended", await ActAsync("2/revert", 409));
        Assert.Equal("not-found", await ActAsync("3/accept", 404));
        Assert.Equal("not-found", await ActAsync("x/accept", 404));

        JsonElement audit = (await client.GetFromJsonAsync<JsonElement>("/api/v1/audit?object=acme")).GetProperty("items")[0];
        Assert.StartsWith("Set back: In the last 24 hours", audit.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal("offer", (await client.GetFromJsonAsync<JsonElement>("/api/v1/quotas/acme")).GetProperty("rules")[0].GetProperty("adjust").GetProperty("mode").GetString());

        async Task<string?> ActAsync(string what, int status)
        {
            HttpResponseMessage answer = await client.PostAsync($"/api/v1/quotas:proposals/{what}", null);
            JsonElement body = await answer.Content.ReadFromJsonAsync<JsonElement>();
            Assert.Equal(status, (int)answer.StatusCode);
            return body.GetProperty(status == 200 ? "state" : "type").GetString();
        }

        async Task<int> LimitAsync() => (await client.GetFromJsonAsync<JsonElement>("/api/v1/quotas/acme")).GetProperty("rules")[0].GetProperty("limit").GetInt32();
    }
}
