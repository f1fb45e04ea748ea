using System.Buffers.Binary;
using System.Text;

namespace Nexus.Dashboard.Tests.Dashboard.Costs.Otlp;

/// <summary>Writes messages in the protobuf wire format, as a client does.</summary>
internal sealed class ProtobufMessage
{
    private readonly MemoryStream _bytes = new();

    public byte[] ToArray() => _bytes.ToArray();

    public ProtobufMessage Whole(int field, ulong value)
    {
        Varint((ulong)field << 3);
        Varint(value);
        return this;
    }

    public ProtobufMessage Fixed(int field, ulong value)
    {
        Varint(((ulong)field << 3) | 1);
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        _bytes.Write(bytes);
        return this;
    }

    public ProtobufMessage Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

    public ProtobufMessage Message(int field, ProtobufMessage message) => Bytes(field, message.ToArray());

    public ProtobufMessage Bytes(int field, byte[] bytes)
    {
        Varint(((ulong)field << 3) | 2);
        Varint((ulong)bytes.Length);
        _bytes.Write(bytes);
        return this;
    }

    /// <summary>An attribute, a <c>KeyValue</c>.</summary>
    public ProtobufMessage Attribute(int field, string key, object value) => Message(field, new ProtobufMessage().Text(1, key).Message(2, value switch
    {
        string text => new ProtobufMessage().Text(1, text),
        bool flag => new ProtobufMessage().Whole(2, flag ? 1UL : 0),
        int whole => new ProtobufMessage().Whole(3, (ulong)whole),
        double number => new ProtobufMessage().Fixed(4, BitConverter.DoubleToUInt64Bits(number)),
        _ => throw new ArgumentException("no attribute", nameof(value)),
    }));

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _bytes.WriteByte((byte)(value | 0x80));
        }

        _bytes.WriteByte((byte)value);
    }
}
