using CsCheck;

namespace Nexus.Dashboard.Tests.Engine.Histories;

/// <summary>
/// Random lives of the engine, each from a seed: a failure prints the seed and the shortest history found. 10⁵ steps, 10⁷ with NEXUS_LONG=1.
/// </summary>
public sealed class SimulationTests
{
    // Of 1 to 199 steps, 100 on average: shorter ones are found when a long one fails.
    private const int MostSteps = 199;

    private static readonly int Histories = Environment.GetEnvironmentVariable("NEXUS_LONG") == "1" ? 105_000 : 1_050;

    private static readonly Gen<Deed> Deeds = Gen.Frequency(
        (10, Gen.Const(Deed.Submit)),
        (16, Gen.Const(Deed.SubmitQueued)),
        (4, Gen.Const(Deed.SubmitAgain)),
        (2, Gen.Const(Deed.DryRun)),
        (14, Gen.Const(Deed.Release)),
        (4, Gen.Const(Deed.ReleaseAgain)),
        (6, Gen.Const(Deed.Renew)),
        (5, Gen.Const(Deed.Extend)),
        (4, Gen.Const(Deed.Cancel)),
        (3, Gen.Const(Deed.SetPriority)),
        (2, Gen.Const(Deed.Requeue)),
        (2, Gen.Const(Deed.Hold)),
        (5, Gen.Const(Deed.SetPool)),
        (2, Gen.Const(Deed.DrainPool)),
        (2, Gen.Const(Deed.DeletePool)),
        (1, Gen.Const(Deed.SetClass)),
        (5, Gen.Const(Deed.SetQuota)),
        (1, Gen.Const(Deed.DeleteQuota)),
        (16, Gen.Const(Deed.Pass)),
        (1, Gen.Const(Deed.Jump)),
        (2, Gen.Const(Deed.Crash)),
        (1, Gen.Const(Deed.TakeSnapshot)),
        (1, Gen.Const(Deed.RestoreSnapshot)),
        (4, Gen.Const(Deed.ArriveLate)));

    /// <summary>The steps of a history.</summary>
    internal static readonly Gen<Step> Steps = Gen.Select(Deeds, Gen.Int[0, 1000], Gen.Int[0, 20_000], Gen.Int[0, 1000], (deed, a, b, c) => new Step(deed, a, b, c));

    [Fact]
    public void Every_history_keeps_what_must_always_hold() =>
        Steps.List[1, MostSteps].Sample(steps => LiveOrShorten(steps, scale: 1), iter: Histories, print: _ => "see the shortest history below");

    [Fact]
    public void A_history_lived_twice_gives_the_same_state_hash() =>
        Steps.List[1, MostSteps].Sample(steps => Assert.Equal(Hash(steps), Hash(steps)), iter: 50, print: steps => string.Join(" ", steps));

    [Fact]
    public void However_large_the_amounts_nothing_turns_over_and_no_command_stops_the_engine() =>
        Steps.List[1, MostSteps].Sample(steps => LiveOrShorten(steps, scale: 10_000_000_000), iter: 100, print: _ => "see the shortest history below");

    // A generated list shrinks badly, as each step depends on those before: steps are left out as long as the rest still fails (Zeller's ddmin, 2002).
    private static void LiveOrShorten(List<Step> steps, long scale) => HoldOrShorten(steps, shorter => Fault(shorter, scale));

    /// <summary>Throws with the shortest history found that has a fault, where this one has.</summary>
    internal static void HoldOrShorten(List<Step> steps, Func<List<Step>, Exception?> faultOf)
    {
        if (faultOf(steps) is not { } fault)
        {
            return;
        }

        for (int chunk = Math.Max(1, steps.Count / 2); chunk >= 1; chunk /= 2)
        {
            for (int at = 0; at + chunk <= steps.Count;)
            {
                List<Step> shorter = [.. steps.Take(at), .. steps.Skip(at + chunk)];
                if (faultOf(shorter) is { } still)
                {
                    (steps, fault) = (shorter, still);
                }
                else
                {
                    at += chunk;
                }
            }
        }

        throw new InvalidOperationException($"{fault.Message} after: {string.Join(" ", steps)}", fault);
    }

    private static Exception? Fault(List<Step> steps, long scale)
    {
        try
        {
            Live(steps, scale);
            return null;
        }
        catch (Exception broken) when (broken is not OutOfMemoryException)
        {
            return broken;
        }
    }

    private static void Live(List<Step> steps, long scale)
    {
        World world = new(scale: scale);
        int taken = 0;
        foreach (Step step in steps)
        {
            world.Do(step);
            Invariants.Check(world);
            if (++taken % 50 == 0)
            {
                Invariants.Replay_gives_the_same_state(world);
            }
        }

        Invariants.Replay_gives_the_same_state(world);
    }

    private static string Hash(List<Step> steps)
    {
        World world = new();
        steps.ForEach(world.Do);
        return Convert.ToHexString(world.Engine.StateHash());
    }
}
