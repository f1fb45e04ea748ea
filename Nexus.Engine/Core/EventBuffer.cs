using System.Buffers.Binary;
using System.Text;

namespace Nexus.Engine.Core;

/// <summary>A growing run of bytes with the few shapes that the journal's layout is made of. Little-endian; texts as a length and UTF-8.</summary>
/// <param name="capacity">The room it starts with, in bytes; it grows by doubling.</param>
public sealed class EventBuffer(int capacity = 4096)
{
    private byte[] _bytes = new byte[capacity];

    /// <summary>How many bytes are written.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes; valid until the next write or <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    /// <summary>Forgets what is written and keeps the room.</summary>
    public void Clear() => Length = 0;

    /// <summary>One byte.</summary>
    public void Byte(byte value)
    {
        Room(1);
        _bytes[Length++] = value;
    }

    /// <summary>A yes or no.</summary>
    public void Flag(bool value) => Byte(value ? (byte)1 : (byte)0);

    /// <summary>A whole number, in one to ten bytes, small ones short (zigzag, base 128).</summary>
    public void Number(long value)
    {
        Room(10);
        ulong rest = (ulong)((value << 1) ^ (value >> 63));
        while (rest >= 0x80)
        {
            _bytes[Length++] = (byte)(rest | 0x80);
            rest >>= 7;
        }

        _bytes[Length++] = (byte)rest;
    }

    /// <summary>A text, or none.</summary>
    public void Text(string? value)
    {
        if (value is null)
        {
            Number(-1);
            return;
        }

        int most = Encoding.UTF8.GetMaxByteCount(value.Length);
        if (value.Length <= 20)
        {
            // The length fits one byte whatever the characters: write it after the text, without a second pass.
            Room(most + 1);
            int written = Encoding.UTF8.GetBytes(value, _bytes.AsSpan(Length + 1));
            if (written < 64)
            {
                _bytes[Length] = (byte)(written << 1);
                Length += written + 1;
                return;
            }
        }

        int count = Encoding.UTF8.GetByteCount(value);
        Number(count);
        Room(count);
        Length += Encoding.UTF8.GetBytes(value, _bytes.AsSpan(Length));
    }

    /// <summary>Leaves room for a length of four bytes, to be set by <see cref="EndBlock"/>.</summary>
    public int BeginBlock()
    {
        Room(4);
        int at = Length;
        Length += 4;
        return at;
    }

    /// <summary>Sets the length that <see cref="BeginBlock"/> left room for.</summary>
    public void EndBlock(int at) => BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(at), Length - at - 4);

    private void Room(int more)
    {
        if (_bytes.Length - Length < more)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + more));
        }
    }
}

/// <summary>Reads what <see cref="EventBuffer"/> wrote.</summary>
public ref struct EventReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>How many bytes were read.</summary>
    public int Position { get; private set; }

    /// <summary>True when nothing is left.</summary>
    public readonly bool AtEnd => Position >= _bytes.Length;

    /// <summary>One byte.</summary>
    public byte Byte() => _bytes[Position++];

    /// <summary>A yes or no.</summary>
    public bool Flag() => Byte() != 0;

    /// <summary>A whole number.</summary>
    public long Number()
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = _bytes[Position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return (long)(value >> 1) ^ -(long)(value & 1);
            }
        }
    }

    /// <summary>A text, or none.</summary>
    public string? Text()
    {
        int count = (int)Number();
        if (count < 0)
        {
            return null;
        }

        string text = Encoding.UTF8.GetString(_bytes.Slice(Position, count));
        Position += count;
        return text;
    }

    /// <summary>A text, or none, that stands in many events: of a kind, a class, a pool, a source. One string for all of them while it is remembered.</summary>
    public string? Name()
    {
        int count = (int)Number();
        if (count < 0)
        {
            return null;
        }

        ReadOnlySpan<byte> name = _bytes.Slice(Position, count);
        Position += count;
        return RecurringNames.Get(name);
    }

    /// <summary>The bytes of a text; empty for none.</summary>
    public ReadOnlySpan<byte> TextBytes()
    {
        int count = Math.Max(0, (int)Number());
        ReadOnlySpan<byte> text = _bytes.Slice(Position, count);
        Position += count;
        return text;
    }

    /// <summary>The next block's bytes.</summary>
    public ReadOnlySpan<byte> Block()
    {
        int length = BinaryPrimitives.ReadInt32LittleEndian(_bytes[Position..]);
        ReadOnlySpan<byte> block = _bytes.Slice(Position + 4, length);
        Position += 4 + length;
        return block;
    }
}
