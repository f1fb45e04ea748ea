using Nexus.Dashboard.Shared.Changes;

namespace Nexus.Dashboard.Commands.Policies;

/// <summary>What becomes of a thing of a policy.</summary>
internal enum PolicyChangeKind
{
    /// <summary>There was none.</summary>
    Added,

    /// <summary>It was otherwise.</summary>
    Changed,

    /// <summary>There is none any more.</summary>
    Removed,
}

/// <summary>A thing of a policy that is otherwise in another.</summary>
/// <param name="Part">What sort of thing it is.</param>
/// <param name="Before">As it is; null where there is none.</param>
/// <param name="After">As it is to be; null where there is to be none.</param>
internal sealed record PolicyChange(PolicyPart Part, PolicyItem? Before, PolicyItem? After)
{
    /// <summary>What it is called.</summary>
    public string Name => (After ?? Before)!.Name;

    /// <summary>What becomes of it.</summary>
    public PolicyChangeKind Kind => Before is null ? PolicyChangeKind.Added : After is null ? PolicyChangeKind.Removed : PolicyChangeKind.Changed;

    /// <summary>What differs; nothing of what is added or removed, which is otherwise as a whole.</summary>
    public IReadOnlyList<FieldChange> Fields => Kind == PolicyChangeKind.Changed ? JsonDiff.Of(Before!.Body, After!.Body) : [];

    /// <summary>For people: <c>pool 'gpu-a'</c>.</summary>
    public string Title => $"{Part.Noun} '{Name}'";
}
