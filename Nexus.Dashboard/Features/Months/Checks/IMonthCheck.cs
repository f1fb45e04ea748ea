using Nexus.Engine.Costs.Months;

namespace Nexus.Dashboard.Features.Months.Checks;

/// <summary>Something to look at before a month is closed: one item of the checklist. It stops nobody.</summary>
/// <remarks>A new one is a file of its own and a line in <see cref="MonthsExtensions"/>.</remarks>
internal interface IMonthCheck
{
    /// <summary>What it looks at, in one word of the API, for example <c>unpricedUsage</c>.</summary>
    string Name { get; }

    /// <summary>Looks at a month.</summary>
    /// <param name="month">The month, as the ledger and the engine have it now.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="Nexus.Engine.Hosting.EngineUnavailableException">It cannot be looked at now.</exception>
    Task<MonthFinding> LookAsync(LookedAtMonth month, CancellationToken cancellation);
}

/// <summary>A month that is about to be closed.</summary>
/// <param name="Month">The month.</param>
/// <param name="Bill">What is billed in it, by kind and model.</param>
/// <param name="Others">All months that have anything.</param>
internal sealed record LookedAtMonth(BillingMonth Month, MonthBill Bill, IReadOnlyList<MonthSum> Others);

/// <summary>What a check found.</summary>
/// <param name="Count">How much of what it looks for there is; 0: all is well.</param>
/// <param name="Detail">A sentence, with what to do about it.</param>
internal sealed record MonthFinding(int Count, string Detail);
