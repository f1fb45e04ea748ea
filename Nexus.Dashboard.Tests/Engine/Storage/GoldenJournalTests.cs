using System.Runtime.CompilerServices;
using System.Text.Json;
using Nexus.Engine.Core;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Storage;
using Xunit;

namespace Nexus.Dashboard.Tests.Engine.Storage;

/// <summary>
/// A released byte layout is read for ever: of each one a small journal, in which every type of event happens, lies in the folder Golden with what it
/// replays to. A new layout (of the events, the requests, the snapshots or the tables) adds a folder; none is ever changed.
/// </summary>
public sealed class GoldenJournalTests : IDisposable
{
    private readonly DataFolder _folder = new();

    public static TheoryData<string> Released => [.. Directory.EnumerateDirectories(Golden).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Released))]
    public void A_released_journal_replays_to_its_known_hash(string layout)
    {
        Known known = Take(layout);

        VerifyResult verified = new JournalVerifier(_folder.Path, Story.Limits).Verify();

        Assert.True(verified.Ok, verified.Problem);
        Assert.Equal(known, new Known(verified.Events, verified.LastHash!, verified.Hash!, known.Types, known.Archived));
        Assert.Equal(verified.Hash, verified.ReplayedHash);
    }

    [Theory]
    [MemberData(nameof(Released))]
    public void A_released_journal_can_be_opened_and_written_on(string layout)
    {
        Known known = Take(layout);
        using SqliteJournal journal = _folder.Open();

        Assert.Equal(known.Types, string.Join(' ', journal.Read(0).SelectMany(batch => EventCodec.ReadAll(batch.Events)).Select(EventJson.TypeOf)));
        Assert.Equal(known.Archived, string.Join(' ', known.Archived.Split(' ').Select(id => journal.FindArchivedById(id).Single().Spec.Id)));
        Assert.Equal(known.Events, journal.LatestSnapshot()!.Sequence);
        journal.Commit(DataFolder.Batch(known.Events + 1, known.Events + 1), []);
    }

    [Fact]
    public void What_is_written_today_has_the_newest_released_layout()
    {
        Take(Released.Select(row => row.Data).Last());
        using SqliteJournal journal = _folder.Open();

        foreach (JournalBatch batch in journal.Read(0))
        {
            EventBuffer again = new();
            foreach (EngineEvent happened in EventCodec.ReadAll(batch.Events))
            {
                EventCodec.Write(again, happened);
            }

            // Not equal? Then the layout changed: give it a number of its own, and write its golden journal with the test below.
            Assert.Equal(Convert.ToHexString(batch.Events.Span), Convert.ToHexString(again.Written.Span));
        }

        Snapshot snapshot = journal.LatestSnapshot()!;
        Assert.Equal(Convert.ToHexString(snapshot.Hash), Convert.ToHexString(Nexus.Engine.Core.Engine.Restore(snapshot.State.Span, Story.Limits).StateHash()));
    }

    /// <summary>With NEXUS_WRITE_GOLDEN=1 beside the others in the sources, to be looked at and committed; else into nowhere, so that the way stays open.</summary>
    [Fact]
    public void The_golden_journal_of_a_new_layout_is_written_beside_the_others_and_never_over_one()
    {
        using DataFolder nowhere = new();
        string goldens = Environment.GetEnvironmentVariable("NEXUS_WRITE_GOLDEN") == "1" ? Source() : nowhere.Path;
        Scene story = Story.Told();
        using (SqliteJournal journal = _folder.Open())
        {
            Story.Write(journal, story.Events, archived: story.Archived);
            journal.SaveSnapshot(Story.SnapshotAt(story.Events, long.MaxValue));
        }

        VerifyResult verified = new JournalVerifier(_folder.Path, Story.Limits).Verify();
        Assert.True(verified.Ok, verified.Problem);
        string target = Path.Combine(goldens, $"{Directory.CreateDirectory(goldens).EnumerateDirectories().Count() + 1}");
        Assert.False(Directory.Exists(target));
        Directory.CreateDirectory(target);
        File.Copy(_folder.Database, Path.Combine(target, "engine.golden"));
        File.Copy(Directory.EnumerateFiles(Path.Combine(_folder.Path, "snapshots")).Single(), Path.Combine(target, "snapshot.golden"));
        Known known = new(
            verified.Events, verified.LastHash!, verified.Hash!, string.Join(' ', story.Events.Select(EventJson.TypeOf)), string.Join(' ', story.Archived.Select(r => r.Spec.Id).Distinct()));
        File.WriteAllText(Path.Combine(target, "known.json"), JsonSerializer.Serialize(known, Indented) + "\n");
    }

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static string Golden => Path.Combine(AppContext.BaseDirectory, "Engine", "Storage", "Golden");

    private static string Source([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Golden");

    private Known Take(string layout)
    {
        string golden = Path.Combine(Golden, layout);
        Known known = JsonSerializer.Deserialize<Known>(File.ReadAllText(Path.Combine(golden, "known.json")))!;
        File.Copy(Path.Combine(golden, "engine.golden"), _folder.Database);
        Directory.CreateDirectory(Path.Combine(_folder.Path, "snapshots"));
        File.Copy(Path.Combine(golden, "snapshot.golden"), Path.Combine(_folder.Path, "snapshots", $"{known.Events:D19}.snapshot"));
        return known;
    }

    private sealed record Known(long Events, string LastHash, string StateHash, string Types, string Archived);
}
