using Nexus.Engine.Core;
using Nexus.Engine.Storage;
using Xunit;

namespace Nexus.Dashboard.Tests.Engine.Storage;

public sealed class JournalVerifierTests : IDisposable
{
    private readonly DataFolder _folder = new();
    private readonly Scene _story = Story.Told();

    public void Dispose() => _folder.Dispose();

    private long Middle => _story.Events.Count / 2 / 4 * 4;

    [Fact]
    public void A_sound_journal_replays_to_the_hash_of_its_newest_snapshot()
    {
        WriteStory();

        VerifyResult result = Verify();

        Assert.True(result is { Ok: true, Chain: true, Problem: null }, result.Problem);
        Assert.Equal(_story.Events.Count, result.Events);
        Assert.Equal(result.Hash, result.ReplayedHash);
        Assert.Equal(Convert.ToHexStringLower(Story.SnapshotAt(_story.Events, long.MaxValue).Hash), result.Hash);
    }

    [Fact]
    public void Without_a_snapshot_the_hash_is_recomputed_alone()
    {
        using (SqliteJournal journal = _folder.Open())
        {
            Story.Write(journal, _story.Events);
        }

        VerifyResult result = Verify();

        Assert.True(result.Ok, result.Problem);
        Assert.Null(result.Hash);
        Assert.Equal(Convert.ToHexStringLower(Story.SnapshotAt(_story.Events, long.MaxValue).Hash), result.ReplayedHash);
    }

    [Fact]
    public void It_works_beside_the_server_that_writes()
    {
        using SqliteJournal journal = _folder.Open();
        Story.Write(journal, _story.Events);
        journal.SaveSnapshot(Story.SnapshotAt(_story.Events, _story.Events.Count));

        VerifyResult result = Verify();

        Assert.True(result.Ok, result.Problem);
        Assert.Equal(result.Hash, result.ReplayedHash);
    }

    [Fact]
    public void An_empty_journal_is_sound()
    {
        _folder.Open().Dispose();

        VerifyResult result = Verify();

        Assert.True(result is { Ok: true, Events: 0, LastHash: null }, result.Problem);
    }

    [Fact]
    public void A_folder_without_a_journal_is_said_to_have_none()
    {
        JournalException error = Assert.Throws<JournalException>(() => Verify());

        Assert.Contains("There is no journal in", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.Database));
    }

    [Fact]
    public void Flipped_bytes_in_a_batch_are_found_and_the_batch_is_named()
    {
        WriteStory();
        _folder.Sql("UPDATE batches SET events = CAST(substr(events, 1, 40) || x'FF' || substr(events, 42) AS BLOB) WHERE first = 5");

        VerifyResult result = Verify();

        Assert.False(result.Ok);
        Assert.False(result.Chain);
        Assert.Contains("The batch of events 5–8 is not what was written", result.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_batch_rewritten_with_its_own_hash_breaks_the_chain_at_the_next()
    {
        WriteStory();
        JournalBatch forged;
        using (JournalReader reader = JournalReader.Open(_folder.Path))
        {
            ChainedBatch second = reader.BatchesAfter(4)[0];
            byte[] bytes = second.Batch.Events.ToArray();
            bytes[40] ^= 1;
            forged = second.Batch with { Events = bytes };
            string hash = Convert.ToHexString(JournalChain.Next(second.Previous, forged));
            _folder.Sql($"UPDATE batches SET events = x'{Convert.ToHexString(bytes)}', hash = x'{hash}' WHERE first = 5");
        }

        VerifyResult result = Verify();

        Assert.False(result.Chain);
        Assert.Contains("The batch of events 9–12 does not follow on the one before it", result.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_batch_is_found_and_named()
    {
        WriteStory();
        _folder.Sql("DELETE FROM batches WHERE first = 9");

        VerifyResult result = Verify();

        Assert.False(result.Chain);
        Assert.Contains("After event 8 comes the batch of events 13–16: what lay between is missing", result.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_snapshot_that_does_not_hold_what_the_events_lead_to_is_found()
    {
        using (SqliteJournal journal = _folder.Open())
        {
            Story.Write(journal, _story.Events);
            Snapshot other = Story.SnapshotAt(_story.Events, Middle);
            journal.SaveSnapshot(other with { Sequence = Middle + 4 });
        }

        VerifyResult result = Verify();

        Assert.False(result.Ok);
        Assert.True(result.Chain);
        Assert.NotEqual(result.Hash, result.ReplayedHash);
        Assert.Contains("does not hold the state that the events lead to", result.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void After_retention_the_newer_snapshot_is_proven_by_the_older()
    {
        WriteStory();
        _folder.Sql($"UPDATE trimmed SET last = {Middle}, hash = (SELECT hash FROM batches WHERE last = {Middle})");
        _folder.Sql($"DELETE FROM batches WHERE last <= {Middle}");

        VerifyResult result = Verify();

        Assert.True(result.Ok, result.Problem);
        Assert.Equal(Middle + 1, result.First);
        Assert.Equal(_story.Events.Count - Middle, result.Events);
        Assert.Equal(result.Hash, result.ReplayedHash);
    }

    private VerifyResult Verify() => new JournalVerifier(_folder.Path, Story.Limits).Verify();

    private void WriteStory()
    {
        using SqliteJournal journal = _folder.Open();
        Story.Write(journal, _story.Events, archived: _story.Archived);
        journal.SaveSnapshot(Story.SnapshotAt(_story.Events, Middle));
        journal.SaveSnapshot(Story.SnapshotAt(_story.Events, _story.Events.Count));
    }
}
