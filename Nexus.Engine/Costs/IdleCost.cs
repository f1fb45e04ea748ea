using System.Numerics;

namespace Nexus.Engine.Costs;

/// <summary>Who bears what a pool costs beyond what was used of it.</summary>
public enum IdleSharing
{
    /// <summary>Nobody: it stays a line of its own.</summary>
    None = 0,

    /// <summary>All who used the pool, alike.</summary>
    Even = 1,

    /// <summary>All who used the pool, by what their use cost.</summary>
    Proportional = 2,

    /// <summary>All who used the pool, by weights that are set.</summary>
    Weighted = 3,
}

/// <summary>What the capacity of a pool cost, shared among those who used it.</summary>
/// <param name="Of">What each bears, its own use included, by name.</param>
/// <param name="Idle">What nobody bears.</param>
public sealed record SharedCost(IReadOnlyDictionary<string, Money> Of, Money Idle);

/// <summary>Shares the idle cost of provisioned pools. Whatever the rule, what all bear and what stays idle is the whole, to the last digit.</summary>
public static class IdleCost
{
    /// <summary>Shares what a pool cost.</summary>
    /// <param name="capacityCost">What all of it cost. Where its use cost more, nothing was idle.</param>
    /// <param name="direct">What the use of each cost, by name; not negative.</param>
    /// <param name="rule">Who bears the rest.</param>
    /// <param name="weights">By name, for <see cref="IdleSharing.Weighted"/>; whoever is missing has none.</param>
    /// <remarks>What does not divide goes by pico-units to the largest remainders, of equal ones to the first by name (Hamilton's method).</remarks>
    public static SharedCost Share(Money capacityCost, IReadOnlyDictionary<string, Money> direct, IdleSharing rule, IReadOnlyDictionary<string, long>? weights = null)
    {
        ArgumentNullException.ThrowIfNull(direct);
        Money used = direct.Values.Aggregate(Money.Zero, static (sum, m) => sum + m);
        Money idle = capacityCost > used ? capacityCost - used : Money.Zero;
        string[] names = [.. direct.Keys.Order(StringComparer.Ordinal)];
        Int128[] claims =
        [
            .. names.Select(name => rule switch
            {
                IdleSharing.Even => 1,
                IdleSharing.Proportional => direct[name].Picos,
                IdleSharing.Weighted => weights?.GetValueOrDefault(name) ?? 0,
                _ => Int128.Zero,
            }),
        ];

        Money[] shares = Divide(idle, claims);
        Dictionary<string, Money> of = new(StringComparer.Ordinal);
        for (int i = 0; i < names.Length; i++)
        {
            of[names[i]] = direct[names[i]] + shares[i];
        }

        return new SharedCost(of, idle - shares.Aggregate(Money.Zero, static (sum, m) => sum + m));
    }

    /// <summary>Divides an amount by claims: exactly, or not at all where nobody has a claim.</summary>
    /// <param name="amount">Not negative.</param>
    /// <param name="claims">Not negative.</param>
    public static Money[] Divide(Money amount, IReadOnlyList<Int128> claims)
    {
        ArgumentNullException.ThrowIfNull(claims);
        Money[] shares = new Money[claims.Count];
        BigInteger all = claims.Aggregate(BigInteger.Zero, static (sum, c) => sum + c);
        if (all.IsZero)
        {
            return shares;
        }

        // The product of an amount and what another used may be larger than an Int128.
        BigInteger[] left = new BigInteger[claims.Count];
        Int128 rest = amount.Picos;
        for (int i = 0; i < shares.Length; i++)
        {
            shares[i] = new Money((Int128)BigInteger.DivRem((BigInteger)amount.Picos * claims[i], all, out left[i]));
            rest -= shares[i].Picos;
        }

        foreach (int i in Enumerable.Range(0, shares.Length).OrderByDescending(i => left[i]).ThenBy(i => i).Take((int)rest))
        {
            shares[i] = new Money(shares[i].Picos + 1);
        }

        return shares;
    }
}
