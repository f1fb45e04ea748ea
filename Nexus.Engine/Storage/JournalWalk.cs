namespace Nexus.Engine.Storage;

/// <summary>Walks along the journal in short steps and checks the chain on the way.</summary>
internal static class JournalWalk
{
    /// <summary>The batches that hold events after a number.</summary>
    /// <exception cref="JournalException">It cannot be read, the chain is broken (the message names the batch), or what was asked for is trimmed.</exception>
    public static IEnumerable<ChainedBatch> From(long after, string folder, JournalReaderPool readers)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        return Walk(after, folder, readers);
    }

    private static IEnumerable<ChainedBatch> Walk(long after, string folder, JournalReaderPool readers)
    {
        (ChainLink trimmed, ChainLink start) = readers.Ask(reader => (reader.Trimmed(), reader.Before(after)));
        if (after < trimmed.Last)
        {
            throw Trimmed(trimmed);
        }

        (long last, byte[] hash) = (start.Last, start.Hash);
        while (readers.Ask(reader => reader.BatchesAfter(last)) is { Count: > 0 } step)
        {
            foreach (ChainedBatch next in step)
            {
                if (Fault(next, last, hash) is { } fault)
                {
                    // Retention may have taken what was to come next while it was waited for.
                    trimmed = readers.Ask(reader => reader.Trimmed());
                    throw next.Batch.First != last + 1 && trimmed.Last > last ? Trimmed(trimmed) : JournalErrors.Corrupt(folder, fault);
                }

                (last, hash) = (next.Batch.Last, next.Hash);
                if (last > after)
                {
                    yield return next;
                }
            }
        }
    }

    private static string? Fault(ChainedBatch next, long last, ReadOnlySpan<byte> hash) =>
        next.Batch.First != last + 1 ? $"After event {last} comes the batch of events {next.Batch.First}–{next.Batch.Last}: what lay between is missing."
        : !hash.SequenceEqual(next.Previous) ? $"The batch of events {next.Batch.First}–{next.Batch.Last} does not follow on the one before it: the chain is broken there."
        : !next.Hash.AsSpan().SequenceEqual(JournalChain.Next(hash, next.Batch)) ? $"The batch of events {next.Batch.First}–{next.Batch.Last} is not what was written: its hash does not match."
        : null;

    private static JournalException Trimmed(ChainLink trimmed) =>
        new($"Events up to {trimmed.Last} are older than what the journal keeps.", JournalFailure.Trimmed);
}
