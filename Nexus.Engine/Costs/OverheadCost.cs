namespace Nexus.Engine.Costs;

/// <summary>Who takes part where something is shared.</summary>
/// <param name="Alike">Who is one of those that bear alike, for <see cref="IdleSharing.Even"/>.</param>
/// <param name="Tenant">Whose weight counts, for <see cref="IdleSharing.Weighted"/>.</param>
/// <param name="Cost">What its use cost, or what is everybody's of it.</param>
/// <param name="IsShared">True where that is everybody's to bear.</param>
public sealed record CostParty(string Alike, string Tenant, Money Cost, bool IsShared = false);

/// <summary>Shares costs that are everybody's, such as a platform's own, among all others. Nothing is made or lost: what one bears another is relieved of, to the last digit.</summary>
public static class OverheadCost
{
    /// <summary>What each bears, below zero what it is relieved of; all together zero.</summary>
    /// <param name="parties">Everybody, in an order that is always the same: it decides who bears what does not divide.</param>
    /// <param name="rule">By what; <see cref="IdleSharing.None"/>: nobody bears anything.</param>
    /// <param name="weightOf">The weight of a tenant, not negative.</param>
    /// <remarks>Where nobody has a claim, because nobody else used anything or no weight counts, the costs stay where they are.</remarks>
    public static Money[] Share(IReadOnlyList<CostParty> parties, IdleSharing rule, Func<string, long> weightOf)
    {
        ArgumentNullException.ThrowIfNull(parties);
        Money[] borne = new Money[parties.Count];
        Money overhead = parties.Where(p => p.IsShared).Aggregate(Money.Zero, static (sum, p) => sum + p.Cost);
        int[] bearers = [.. Enumerable.Range(0, parties.Count).Where(i => !parties[i].IsShared && parties[i].Cost > Money.Zero)];

        // A credit that is everybody's is given to all by the same claims.
        bool isCredit = overhead < Money.Zero;
        Money[] shares = Divide(isCredit ? Money.Zero - overhead : overhead, [.. bearers.Select(i => parties[i])], rule, weightOf);
        if (shares.All(s => s == Money.Zero))
        {
            return borne;
        }

        for (int i = 0; i < bearers.Length; i++)
        {
            borne[bearers[i]] = isCredit ? Money.Zero - shares[i] : shares[i];
        }

        for (int i = 0; i < parties.Count; i++)
        {
            borne[i] = parties[i].IsShared ? Money.Zero - parties[i].Cost : borne[i];
        }

        return borne;
    }

    /// <summary>Divides an amount among parties: exactly, or not at all where nobody has a claim.</summary>
    /// <param name="amount">Not negative.</param>
    /// <param name="parties">Who may bear some.</param>
    /// <param name="rule">By what. What stands for several parties divides its part among them by what their use cost.</param>
    /// <param name="weightOf">The weight of a tenant, not negative.</param>
    public static Money[] Divide(Money amount, IReadOnlyList<CostParty> parties, IdleSharing rule, Func<string, long> weightOf)
    {
        ArgumentNullException.ThrowIfNull(parties);
        ArgumentNullException.ThrowIfNull(weightOf);
        Money[] shares = new Money[parties.Count];
        int[][] claimants = [.. Enumerable.Range(0, parties.Count).GroupBy(i => rule == IdleSharing.Weighted ? parties[i].Tenant : parties[i].Alike, StringComparer.Ordinal).Select(g => g.ToArray())];
        Int128[] claims =
        [
            .. claimants.Select(c => rule switch
            {
                IdleSharing.Even => 1,
                IdleSharing.Weighted => weightOf(parties[c[0]].Tenant),
                IdleSharing.Proportional => c.Aggregate(Int128.Zero, (sum, i) => sum + ClaimOf(parties[i])),
                _ => Int128.Zero,
            }),
        ];
        foreach ((Money part, int[] within) in IdleCost.Divide(amount, claims).Zip(claimants))
        {
            Int128[] inner = [.. within.Select(i => ClaimOf(parties[i]))];
            Money[] parts = IdleCost.Divide(part, inner.All(c => c == 0) ? [.. within.Select(_ => Int128.One)] : inner);
            for (int i = 0; i < within.Length; i++)
            {
                shares[within[i]] = parts[i];
            }
        }

        return shares;
    }

    private static Int128 ClaimOf(CostParty party) => party.Cost > Money.Zero ? party.Cost.Picos : 0;
}
