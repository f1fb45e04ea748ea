namespace Nexus.Bench.Budgets;

/// <summary>Who lets work begin and go on under a budget that halts. All amounts are tokens, which cost the same each.</summary>
internal interface IReservations
{
    /// <summary>What is settled.</summary>
    long Spent { get; }

    /// <summary>Work asks to begin.</summary>
    /// <returns>How much it may use; null where it is refused.</returns>
    long? Admit(string work, long now);

    /// <summary>Work has used up what it may, and asks for more.</summary>
    /// <returns>How much more it may use, and how much it asked for; nothing where it is refused.</returns>
    (long? More, long Step) Extend(string work, long now);

    /// <summary>Work has ended.</summary>
    void Settle(string work, long used, long now);
}
