namespace Nexus.Engine.Scheduling;

/// <summary>A place in the queue, which the pool's strategy gives. It stays the same while the request waits.</summary>
/// <param name="Rank">The higher goes first.</param>
/// <param name="Then">What decides between equal ranks, the higher first.</param>
/// <param name="Arrival">The number of the submission, unique: of equals the earlier goes first.</param>
internal readonly record struct QueuePlace(long Rank, int Then, long Arrival)
{
    /// <summary>Negative when <paramref name="a"/> goes first.</summary>
    public static int Compare(QueuePlace a, QueuePlace b)
    {
        int order = b.Rank.CompareTo(a.Rank);
        order = order != 0 ? order : b.Then.CompareTo(a.Then);
        return order != 0 ? order : a.Arrival.CompareTo(b.Arrival);
    }
}
