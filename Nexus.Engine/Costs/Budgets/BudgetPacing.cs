using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Costs.Budgets;

/// <summary>When a budget that paces lets the next one pass: what is left is spread over the time that is left.</summary>
internal sealed class BudgetPacing(BudgetPeriod period, BudgetTerms terms)
{
    private const long Hour = 3_600_000;

    /// <summary>As the last one that passed left it; null where it never paced.</summary>
    public BudgetPace? Pace { get; set; }

    /// <summary>When it lets the next one pass; null where it lets one pass now.</summary>
    public Instant? NextAt(long now) => Pace is { } pace && pace.NextAt.Milliseconds > now && (terms.Slot > 0 || pace.AdmittedAt.Milliseconds >= terms.Bounds(now).Start) ? pace.NextAt : null;

    /// <summary>How much an hour it lets pass of what is left.</summary>
    public Money PerHour(Money left, long now) => new(left.Picos * Hour / Math.Max(1, TimeLeft(now)));

    /// <summary>Somebody passes: the next one comes later.</summary>
    /// <param name="key">Who.</param>
    /// <param name="cost">What it is expected to cost.</param>
    /// <param name="left">What was left before it.</param>
    /// <param name="at">When.</param>
    public void Passes(RequestKey key, Money cost, Money left, Instant at)
    {
        // One that is booked passes at its turn, and the next one after it.
        Pace = new BudgetPace(at, NextAt(at.Milliseconds) ?? at, key.Tenant, key.Id, left, TimeLeft(at.Milliseconds));
        Pace = Pace with { NextAt = Pace.After(cost) };
    }

    /// <summary>Somebody's cost is known: where it was the last that passed, the next one comes as much sooner or later.</summary>
    public void Settle(RequestKey key, Money actual)
    {
        if (Pace is { } pace && pace.Request == key.Id && pace.Tenant == key.Tenant)
        {
            Pace = pace with { NextAt = pace.After(actual) };
        }
    }

    private long TimeLeft(long now) => terms.Slot > 0 ? (long)period.Length.TotalMilliseconds : terms.Bounds(now).End - now;
}
