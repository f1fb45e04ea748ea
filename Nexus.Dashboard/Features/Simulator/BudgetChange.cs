using System.Text.Json;
using System.Text.Json.Nodes;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Budgets;
using Nexus.Dashboard.Shared.Changes;
using Nexus.Engine.Costs.Budgets;

namespace Nexus.Dashboard.Features.Simulator;

/// <summary>A budget's change.</summary>
/// <param name="Id">The budget.</param>
/// <param name="Before">As it is; null where there is none.</param>
/// <param name="After">As it would be; null where it goes.</param>
/// <param name="Wanted">The same, checked.</param>
/// <param name="GoesOn">True where it counts what it counts now, and goes on.</param>
/// <param name="Version">Of the budget as it is; null where there is none.</param>
/// <param name="Fields">What differs.</param>
internal sealed record BudgetChange(string Id, BudgetBody? Before, BudgetBody? After, BudgetDefinition? Wanted, bool GoesOn, long? Version, IReadOnlyList<FieldChange> Fields)
{
    /// <summary>What makes of a budget another; null where nothing differs.</summary>
    public static BudgetChange? Of(string id, BudgetDefinition? wanted, BudgetState? now, string currency)
    {
        (BudgetBody? before, BudgetBody? after) = (now is null ? null : BudgetBody.Of(now.Definition, currency), wanted is null ? null : BudgetBody.Of(wanted, currency));
        FieldChange[] fields = [.. JsonDiff.Of(Written(before), Written(after)).Select(f => f with { Field = $"{id} {f.Field}" })];
        return fields.Length == 0 ? null
            : new BudgetChange(id, before, after, wanted, wanted is not null && now is not null && wanted.Scope == now.Definition.Scope && wanted.Period == now.Definition.Period, now?.Version, fields);
    }

    private static JsonNode? Written(BudgetBody? body) => body is null ? null : JsonSerializer.SerializeToNode(body, ApiJson.Default.BudgetBody);
}
