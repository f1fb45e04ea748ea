using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Storage;
using Xunit;

namespace Nexus.Dashboard.Tests.Engine.Storage;

public sealed class JournalPastTests : IDisposable
{
    private readonly DataFolder _folder = new();
    private readonly Scene _story = Story.Told();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_state_of_any_moment_is_what_had_happened_by_then(bool withSnapshot)
    {
        using (SqliteJournal journal = _folder.Open())
        {
            Story.Write(journal, _story.Events);
            if (withSnapshot)
            {
                journal.SaveSnapshot(Story.SnapshotAt(_story.Events, _story.Events.Count / 2 / 4 * 4));
            }
        }

        using JournalPast past = new(_folder.Path, Story.Limits);
        Assert.All(_story.Events.Select(e => e.At).Distinct(), at =>
        {
            long last = _story.Events.Last(e => e.At <= at).Sequence;
            Nexus.Engine.Core.Engine then = past.StateAt(at);
            Assert.Equal(last, then.Sequence);
            Assert.Equal(Story.SnapshotAt(_story.Events, last).Hash, then.StateHash());
            Assert.Equal(_story.Events.Count - last, past.After(then.Sequence).Count());
        });
        Assert.Equal(_story.Events[0].At, past.Since());
    }

    [Fact]
    public void Before_the_first_event_there_is_nothing_and_of_an_empty_journal_nothing_is_known()
    {
        using SqliteJournal journal = _folder.Open();
        using JournalPast past = new(_folder.Path, Story.Limits);
        Assert.Null(past.Since());

        Story.Write(journal, _story.Events);

        Assert.Equal(0, past.StateAt(new Instant(_story.Events[0].At.Milliseconds - 1)).Sequence);
    }

    [Fact]
    public void Where_retention_took_the_beginning_the_past_begins_with_the_oldest_snapshot()
    {
        // The end of a batch, and of all that happened at its moment.
        long middle = Enumerable.Range(1, _story.Events.Count / 2 / 4).Select(b => 4L * b).Last(b => _story.Events[(int)b].At > _story.Events[(int)b - 1].At);
        Instant then = _story.Events[(int)middle - 1].At;
        using (SqliteJournal journal = _folder.Open())
        {
            Story.Write(journal, _story.Events);
            journal.SaveSnapshot(Story.SnapshotAt(_story.Events, middle));
        }

        _folder.Sql($"INSERT OR REPLACE INTO trimmed SELECT 1, last, at, total, hash FROM batches WHERE last = {middle}; DELETE FROM batches WHERE last <= {middle}");

        using JournalPast past = new(_folder.Path, Story.Limits);
        Assert.Equal(then, past.Since());
        Assert.Equal(middle, past.StateAt(then).Sequence);
        Assert.Equal(JournalFailure.Trimmed, Assert.Throws<JournalException>(() => past.StateAt(new Instant(then.Milliseconds - 1))).Failure);
    }
}
