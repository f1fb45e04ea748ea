using System.Net;
using Microsoft.Data.Sqlite;
using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Frame;

public sealed class DamageTests(Chromium chromium)
{
    private static readonly string[] Pages = ["/", "/pools", "/queue", "/queue?status=reservations", "/quotas", "/budgets", "/prices", "/simulator", "/audit", "/settings?section=data"];

    [Fact]
    public async Task A_journal_that_is_damaged_is_not_started_from_and_every_page_and_the_health_say_so()
    {
        await using NexusSystem nexus = await NexusSystem.StartAsync(chromium);
        await nexus.Server.PoolAsync("gone", 1);
        await nexus.PersonAsync("admin");
        nexus.Server.Kill();
        await DamageAsync(nexus.Server.Data);
        nexus.Server.Launch();
        while (await LiveAsync(nexus.Server) is not HttpStatusCode.OK)
        {
            await Task.Delay(100);
        }

        using HttpResponseMessage ready = await nexus.Server.Http.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        using HttpResponseMessage refused = await nexus.Server.Http.GetAsync("/api/v1/requests/none");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        await nexus.VisitAsync("admin", "/", async visitor =>
        {
            foreach (string page in Pages)
            {
                await visitor.GoAsync(page);
                await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The engine does not decide");
                await visitor.Page.WaitForTimeoutAsync(1_500);
            }

            await visitor.GoAsync("/pools");
            await Assertions.Expect(visitor.Main).ToContainTextAsync("The journal could not be read: which pools there are is shown as soon as it can be.");
            await Assertions.Expect(visitor.Main).Not.ToContainTextAsync("No pools yet");
            await visitor.GoAsync("/queue");
            await Assertions.Expect(visitor.Main).ToContainTextAsync("The journal could not be read: who waits, runs and reserves is shown as soon as it can be.");
            await Assertions.Expect(visitor.Main).Not.ToContainTextAsync("Nothing waits");
            await visitor.GoAsync("/prices");
            await Assertions.Expect(visitor.Main).ToContainTextAsync("The journal could not be read: which prices there are");
            await visitor.GoAsync("/audit?actor=somebody");
            await Assertions.Expect(visitor.Main).ToContainTextAsync("The journal has not been read yet");
            await visitor.GoAsync("/settings?section=data");
            await Assertions.Expect(visitor.Main).ToContainTextAsync("is damaged: keep the folder as it is and restore a backup");
        });
    }

    private static async Task DamageAsync(string data)
    {
        if (Directory.Exists(Path.Combine(data, "snapshots")))
        {
            Directory.Delete(Path.Combine(data, "snapshots"), recursive: true);
        }

        await using SqliteConnection journal = new($"Data Source={Path.Combine(data, "engine.db")};Pooling=False");
        await journal.OpenAsync();
        await using SqliteCommand flip = journal.CreateCommand();
        flip.CommandText = "UPDATE batches SET events = zeroblob(length(events)) WHERE first = 1";
        Assert.Equal(1, await flip.ExecuteNonQueryAsync());
    }

    private static async Task<HttpStatusCode?> LiveAsync(NexusServer server)
    {
        try
        {
            using HttpResponseMessage answer = await server.Http.GetAsync("/health/live");
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
