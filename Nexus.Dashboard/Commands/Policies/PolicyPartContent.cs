namespace Nexus.Dashboard.Commands.Policies;

/// <summary>What there is of one sort of thing.</summary>
/// <param name="Part">The sort.</param>
/// <param name="Items">The things, by name.</param>
/// <param name="Version">The version of the whole, of what is replaced as a whole.</param>
internal sealed record PolicyPartContent(PolicyPart Part, IReadOnlyList<PolicyItem> Items, long Version = 0)
{
    /// <summary>One of them, or null.</summary>
    public PolicyItem? Find(string name) => Items.FirstOrDefault(item => item.Name == name);
}
