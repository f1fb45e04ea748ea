using Nexus.Engine.Core;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Costs.Allowances;

/// <summary>What an allowance must be to make sense, whatever there is besides.</summary>
internal static class AllowanceRules
{
    private const int MostId = 200;

    /// <summary>The first thing that is wrong, with the JSON path of the field, or null.</summary>
    public static (FaultCode Code, string Field, string Detail)? Fault(AllowanceSpec spec, Func<string, ResourceKind?> kindOf, Instant now)
    {
        if (spec.Id.Length is 0 or > MostId || !spec.Id.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or ':' or '-'))
        {
            return (FaultCode.Invalid, "$.id", "must be 1 to 200 characters of A-Z a-z 0-9 . _ : -");
        }

        if (spec.Owner.IsRoot)
        {
            return (FaultCode.Invalid, "$.owner", "must name a tenant at least: a run is somebody's");
        }

        if (spec.Money is { } money && (money <= Money.Zero || money > BudgetDefinition.MostAmount))
        {
            return (FaultCode.Invalid, "$.limits.money", "must be above zero and at most 1,000,000,000; leave it out for as much as those above it have");
        }

        foreach (ResourceAmount amount in spec.Amounts)
        {
            string field = $"$.limits['{amount.Kind}']";
            if (kindOf(amount.Kind) is not { } kind)
            {
                return (FaultCode.UnknownName, field, $"resource kind '{amount.Kind}' does not exist; GET /api/v1/kinds lists what does");
            }

            if (kind.Behaviour is not (ResourceBehaviour.Held or ResourceBehaviour.Metered) && kind.Name != AllowanceAmount.Time)
            {
                return (FaultCode.Invalid, field, kind.Behaviour == ResourceBehaviour.Limit
                    ? $"'{kind.Name}' is a ceiling for one request and never consumed: set it in a pool"
                    : $"'{kind.Name}' cannot be limited: limit {AllowanceAmount.Time}, the time that grants last in all, or say in expiresAt when the run ends");
            }
        }

        if (spec is { Parent: null, Money: null, Amounts.Count: 0, MaxDepth: null })
        {
            return (FaultCode.Invalid, "$.limits", "state at least one limit, for example {\"money\": \"5.00\"}: a run without any is stopped by nothing");
        }

        return spec.MaxDepth is < 0 or > AllowanceSpec.MostDepth ? (FaultCode.Invalid, "$.maxDepth", $"must be 0 to {AllowanceSpec.MostDepth}")
            : spec.ExpiresAt is { } expires && (expires <= now || expires - now > AllowanceSpec.MostLength) ? (FaultCode.Invalid, "$.expiresAt", "must lie ahead, by 30 days at most")
            : null;
    }
}
