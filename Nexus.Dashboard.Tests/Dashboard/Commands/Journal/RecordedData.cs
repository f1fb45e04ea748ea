using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Storage;

namespace Nexus.Dashboard.Tests.Dashboard.Commands.Journal;

/// <summary>A data directory in which an engine has made three decisions about kinds and stopped cleanly.</summary>
internal sealed class RecordedData : IDisposable
{
    public RecordedData()
    {
        using SqliteJournal journal = SqliteJournal.Open(Folder);
        Nexus.Engine.Core.Engine engine = new(new EngineLimits());
        foreach (string kind in (string[])["licence.seats", "licence.hours", "licence.days"])
        {
            Batch batch = new();
            SetKind command = new(new ResourceKind(kind, ResourceFamily.Other, "seat", ResourceBehaviour.Held)) { Actor = Actor.Engine };
            engine.Handle(command, new Instant(1_700_000_000_000), batch);
            journal.Commit(new JournalBatch(engine.Sequence, engine.Sequence, engine.Now, batch.Encoded.Written), batch.Archived);
        }

        EngineSnapshot state = engine.Capture();
        (ReadOnlyMemory<byte> bytes, byte[] hash) = state.Encode();
        journal.SaveSnapshot(new Snapshot(state.Sequence, state.At, bytes, hash));
        StateHash = Convert.ToHexStringLower(hash);
    }

    public string Folder { get; } = Path.Combine(Path.GetTempPath(), $"nexus-data-{Guid.NewGuid():N}");

    public string StateHash { get; }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
