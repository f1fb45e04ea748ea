using Nexus.Engine.Costs;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Core;

/// <summary>What amounts cost, as it was last worked out: whoever is granted something was asked about the same just before.</summary>
/// <remarks>Prices, tiers and pools change with events alone: after each nothing is known.</remarks>
internal sealed class PricedAmounts(EngineState state, Biller biller)
{
    private const int Most = 8;

    private readonly Priced[] _priced = new Priced[Most];
    private long _sequence;
    private int _count;

    /// <summary>What an amount of a kind would cost: of what is held from a moment to another, else at one moment.</summary>
    public Money CostOf(Labels labels, ResourceAmount amount, string pool, long? prompt, Instant from, Instant to, bool joins = false)
    {
        if (_sequence != state.Sequence)
        {
            (_sequence, _count) = (state.Sequence, 0);
        }

        Priced asked = new(labels, amount, pool, prompt, from, to, joins, default);
        for (int i = 0; i < Math.Min(_count, Most); i++)
        {
            if (_priced[i].IsOf(asked))
            {
                return _priced[i].Cost;
            }
        }

        Money cost = biller.CostOf(labels, amount, pool, prompt, from, to, joins);
        _priced[_count++ % Most] = asked with { Cost = cost };
        return cost;
    }

    private readonly record struct Priced(Labels Labels, ResourceAmount Amount, string Pool, long? Prompt, Instant From, Instant To, bool Joins, Money Cost)
    {
        public bool IsOf(in Priced other) => From == other.From && To == other.To && Joins == other.Joins && Prompt == other.Prompt && Amount == other.Amount && Pool == other.Pool && ReferenceEquals(Labels, other.Labels);
    }
}
