using System.Buffers;
using System.Text.Json;
using Nexus.Engine.Core;

namespace Nexus.Engine.Storage;

/// <summary>Writes a journal's events as JSON lines, with the bytes and hashes that let a reader verify them without Nexus; docs/reference/journal-export.md is the format.</summary>
/// <remarks>
/// One line an event: the object of <see cref="EventJson"/> and <c>encoded</c>, the event's bytes in Base64. The last event of each batch carries
/// <c>batch{first, last, at, previousHash, hash}</c>: <c>hash</c> is the SHA-256 over previousHash, first, last and at (64 bits each, little-endian, at in
/// milliseconds since 1970) and the bytes of its events one after the other. Reads only, in short steps, so that it works beside a running server.
/// </remarks>
public static class JournalExport
{
    /// <summary>Writes the events after a number, whole batches at a time.</summary>
    /// <param name="folder">The data folder, or a backup.</param>
    /// <param name="to">Where to; written through a buffer and flushed at the end.</param>
    /// <param name="after">The number after which it begins; 0 for all that is kept.</param>
    /// <param name="progress">Told of the events written so far and of all there are.</param>
    /// <param name="cancellation">Stops it at the end of a batch.</param>
    /// <returns>How many events were written.</returns>
    /// <exception cref="JournalException">The journal cannot be read; what is written until then is sound.</exception>
    public static async Task<long> WriteAsync(
        string folder, Stream to, long after = 0, IProgress<(long Done, long All)>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(to);
        folder = Path.GetFullPath(folder);
        using JournalReaderPool readers = new(folder);
        (ChainLink trimmed, ChainLink end) = readers.Ask(reader => (reader.Trimmed(), reader.End()));
        long from = Math.Max(after, trimmed.Last);
        long written = 0;
        ArrayBufferWriter<byte> lines = new(64 * 1024);
        foreach (ChainedBatch batch in JournalWalk.From(from, folder, readers).TakeWhile(batch => batch.Batch.Last <= end.Last))
        {
            cancellation.ThrowIfCancellationRequested();
            written += Write(lines, batch);
            if (lines.WrittenCount >= 32 * 1024)
            {
                await to.WriteAsync(lines.WrittenMemory, CancellationToken.None);
                lines.ResetWrittenCount();
                progress?.Report((written, end.Last - from));
            }
        }

        await to.WriteAsync(lines.WrittenMemory, cancellation);
        await to.FlushAsync(cancellation);
        progress?.Report((written, end.Last - from));
        return written;
    }

    private static int Write(ArrayBufferWriter<byte> lines, ChainedBatch batch)
    {
        int events = 0;
        EventReader reader = new(batch.Batch.Events.Span);
        while (!reader.AtEnd)
        {
            int start = reader.Position;
            EngineEvent happened = EventCodec.Read(ref reader);
            using (Utf8JsonWriter json = new(lines))
            {
                json.WriteStartObject();
                EventJson.WriteMembers(json, happened);
                json.WriteBase64String("encoded", batch.Batch.Events.Span[start..reader.Position]);
                if (reader.AtEnd)
                {
                    WriteBatch(json, batch);
                }

                json.WriteEndObject();
            }

            lines.Write("\n"u8);
            events++;
        }

        return events;
    }

    private static void WriteBatch(Utf8JsonWriter json, ChainedBatch batch)
    {
        json.WriteStartObject("batch");
        json.WriteNumber("first", batch.Batch.First);
        json.WriteNumber("last", batch.Batch.Last);
        json.WriteNumber("at", batch.Batch.At.Milliseconds);
        json.WriteString("previousHash", Convert.ToHexStringLower(batch.Previous));
        json.WriteString("hash", Convert.ToHexStringLower(batch.Hash));
        json.WriteEndObject();
    }
}
