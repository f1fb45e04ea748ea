using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Durability;

public sealed class BackupTests
{
    [Fact]
    public async Task A_backup_taken_under_load_verifies_and_a_server_starts_from_it_with_all_that_was_acknowledged_before()
    {
        await using NexusServer server = await NexusServer.StartAsync();
        await server.AuthorizeAsync();
        await server.AddPersonAsync("dana", "operator");
        using Crowd crowd = await Crowd.GatherAsync(server, members: 8, seed: 11);
        crowd.Act();
        await Task.Delay(700);
        (string Id, string Status)[] before = [.. crowd.Acknowledged];
        string copy = Path.Combine(Directory.CreateTempSubdirectory("nexus-backup-").FullName, "copy");

        await server.CommandAsync("backup", copy);

        await crowd.RestAsync();
        await crowd.FindsWhatWasAcknowledgedAsync();
        await History.ReadAsync(copy);
        Assert.NotEmpty(before);

        await using NexusServer restored = await NexusServer.StartOnAsync(copy);
        await restored.AuthorizeAsync();
        foreach ((string id, string status) in before)
        {
            string now = await restored.StatusAsync(id);
            Assert.True(now == status || status is "queued" or "allocated", $"{id} was {status} before the backup and is {now} in it");
        }

        Assert.Contains("dana", (await restored.CallAsync(HttpMethod.Get, "/api/v1/users")).ToString(), StringComparison.Ordinal);
        await restored.RequestAsync("after", "crowd/after", Crowd.Pool);
        Assert.NotEqual("unknown", await restored.StatusAsync("after"));
    }
}
