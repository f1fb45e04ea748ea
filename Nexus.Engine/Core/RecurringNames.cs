using System.Text;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Core;

/// <summary>Texts and owners that stand in many events, read once: replay and memory after it would else be full of equal strings. A bounded memory in which the newer takes the place of the older.</summary>
/// <remarks>It holds only values that never change, so it may be shared by all threads; a race costs a string, nothing else.</remarks>
internal static class RecurringNames
{
    private const int Places = 4096;
    private const int LongestName = 256;

    private static readonly string?[] Names = new string?[Places];
    private static readonly OwnerPath?[] Owners = new OwnerPath?[Places];

    /// <summary>The text of some UTF-8.</summary>
    public static string Get(ReadOnlySpan<byte> name)
    {
        if (name.Length > LongestName)
        {
            return Encoding.UTF8.GetString(name);
        }

        ref string? place = ref Names[PlaceOf(name)];
        return place is { } known && Ascii.Equals(name, known) ? known : place = Encoding.UTF8.GetString(name);
    }

    /// <summary>The owner that some UTF-8 names.</summary>
    /// <exception cref="FormatException">It names none.</exception>
    public static OwnerPath Owner(ReadOnlySpan<byte> path)
    {
        ref OwnerPath? place = ref Owners[PlaceOf(path)];
        return place is { } known && Ascii.Equals(path, known.ToString()) ? known : place = OwnerPath.Parse(Encoding.UTF8.GetString(path));
    }

    // FNV-1a (Fowler, Noll and Vo).
    private static int PlaceOf(ReadOnlySpan<byte> bytes)
    {
        uint hash = 2166136261;
        foreach (byte value in bytes)
        {
            hash = (hash ^ value) * 16777619;
        }

        return (int)((hash ^ (hash >> 15)) % Places);
    }
}
