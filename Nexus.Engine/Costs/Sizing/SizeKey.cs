using Nexus.Engine.Resources;

namespace Nexus.Engine.Costs.Sizing;

/// <summary>Whose work is taken to be alike in size: that of one workflow with one model, for each kind apart.</summary>
/// <param name="Workflow">The owner down to the workflow: <c>tenant/user/workflow</c>.</param>
/// <param name="Model">The model; null where none is named.</param>
/// <param name="Kind">The name of the Metered kind.</param>
internal sealed record SizeKey(OwnerPath Workflow, string? Model, string Kind)
{
    // tenant/user/workflow; an agent below it works for the same.
    private const int WorkflowLevel = 3;

    /// <summary>The key of what an owner used, or asks for.</summary>
    public static SizeKey Of(OwnerPath owner, string? model, string kind) => new(owner.AtMost(WorkflowLevel), model, kind);
}
