namespace Nexus.Dashboard.Shared.Changes;

/// <summary>A field that a change concerned.</summary>
/// <param name="Field">Its path.</param>
/// <param name="Before">What it was; null where there was nothing.</param>
/// <param name="After">What it is; null where nothing is left.</param>
public sealed record FieldChange(string Field, string? Before, string? After)
{
    /// <summary>On one line.</summary>
    public string Line => (Before, After) switch
    {
        (null, { } after) => $"{Field} {after}",
        ({ } before, null) => $"{Field} {before} → –",
        ({ } before, { } after) => $"{Field} {before} → {after}",
        _ => Field,
    };
}
