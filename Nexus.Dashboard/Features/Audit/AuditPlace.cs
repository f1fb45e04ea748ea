using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Nexus.Dashboard.Features.Audit;

/// <summary>A place in the audit: behind the last entry of a page. It names the entry, not a count, so that what is done meanwhile moves nothing.</summary>
/// <param name="At">When it was.</param>
/// <param name="Id">The entry.</param>
internal sealed record AuditPlace(DateTimeOffset At, string Id)
{
    private const int MostCharacters = 200;

    public static AuditPlace Of(AuditEntry entry) => new(entry.At, entry.Id);

    /// <summary>True when an entry comes after this place, which means that it is older.</summary>
    public bool IsBefore(AuditEntry entry) => entry.At < At || (entry.At == At && string.CompareOrdinal(entry.Id, Id) < 0);

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out AuditPlace? place)
    {
        place = null;
        byte[] bytes = new byte[MostCharacters];
        if (text.Length is 0 or > MostCharacters || !Base64Url.IsValid(text) || !Base64Url.TryDecodeFromChars(text, bytes, out int count)
            || Encoding.UTF8.GetString(bytes, 0, count).Split(' ') is not [var ticks, var id]
            || !long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out long at) || at > DateTimeOffset.MaxValue.Ticks - 1)
        {
            return false;
        }

        place = new AuditPlace(new DateTimeOffset(at, TimeSpan.Zero), id);
        return true;
    }

    /// <summary>For clients; opaque.</summary>
    public override string ToString() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{At.UtcTicks} {Id}")));
}
