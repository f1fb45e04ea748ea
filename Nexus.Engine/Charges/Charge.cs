namespace Nexus.Engine.Charges;

/// <summary>What a grant takes of one node, in thousandths.</summary>
internal readonly record struct Charge(ChargeNode Node, long Amount)
{
    /// <summary>True when every charge can be taken at this moment.</summary>
    public static bool Fit(ReadOnlySpan<Charge> charges, long now) => FirstBlocked(charges, now) < 0;

    /// <summary>The index of the first charge that cannot be taken at this moment, or −1.</summary>
    public static int FirstBlocked(ReadOnlySpan<Charge> charges, long now)
    {
        for (int i = 0; i < charges.Length; i++)
        {
            if (charges[i].Node.Available(now) < charges[i].Amount)
            {
                return i;
            }
        }

        return -1;
    }
}
