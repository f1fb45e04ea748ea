using Nexus.Engine.Simulation;

namespace Nexus.Dashboard.Commands.Policies;

/// <summary>What <c>policy export --json</c> prints.</summary>
/// <param name="Path">The folder, absolute.</param>
/// <param name="Files">What was written there.</param>
internal sealed record PolicyExportAnswer(string Path, IReadOnlyList<PolicyFileAnswer> Files);

/// <summary>A file that was written.</summary>
/// <param name="File">Its name.</param>
/// <param name="Entries">How many things it holds.</param>
/// <param name="Changed">False where it was there, and is the same to the byte.</param>
internal sealed record PolicyFileAnswer(string File, int Entries, bool Changed);

/// <summary>What <c>policy apply --json</c> prints.</summary>
/// <param name="DryRun">True where nothing was changed.</param>
/// <param name="Plan">What differs between the system and the files.</param>
internal sealed record PolicyApplyAnswer(bool DryRun, IReadOnlyList<PlannedChange> Plan)
{
    /// <summary>What was changed, in its order; absent of a dry run.</summary>
    public IReadOnlyList<PlannedChange>? Applied { get; init; }

    /// <summary>What was not, the one that was refused first; absent where all was.</summary>
    public IReadOnlyList<PlannedChange>? NotApplied { get; init; }

    /// <summary>Why not.</summary>
    public string? Error { get; init; }

    /// <summary>What was replayed; absent where nothing was.</summary>
    public ReplayedWindow? Window { get; init; }

    /// <summary>What came of it, under the present and the changed policy.</summary>
    public IReadOnlyList<SimulationReport>? Variants { get; init; }

    /// <summary>The conditions of <c>--fail-if</c> that do not hold, as sentences; absent unless it is a dry run.</summary>
    public IReadOnlyList<string>? Failed { get; init; }
}

/// <summary>A window of recorded time.</summary>
/// <param name="From">When it begins.</param>
/// <param name="To">When it ends.</param>
internal sealed record ReplayedWindow(DateTimeOffset From, DateTimeOffset To);

/// <summary>Something that differs.</summary>
/// <param name="File">The file that says it.</param>
/// <param name="Name">What it is called there.</param>
/// <param name="Change">What becomes of it.</param>
/// <param name="Fields">What of it, where it is there before and after.</param>
internal sealed record PlannedChange(string File, string Name, PolicyChangeKind Change, IReadOnlyList<PlannedField>? Fields)
{
    public static PlannedChange Of(PolicyChange change) =>
        new(change.Part.File, change.Name, change.Kind, change.Fields.Count == 0 ? null : [.. change.Fields.Select(f => new PlannedField(f.Field, f.Before, f.After))]);
}

/// <summary>A field that differs.</summary>
/// <param name="Field">Its path.</param>
/// <param name="Before">What it is; absent where there is nothing.</param>
/// <param name="After">What it is to be; absent where there is to be nothing.</param>
internal sealed record PlannedField(string Field, string? Before, string? After);
