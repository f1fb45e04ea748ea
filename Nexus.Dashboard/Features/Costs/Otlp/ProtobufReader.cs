using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Nexus.Dashboard.Api;

namespace Nexus.Dashboard.Features.Costs.Otlp;

/// <summary>Walks through the fields of a message in the protocol-buffers wire format (protobuf.dev/programming-guides/encoding).</summary>
/// <remarks>Written by hand for the few messages that are read: what is not asked for is passed over without being copied, and the build needs no compiler of .proto files.</remarks>
/// <param name="bytes">The message.</param>
/// <param name="offset">Where in the body it begins.</param>
/// <param name="name">What the message is called, for errors.</param>
internal ref struct ProtobufReader(ReadOnlySpan<byte> bytes, int offset, string name)
{
    private const int MostVarintBytes = 10;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;
    private int _wire;

    /// <summary>The number of the field that <see cref="Next"/> came to.</summary>
    public int Field { get; private set; }

    /// <summary>Goes to the next field; false at the end.</summary>
    public bool Next()
    {
        if (_at == _bytes.Length)
        {
            return false;
        }

        ulong tag = Varint();
        (Field, _wire) = (tag >> 3 is > 0 and <= 536_870_911 ? (int)(tag >> 3) : throw Fault("the number of a field is out of range"), (int)(tag & 7));
        return true;
    }

    /// <summary>The field as a message within this one.</summary>
    public ProtobufReader Message(string message)
    {
        ReadOnlySpan<byte> inner = Bytes();
        return new ProtobufReader(inner, offset + _at - inner.Length, message);
    }

    /// <summary>The field as bytes.</summary>
    public ReadOnlySpan<byte> Bytes()
    {
        Expect(2, "bytes");
        ulong length = Varint();
        return length <= (ulong)(_bytes.Length - _at) ? Take((int)length) : throw Fault(FormattableString.Invariant($"its length, {length}, reaches beyond the end of {name}"));
    }

    /// <summary>The field as a text.</summary>
    public string Text()
    {
        ReadOnlySpan<byte> utf8 = Bytes();
        try
        {
            return Strict.GetString(utf8);
        }
        catch (DecoderFallbackException)
        {
            throw Fault("it is not valid UTF-8");
        }
    }

    /// <summary>The field as a whole number of variable length.</summary>
    public long Whole()
    {
        Expect(0, "a whole number");
        return (long)Varint();
    }

    /// <summary>The field as eight bytes.</summary>
    public ulong Fixed()
    {
        Expect(1, "eight bytes");
        return BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
    }

    /// <summary>Passes over the field.</summary>
    public void Skip()
    {
        switch (_wire)
        {
            case 0: Varint(); break;
            case 1: Take(8); break;
            case 2: Bytes(); break;
            case 5: Take(4); break;
            default: throw Fault(FormattableString.Invariant($"there is no wire type {_wire} in this protocol"));
        }
    }

    private void Expect(int wire, string what)
    {
        if (_wire != wire)
        {
            throw Fault(FormattableString.Invariant($"must be {what}, not of wire type {_wire}"));
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _bytes.Length - _at)
        {
            throw Fault($"{name} ends in the midst of it");
        }

        _at += count;
        return _bytes.Slice(_at - count, count);
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (int i = 0; i < MostVarintBytes; i++)
        {
            byte next = Take(1)[0];
            value |= (ulong)(next & 0x7F) << (7 * i);
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Fault("a number is longer than ten bytes");
    }

    private readonly UnreadableTracesException Fault(string fault) => new(Problem.Field(
        "malformed-protobuf", 400, string.Create(CultureInfo.InvariantCulture, $"byte {offset + _at}, in {name}{(Field == 0 ? "" : $" field {Field}")}"), fault));
}
