using Nexus.Engine.Costs;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>What the kinds of a group are expected to cost in a pool, whenever the work starts: what is held hour by hour, each by the price that holds at its beginning, as it is metered; what is consumed by the price at the start.</summary>
/// <remarks>Prices are looked up once for each full hour and start. Work that lasts longer than two days is taken to cost on as it did on those. Where it could join a grant that runs there, its minima are paid already.</remarks>
internal sealed class HourlyCosts
{
    private const long Hour = 3_600_000;
    private const long MostHeld = 48 * Hour;

    private readonly EngineState _state;
    private readonly Biller _biller;
    private readonly Labels _labels;
    private readonly string _pool;
    private readonly long _length;
    private readonly Interruptions? _interruptions;
    private readonly TimeSpan _span;
    private readonly long? _prompt;
    private readonly bool _joins;
    private readonly List<ResourceAmount> _held = [];
    private readonly List<ResourceAmount> _consumed = [];
    private readonly Dictionary<long, (ExpectedPrice Held, ExpectedPrice Consumed)> _known = [];

    /// <summary>Of a request in a pool.</summary>
    public HourlyCosts(EngineState state, Biller biller, RequestSpec spec, ResourceVector needs, RouteGroup group, string pool)
    {
        (_state, _biller, _pool) = (state, biller, pool);
        _labels = state.Configuration.EffectiveFor(spec.Owner).Labels.With(spec.Labels);
        TimeSpan length = spec.Duration ?? spec.LeaseLength;
        _length = (long)length.TotalMilliseconds;
        (_span, _interruptions) = (length, spec.Preemptible ? state.Pools[pool].Interruptions : null);
        _prompt = Biller.PromptOf(needs);
        _joins = state.Merged.MayJoin(spec, _labels, needs, group.Amounts, pool);
        foreach (ResourceAmount amount in biller.Apart(needs))
        {
            if (state.Kinds.GetValueOrDefault(amount.Kind) is { } kind && !amount.Quantity.IsZero && Has(group, needs, kind.PartOf ?? kind.Name))
            {
                if (kind.Behaviour == ResourceBehaviour.Held)
                {
                    _held.Add(amount);
                }
                else if (kind.Behaviour == ResourceBehaviour.Metered)
                {
                    _consumed.Add(amount);
                }
            }
        }
    }

    /// <summary>From a start on.</summary>
    /// <param name="start">In milliseconds.</param>
    public ExpectedPrice From(long start)
    {
        ((int unpriced, _), (int more, Money consumed)) = Prices(start);
        // An hour's price is divided once, at the end, and never multiplied as a whole: neither is anything lost nor can anything turn over.
        (Int128 whole, Int128 rest) = (0, 0);
        long priced = Math.Min(_length, MostHeld);
        for (long at = start, end = start + priced; at < end && _held.Count > 0;)
        {
            long next = Math.Min(end, ((at / Hour) + 1) * Hour);
            (int without, Money hour) = Prices(at).Held;
            unpriced = Math.Max(unpriced, without);
            whole += hour.Picos / Hour * (next - at);
            rest += hour.Picos % Hour * (next - at);
            at = next;
        }

        Money held = new(whole + (rest / Hour));
        held = priced == _length ? held : new Money(held.Picos / priced * _length);
        long expected = _interruptions?.Expected(_span, start) ?? 0;
        return new ExpectedPrice(unpriced + more, expected == 0 ? held + consumed : ExpectedCost.OfHeld(held, expected) + ExpectedCost.OfConsumed(consumed, expected));
    }

    // From a moment on, the start or a full hour: of an hour held, and of what is consumed at once.
    private (ExpectedPrice Held, ExpectedPrice Consumed) Prices(long at)
    {
        long moment = _state.Configuration.Prices.ChangesWithTime ? at : 0;
        if (!_known.TryGetValue(moment, out (ExpectedPrice, ExpectedPrice) prices))
        {
            Instant from = new(at);
            _known[moment] = prices = (Sum(_held, from, from + TimeSpan.FromHours(1)), Sum(_consumed, from, from));
        }

        return prices;
    }

    private ExpectedPrice Sum(List<ResourceAmount> amounts, Instant from, Instant to)
    {
        ExpectedPrice sum = default;
        foreach (ResourceAmount amount in amounts)
        {
            sum += _biller.PriceOf(_labels, amount, _pool, _prompt, from, to, _joins) is { } cost ? new ExpectedPrice(0, cost) : new ExpectedPrice(1, Money.Zero);
        }

        return sum;
    }

    private static bool Has(RouteGroup group, ResourceVector needs, string kind)
    {
        foreach (int amount in group.Amounts)
        {
            if (needs[amount].Kind == kind)
            {
                return true;
            }
        }

        return false;
    }
}
