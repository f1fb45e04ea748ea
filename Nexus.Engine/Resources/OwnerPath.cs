using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Nexus.Engine.Resources;

/// <summary>Who owns a request: one to eight segments, <c>tenant/user/workflow/agent</c>; the root, without a segment, is the system.</summary>
/// <remarks>
/// Segments are in Unicode normal form C, 1–128 characters, without control, format, separator-line or unassigned characters, and not
/// <c>.</c>, <c>..</c> or <c>~</c>. Compared ordinally. The root is written <c>/</c> on the command line and <c>~</c> in quota addresses.
/// </remarks>
public sealed class OwnerPath : IEquatable<OwnerPath>
{
    /// <summary>The most segments a path has.</summary>
    public const int MaxSegments = 8;

    /// <summary>The most characters a segment has.</summary>
    public const int MaxSegmentLength = 128;

    private readonly string _value;

    private OwnerPath(string value)
    {
        _value = value;
        Tenant = value.IndexOf('/', StringComparison.Ordinal) is var slash and >= 0 ? value[..slash] : value;
    }

    /// <summary>The system: every path lies within it.</summary>
    public static OwnerPath Root { get; } = new("");

    /// <summary>True for the system itself.</summary>
    public bool IsRoot => _value.Length == 0;

    /// <summary>The segments from the tenant down; none for the root.</summary>
    public IReadOnlyList<string> Segments => IsRoot ? [] : _value.Split('/');

    /// <summary>How many segments it has; 0 for the root.</summary>
    public int Depth => IsRoot ? 0 : _value.AsSpan().Count('/') + 1;

    /// <summary>The first segment, within which request ids are unique; empty for the root.</summary>
    public string Tenant { get; }

    /// <summary>The path without its last segment; the root's is the root.</summary>
    public OwnerPath Parent => _value.LastIndexOf('/') is var slash and >= 0 ? new(_value[..slash]) : Root;

    /// <summary>Reads a path; <c>/</c>, <c>~</c> are refused here, see <see cref="TryParseOrRoot"/>.</summary>
    /// <returns>False, with the reason a person can act on.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out OwnerPath? path, [NotNullWhen(false)] out string? reason)
    {
        path = null;
        reason = Fault(text);
        if (reason is not null)
        {
            return false;
        }

        path = new(text!);
        return true;
    }

    /// <summary>Reads a path where the root may be named too: <c>/</c>, <c>~</c> or an empty text.</summary>
    /// <returns>False, with the reason a person can act on.</returns>
    public static bool TryParseOrRoot(string? text, [NotNullWhen(true)] out OwnerPath? path, [NotNullWhen(false)] out string? reason)
    {
        if (text is "" or "/" or "~")
        {
            path = Root;
            reason = null;
            return true;
        }

        return TryParse(text, out path, out reason);
    }

    /// <summary>Reads a path that is known to be valid.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static OwnerPath Parse(string text) =>
        TryParseOrRoot(text, out OwnerPath? path, out string? reason) ? path : throw new FormatException($"owner '{text}' {reason}");

    /// <summary>True when this path is <paramref name="other"/> or lies below it.</summary>
    public bool IsWithin(OwnerPath other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return other.IsRoot
            || (_value.StartsWith(other._value, StringComparison.Ordinal)
                && (_value.Length == other._value.Length || _value[other._value.Length] == '/'));
    }

    /// <summary>The path cut to its first segments; itself where it has no more.</summary>
    public OwnerPath AtMost(int segments)
    {
        int at = -1;
        for (int i = 0; i < segments; i++)
        {
            at = _value.IndexOf('/', at + 1);
            if (at < 0)
            {
                return this;
            }
        }

        return new(_value[..at]);
    }

    /// <summary>This path and its parents, deepest first, without the root.</summary>
    public IEnumerable<OwnerPath> SelfAndParents()
    {
        for (OwnerPath at = this; !at.IsRoot; at = at.Parent)
        {
            yield return at;
        }
    }

    /// <inheritdoc/>
    public bool Equals(OwnerPath? other) => other is not null && string.Equals(_value, other._value, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as OwnerPath);

    /// <inheritdoc/>
    public override int GetHashCode() => string.GetHashCode(_value, StringComparison.Ordinal);

    /// <summary>Same path.</summary>
    public static bool operator ==(OwnerPath? a, OwnerPath? b) => a is null ? b is null : a.Equals(b);

    /// <summary>Another path.</summary>
    public static bool operator !=(OwnerPath? a, OwnerPath? b) => !(a == b);

    /// <summary>The path as it is written; empty for the root.</summary>
    public override string ToString() => _value;

    private static string? Fault(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "must name one to eight segments, for example acme/alice/invoice-triage";
        }

        int segments = 0;
        foreach (Range range in text.AsSpan().Split('/'))
        {
            if (++segments > MaxSegments)
            {
                return "must have at most eight segments";
            }

            if (SegmentFault(text.AsSpan()[range]) is { } fault)
            {
                return fault;
            }
        }

        return IsAscii(text) || text.IsNormalized(NormalizationForm.FormC) ? null : "must be in Unicode normal form C";
    }

    private static string? SegmentFault(ReadOnlySpan<char> segment)
    {
        if (segment.IsEmpty)
        {
            return "must not have an empty segment";
        }

        if (segment.Length > MaxSegmentLength)
        {
            return "must not have a segment of more than 128 characters";
        }

        if (segment is "." or ".." or "~")
        {
            return "must not have a segment '.', '..' or '~'";
        }

        if (System.Text.Ascii.IsValid(segment))
        {
            // Read back a million times when the journal is replayed: of ASCII only the control characters are refused.
            return segment.ContainsAnyInRange('\0', '\u001f') || segment.Contains('\u007f') ? "must not contain control, format or unassigned characters" : null;
        }

        while (!segment.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(segment, out Rune rune, out int length) != System.Buffers.OperationStatus.Done
                || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.OtherNotAssigned
                    or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            {
                return "must not contain control, format or unassigned characters";
            }

            segment = segment[length..];
        }

        return null;
    }

    private static bool IsAscii(string text) => System.Text.Ascii.IsValid(text);
}
