namespace Nexus.Bench.Budgets;

/// <summary>What many do: look at what is spent before work begins, and add what it used when it has ended.</summary>
/// <param name="amount">What may be spent.</param>
internal sealed class NoReservations(long amount) : IReservations
{
    /// <inheritdoc/>
    public long Spent { get; private set; }

    /// <inheritdoc/>
    public long? Admit(string work, long now) => Spent < amount ? EngineReservations.Maximum : null;

    /// <inheritdoc/>
    public (long? More, long Step) Extend(string work, long now) => throw new InvalidOperationException("nobody asks who may use all of it");

    /// <inheritdoc/>
    public void Settle(string work, long used, long now) => Spent += used;
}
