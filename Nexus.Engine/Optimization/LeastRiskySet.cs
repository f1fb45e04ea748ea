using Nexus.Engine.Costs;

namespace Nexus.Engine.Optimization;

/// <summary>One of several savings to choose from.</summary>
/// <param name="Id">Which.</param>
/// <param name="About">What it is about: of one thing at most one is chosen.</param>
/// <param name="Risk">How risky it is.</param>
/// <param name="Monthly">What it saves.</param>
/// <param name="Expected">The same, weighed by how sure it is.</param>
public sealed record SavingChoice(string Id, string About, SavingsLevel Risk, Money Monthly, double Expected);

/// <summary>The least risky of several savings that together reach an amount.</summary>
/// <param name="Chosen">Which, the least risky first.</param>
/// <param name="Saved">What they save together.</param>
/// <param name="Suffices">False where all that may be combined is less than was wanted.</param>
public sealed record LeastRiskySet(IReadOnlyList<SavingChoice> Chosen, Money Saved, bool Suffices)
{
    /// <summary>Chooses: no saving of a higher risk before all of the lower ones are taken, those that save most for sure first, and at the end none that is not needed.</summary>
    /// <remarks>So the highest risk in the set is the lowest with which the amount can be reached. n savings cost O(n log n).</remarks>
    public static LeastRiskySet Of(IEnumerable<SavingChoice> all, Money wanted)
    {
        ArgumentNullException.ThrowIfNull(all);
        HashSet<string> taken = new(StringComparer.Ordinal);
        List<SavingChoice> chosen = [];
        Money saved = Money.Zero;
        foreach (SavingChoice choice in all.OrderBy(c => c.Risk).ThenByDescending(c => c.Expected).ThenBy(c => c.Id, StringComparer.Ordinal))
        {
            if (saved >= wanted)
            {
                break;
            }

            if (taken.Add(choice.About))
            {
                chosen.Add(choice);
                saved += choice.Monthly;
            }
        }

        foreach (SavingChoice needless in chosen.OrderByDescending(c => c.Risk).ThenBy(c => c.Expected).ToArray())
        {
            if (saved - needless.Monthly >= wanted)
            {
                chosen.Remove(needless);
                saved -= needless.Monthly;
            }
        }

        return new(chosen, saved, saved >= wanted);
    }
}
