using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Storage;

/// <summary>A snapshot's bytes on disk: a head of fixed length, the state, and a hash over both, so that no byte of it is taken on trust.</summary>
/// <remarks>Head: "NXSNAP" and the format (8 bytes), sequence, time, length of the state (64 bits each, little-endian), the chain's hash at that event (32), the state hash (32).</remarks>
internal static class SnapshotFile
{
    private const int HeadLength = 96;
    private const int HashLength = SHA256.HashSizeInBytes;

    private static ReadOnlySpan<byte> Magic => "NXSNAP\0\u0001"u8;

    /// <summary>Writes a snapshot under a temporary name, makes it durable and gives it its name.</summary>
    public static void Write(string path, Snapshot snapshot, ReadOnlySpan<byte> chain)
    {
        byte[] head = new byte[HeadLength];
        Magic.CopyTo(head);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(8), snapshot.Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(16), snapshot.At.Milliseconds);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(24), snapshot.State.Length);
        chain.CopyTo(head.AsSpan(32));
        snapshot.Hash.CopyTo(head.AsSpan(64));

        string temporary = path + ".tmp";
        using (FileStream file = new(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            file.Write(head);
            file.Write(snapshot.State.Span);
            file.Write(HashOf(head, snapshot.State.Span));
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        DirectorySync.Flush(Path.GetDirectoryName(path)!);
    }

    /// <summary>Reads a snapshot and checks every byte of it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="chain">The hash of the batch that ends at its sequence number.</param>
    /// <param name="fault">What is wrong with it, where something is.</param>
    public static bool TryRead(
        string path, [NotNullWhen(true)] out Snapshot? snapshot, [NotNullWhen(true)] out byte[]? chain, [NotNullWhen(false)] out string? fault)
    {
        (snapshot, chain) = (null, null);
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            fault = error.Message;
            return false;
        }

        fault = Fault(bytes);
        if (fault is not null)
        {
            return false;
        }

        ReadOnlyMemory<byte> state = bytes.AsMemory(HeadLength, bytes.Length - HeadLength - HashLength);
        chain = bytes[32..64];
        snapshot = new(
            BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(8)), new Instant(BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(16))), state, bytes[64..96]);
        return true;
    }

    private static string? Fault(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeadLength + HashLength || !bytes.StartsWith(Magic[..6]))
        {
            return "it is not a snapshot, or cut short";
        }

        if (!bytes.StartsWith(Magic))
        {
            return "it is of a later format";
        }

        ReadOnlySpan<byte> head = bytes[..HeadLength];
        ReadOnlySpan<byte> state = bytes[HeadLength..^HashLength];
        return BinaryPrimitives.ReadInt64LittleEndian(head[24..]) != state.Length ? "it is cut short"
            : !HashOf(head, state).AsSpan().SequenceEqual(bytes[^HashLength..]) || !SHA256.HashData(state).AsSpan().SequenceEqual(head[64..]) ? "its bytes do not match their hash"
            : null;
    }

    private static byte[] HashOf(ReadOnlySpan<byte> head, ReadOnlySpan<byte> state)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(head);
        hash.AppendData(state);
        return hash.GetHashAndReset();
    }
}
