using Nexus.Dashboard.Features.Budgets;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Features.Queue;

/// <summary>The sentence that a person reads of the grant that a request shares.</summary>
internal static class SharedGrantText
{
    /// <summary>Whose grant, and what that saves at present prices, or that it is alone in it by now.</summary>
    public static string Of(SharedGrant shared, string currency) => shared.IsAlone
        ? $"Began in {Whose(shared)}; alone in it now{(shared.Minima.Count == 0 ? "" : $", it pays the minimum of {string.Join(" and ", shared.Minima.Select(m => m.Sku))}")}."
        : $"Shares {Whose(shared)}{string.Concat(shared.Minima.Select((m, i) => (i == 0 ? ": " : "; ") + Of(m, currency)))}.";

    private static string Whose(SharedGrant shared) => (shared.With, shared.Lease) switch
    {
        (_, null) => "a grant of others",
        (null, { } lease) => $"the grant of {Lease.IdOf(lease)}",
        ({ } id, { } lease) => $"the grant of {id} ({Lease.IdOf(lease)})",
    };

    private static string Of(SharedMinimum minimum, string currency) =>
        $"the minimum of {minimum.Sku} is paid once{(minimum.IsHourly ? "" : " in the hour")}, saves {BudgetMoney.Full(minimum.Saving, currency)}{(minimum.IsHourly ? " an hour" : "")}";
}
