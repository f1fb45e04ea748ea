using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Past;
using Nexus.Dashboard.Tests.Engine;
using Nexus.Dashboard.Tests.Engine.Storage;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Storage;

namespace Nexus.Dashboard.Tests.Dashboard.Past;

public sealed class PastReadingTests : IDisposable
{
    private readonly DataFolder _folder = new();
    private readonly Scene _story = Story.Told();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Where_retention_took_the_beginning_the_earliest_moment_and_the_settings_that_keep_more_are_named()
    {
        long middle = Enumerable.Range(1, _story.Events.Count / 2 / 4).Select(b => 4L * b).Last(b => _story.Events[(int)b].At > _story.Events[(int)b - 1].At);
        Instant then = _story.Events[(int)middle - 1].At;
        using (SqliteJournal journal = _folder.Open())
        {
            Story.Write(journal, _story.Events);
            journal.SaveSnapshot(Story.SnapshotAt(_story.Events, middle));
        }

        _folder.Sql($"INSERT OR REPLACE INTO trimmed SELECT 1, last, at, total, hash FROM batches WHERE last = {middle}; DELETE FROM batches WHERE last <= {middle}");

        Assert.Equal(middle, At(then).Value!.Sequence);
        Problem refused = At(new Instant(then.Milliseconds - 1)).Problem!;
        Assert.Equal((422, "at"), (refused.Status, refused.Errors!.Keys.Single()));
        Assert.Contains($"lies before {then}", refused.Detail, StringComparison.Ordinal);
        Assert.Contains("Nexus:Engine:Journal:KeepFor", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_an_empty_journal_nothing_is_told()
    {
        using SqliteJournal journal = _folder.Open();

        Assert.Contains("nothing is recorded yet", At(_story.Now).Problem!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_journal_that_cannot_be_read_is_said_to_be_so()
    {
        using (SqliteJournal journal = _folder.Open())
        {
            Story.Write(journal, _story.Events);
        }

        _folder.Sql("UPDATE batches SET hash = zeroblob(32) WHERE last = 8");

        Assert.StartsWith("The past cannot be read.", Assert.Throws<EngineUnavailableException>(() => At(_story.Now)).Message, StringComparison.Ordinal);
    }

    private Result<PastModel> At(Instant at) => PastReading.At(_folder.Path, Story.Limits, at, "at", CancellationToken.None);
}
