using Nexus.Dashboard.Features.Budgets;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Features.Queue;

/// <summary>The sentence that a person reads of the grant that a request shares.</summary>
internal static class SharedGrantText
{
    /// <summary>Whose grant, and what that saves at present prices.</summary>
    public static string Of(SharedGrant shared, string currency) =>
        $"Shares the grant of {(shared.With is { } id ? $"{id} ({Lease.IdOf(shared.Lease)})" : Lease.IdOf(shared.Lease))}{string.Concat(shared.Minima.Select((m, i) => (i == 0 ? ": " : "; ") + Of(m, currency)))}.";

    private static string Of(SharedMinimum minimum, string currency) =>
        $"the minimum of {minimum.Sku} is paid once{(minimum.IsHourly ? "" : " in the hour")}, saves {BudgetMoney.Full(minimum.Saving, currency)}{(minimum.IsHourly ? " an hour" : "")}";
}
