using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Nexus.Engine.Storage;

/// <summary>The hash chain over the batches: who knows the last hash can check every batch before it.</summary>
internal static class JournalChain
{
    /// <summary>What the first batch of all carries as the hash before it: 32 zeros.</summary>
    public static byte[] Genesis { get; } = new byte[SHA256.HashSizeInBytes];

    /// <summary>SHA-256 over the previous hash, first, last and time (64 bits each, little-endian; time in milliseconds) and the events' bytes.</summary>
    public static byte[] Next(ReadOnlySpan<byte> previous, JournalBatch batch)
    {
        Span<byte> numbers = stackalloc byte[24];
        BinaryPrimitives.WriteInt64LittleEndian(numbers, batch.First);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[8..], batch.Last);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[16..], batch.At.Milliseconds);

        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(previous);
        hash.AppendData(numbers);
        hash.AppendData(batch.Events.Span);
        return hash.GetHashAndReset();
    }
}

/// <summary>A batch as it lies in the journal.</summary>
/// <param name="Batch">The batch.</param>
/// <param name="Previous">The hash of the batch before.</param>
/// <param name="Hash">Its own.</param>
internal sealed record ChainedBatch(JournalBatch Batch, byte[] Previous, byte[] Hash);

/// <summary>A place in the chain: the end of a batch, or the beginning of everything.</summary>
/// <param name="Last">The number of its last event; 0 at the beginning.</param>
/// <param name="At">Its time.</param>
/// <param name="Total">The bytes of events written up to here since the beginning.</param>
/// <param name="Hash">Its hash.</param>
internal sealed record ChainLink(long Last, Resources.Instant At, long Total, byte[] Hash);
