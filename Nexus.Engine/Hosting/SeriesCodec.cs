using System.IO.Compression;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Hosting;

/// <summary>A point of the series as bytes: a version, then the fields, deflated.</summary>
internal static class SeriesCodec
{
    private const byte Version = 1;

    public static byte[] Encode(SeriesPoint point)
    {
        using MemoryStream bytes = new();
        bytes.WriteByte(Version);
        using (BinaryWriter to = new(new DeflateStream(bytes, CompressionLevel.Fastest, leaveOpen: true)))
        {
            to.Write(point.At.Milliseconds);
            to.Write7BitEncodedInt(point.Waiting);
            to.Write7BitEncodedInt(point.Running);
            to.Write(point.DecisionsPerSecond);
            to.Write7BitEncodedInt64(point.Decided);
            to.Write7BitEncodedInt64(point.Refused);
            to.Write(point.AdmissionP99?.Ticks ?? -1);
            to.Write7BitEncodedInt(point.Kinds.Count);
            foreach (KindPoint kind in point.Kinds)
            {
                to.Write(kind.Kind);
                to.Write7BitEncodedInt64(kind.Used.Thousandths);
                to.Write7BitEncodedInt64(kind.Capacity.Thousandths);
                to.Write7BitEncodedInt64(kind.Waiting.Thousandths);
            }

            to.Write7BitEncodedInt(point.Meters.Count);
            foreach (MeterPoint meter in point.Meters)
            {
                to.Write(meter.Pool);
                to.Write(meter.Kind);
                to.Write7BitEncodedInt64(meter.Used.Thousandths);
                to.Write7BitEncodedInt64(meter.Capacity.Thousandths);
            }
        }

        return bytes.ToArray();
    }

    /// <summary>The point, or null for one that another version wrote or that is damaged: a chart has a gap there.</summary>
    public static SeriesPoint? Decode(byte[] bytes)
    {
        if (bytes.Length == 0 || bytes[0] != Version)
        {
            return null;
        }

        try
        {
            using BinaryReader from = new(new DeflateStream(new MemoryStream(bytes, 1, bytes.Length - 1), CompressionMode.Decompress));
            Instant at = new(from.ReadInt64());
            (int waiting, int running) = (from.Read7BitEncodedInt(), from.Read7BitEncodedInt());
            double rate = from.ReadDouble();
            (long decided, long refused, long p99) = (from.Read7BitEncodedInt64(), from.Read7BitEncodedInt64(), from.ReadInt64());
            KindPoint[] kinds = new KindPoint[from.Read7BitEncodedInt()];
            for (int i = 0; i < kinds.Length; i++)
            {
                kinds[i] = new KindPoint(from.ReadString(), Amount(from), Amount(from), Amount(from));
            }

            MeterPoint[] meters = new MeterPoint[from.Read7BitEncodedInt()];
            for (int i = 0; i < meters.Length; i++)
            {
                meters[i] = new MeterPoint(from.ReadString(), from.ReadString(), Amount(from), Amount(from));
            }

            return new SeriesPoint(at, waiting, running, rate, decided, refused, p99 < 0 ? null : new TimeSpan(p99), kinds, meters);
        }
        catch (Exception damaged) when (damaged is IOException or InvalidDataException or FormatException or OverflowException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    private static Quantity Amount(BinaryReader from) => Quantity.FromThousandths(from.Read7BitEncodedInt64());
}
