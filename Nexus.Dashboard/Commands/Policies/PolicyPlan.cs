using System.Text.Json.Nodes;

namespace Nexus.Dashboard.Commands.Policies;

/// <summary>What makes one policy of another.</summary>
internal static class PolicyPlan
{
    /// <summary>The changes, in the order of the parts and of their names. What a policy says nothing of stays as it is, and so does what nobody can remove.</summary>
    /// <param name="present">The policy as it is.</param>
    /// <param name="wanted">The policy as it is to be.</param>
    public static IReadOnlyList<PolicyChange> Of(PolicyContent present, PolicyContent wanted)
    {
        List<PolicyChange> changes = [];
        foreach (PolicyPartContent after in wanted.Parts)
        {
            IReadOnlyList<PolicyItem> before = present.Of(after.Part)?.Items ?? [];
            changes.AddRange(before.Select(item => item.Name).Union(after.Items.Select(item => item.Name), StringComparer.Ordinal).Order(StringComparer.Ordinal)
                .Select(name => new PolicyChange(after.Part, before.FirstOrDefault(item => item.Name == name), after.Find(name)))
                .Where(change => change switch
                {
                    { Before: { } was, After: { } becomes } => !JsonNode.DeepEquals(was.Body, becomes.Body),
                    { Before.IsBuiltIn: true, After: null } => false,
                    _ => true,
                }));
        }

        return changes;
    }
}
