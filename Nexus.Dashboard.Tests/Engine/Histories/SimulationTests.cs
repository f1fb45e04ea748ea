using CsCheck;
using Nexus.Engine.Core;
using Nexus.Engine.Resources.Health;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Strategies.Adaptive;

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
        (1, Gen.Const(Deed.ResetHealth)),
        (2, Gen.Const(Deed.DeletePool)),
        (2, Gen.Const(Deed.Reserve)),
        (1, Gen.Const(Deed.GiveUp)),
        (1, Gen.Const(Deed.SetClass)),
        (5, Gen.Const(Deed.SetQuota)),
        (1, Gen.Const(Deed.DeleteQuota)),
        (1, Gen.Const(Deed.SetPrices)),
        (3, Gen.Const(Deed.SetBudget)),
        (2, Gen.Const(Deed.ChangeBudget)),
        (16, Gen.Const(Deed.Pass)),
        (1, Gen.Const(Deed.Jump)),
        (2, Gen.Const(Deed.Crash)),
        (1, Gen.Const(Deed.TakeSnapshot)),
        (1, Gen.Const(Deed.RestoreSnapshot)),
        (2, Gen.Const(Deed.ArriveLate)),
        (1, Gen.Const(Deed.CloseMonth)),
        (1, Gen.Const(Deed.EnterCharge)),
        (3, Gen.Const(Deed.OpenAllowance)),
        (1, Gen.Const(Deed.CancelAllowance)));

    /// <summary>The steps of a history.</summary>
    internal static readonly Gen<Step> Steps = Gen.Select(Deeds, Gen.Int[0, 1000], Gen.Int[0, 20_000], Gen.Int[0, 1000], (deed, a, b, c) => new Step(deed, a, b, c));

    // Pools and quotas stay as they are.
    private static readonly Gen<Step> OfBorrowers = Steps.Where(s => s.Deed is not (Deed.SetPool or Deed.DrainPool or Deed.DeletePool or Deed.SetQuota or Deed.DeleteQuota));

    [Fact]
    public void Every_history_keeps_what_must_always_hold() =>
        Steps.List[1, MostSteps].Sample(steps => LiveOrShorten(steps, scale: 1), iter: Histories, print: _ => "see the shortest history below");

    [Fact]
    public void A_history_lived_twice_gives_the_same_state_hash() =>
        Steps.List[1, MostSteps].Sample(steps => Assert.Equal(Hash(steps), Hash(steps)), iter: 50, print: steps => string.Join(" ", steps));

    [Fact]
    public void However_few_steps_are_done_at_once_the_same_comes_of_a_history() =>
        Gen.Select(Steps.List[1, MostSteps], Gen.Long[1, 12]).Sample((steps, atOnce) => HoldOrShorten(steps, shorter => FaultOf(() => Assert.Equal(Hash(shorter), Hash(shorter, atOnce)))), iter: 150, print: _ => "see the shortest history below");

    [Fact]
    public void However_large_the_amounts_nothing_turns_over_and_no_command_stops_the_engine() =>
        Steps.List[1, MostSteps].Sample(steps => LiveOrShorten(steps, scale: 10_000_000_000), iter: 100, print: _ => "see the shortest history below");

    [Fact]
    public void Every_history_of_owners_who_borrow_keeps_it_too() =>
        OfBorrowers.List[1, MostSteps].Sample(steps => HoldOrShorten(steps, shorter => FaultOf(() => Live(shorter, new World(borrowers: true)))), iter: Histories / 7, print: _ => "see the shortest history below");

    [Fact]
    public void Histories_of_owners_whose_requests_give_way_keep_it_too_and_come_to_every_way()
    {
        // These are the same at every run.
        HashSet<string> seen = [];
        for (uint seed = 1; seed <= Histories / 5; seed++)
        {
            List<Step> steps = Steps.List[MostSteps, MostSteps].Generate(new PCG(seed, seed), null, out _);
            HoldOrShorten(steps, shorter => FaultOf(() =>
            {
                World world = new(degrading: true);
                Live(shorter, world);
                seen.UnionWith(world.Journal.OfType<RequestSubmitted>().Where(e => e.Spec.Degraded is not null).Select(e => $"{string.Join("+", e.Spec.Degraded!.Steps)} {e.Status}"));
                seen.UnionWith(world.Journal.OfType<RequestSubmitted>().Where(e => e.Spec.Degraded?.Steps.Count > 1).Select(_ => "several at once"));
                seen.UnionWith(world.Journal.OfType<RequestDegraded>().Select(e => $"{e.Degraded.Steps[^1]} at the end"));
            }));
        }

        string[] ways = ["Amount Allocated", "Pool Allocated", "Start Queued", "Start Reserved", "several at once", "Amount at the end", "Pool at the end"];
        Assert.Empty(ways.Except(seen));
    }

    [Fact]
    public void Histories_come_to_pools_that_open_are_probed_and_heal()
    {
        HashSet<PoolHealthStatus> seen = [];
        for (uint seed = 1; seed <= 100 && seen.Count < 4; seed++)
        {
            World world = new();
            foreach (Step step in Steps.List[MostSteps, MostSteps].Generate(new PCG(seed, seed), null, out _))
            {
                world.Do(step);
                seen.UnionWith(world.Happened.OfType<PoolHealthChanged>().Select(e => e.To));
                seen.UnionWith(world.Engine.Pools.Select(p => p.Health?.Status).OfType<PoolHealthStatus>().Where(s => s == PoolHealthStatus.Recovering));
            }
        }

        Assert.Equal(4, seen.Count);
    }

    [Fact]
    public void Histories_of_pools_that_learn_and_follow_rules_keep_it_too_and_come_to_every_cause_of_a_switch()
    {
        // These are the same at every run.
        HashSet<SwitchCause> seen = [];
        for (uint seed = 1; seed <= Histories / 5; seed++)
        {
            List<Step> steps = [.. Steps.List[MostSteps, MostSteps].Generate(new PCG(seed, seed), null, out _).Select((step, i) => i % 6 == 0 ? step with { Deed = Deed.TryStrategies } : step)];
            HoldOrShorten(steps, shorter => FaultOf(() =>
            {
                World world = new(learning: true);
                Live(shorter, world);
                seen.UnionWith(world.Journal.OfType<StrategySwitched>().Select(e => e.Evidence.Cause));
            }));
        }

        Assert.Equal(3, seen.Count);
    }

    [Fact]
    public void Histories_come_to_promised_ends_and_to_owners_who_are_evened_out()
    {
        (int promised, int evened) = (0, 0);

        // About one history in forty comes to each: these are the same at every run.
        for (uint seed = 1; seed <= 300 && (promised == 0 || evened == 0); seed++)
        {
            World world = new(borrowers: true);
            OfBorrowers.List[MostSteps, MostSteps].Generate(new PCG(seed, seed), null, out _).ForEach(world.Do);
            HashSet<(RequestKey, long)> booked = [.. world.Journal.Where(e => e is RequestBooked or RequestSubmitted { Booking: not null }).Select(e => (((RequestEvent)e).Key, e.Sequence))];
            promised += world.Journal.OfType<PreemptionBegun>().Count(b => b.Preempting is not null && booked.Contains((b.Key, b.Sequence - 1)));
            evened += world.Journal.OfType<PreemptionNoticed>().Count(n => n.Notice.Rule == PreemptionRule.FairShare);
        }

        Assert.True(promised > 0 && evened > 0, $"{promised} promised ends, {evened} grants evened out");
    }

    [Fact]
    public void Histories_come_to_requests_that_start_wait_and_are_promised_a_start_in_another_configuration()
    {
        (int submitted, int started, int booked, int moved, int lines) = (0, 0, 0, 0, 0);
        for (uint seed = 1; seed <= 200 && (submitted == 0 || started == 0 || booked == 0 || moved == 0 || lines == 0); seed++)
        {
            World world = new();
            Steps.List[MostSteps, MostSteps].Generate(new PCG(seed, seed), null, out _).ForEach(world.Do);
            submitted += world.Journal.OfType<RequestSubmitted>().Count(e => e is { Lease: not null, Spec.Alternatives.Chosen: > 0 });
            booked += world.Journal.OfType<RequestSubmitted>().Count(e => e is { Booking: not null, Spec.Alternatives.Chosen: > 0 });
            foreach ((EngineEvent chosen, EngineEvent next) in world.Journal.Zip(world.Journal.Skip(1)).Where(e => e.First is AlternativeChosen))
            {
                bool same = next is RequestEvent of && of.Key == ((AlternativeChosen)chosen).Key;
                started += same && next is RequestStarted ? 1 : 0;
                moved += same && next is RequestBooked ? 1 : 0;
                lines += same && next is RequestStarted or RequestBooked ? 0 : 1;
            }
        }

        Assert.True(submitted > 0 && started > 0 && booked > 0 && moved > 0 && lines > 0, $"{submitted} granted and {booked} promised at once, {started} started, {moved} promised later, {lines} in other lines");
    }

    [Fact]
    public void Histories_come_to_grants_that_are_shared_and_to_lines_whose_minimum_others_paid()
    {
        (int joined, int shared) = (0, 0);
        for (uint seed = 1; seed <= 200 && (joined < 10 || shared < 10); seed++)
        {
            World world = new();
            Steps.List[MostSteps, MostSteps].Generate(new PCG(seed, seed), null, out _).ForEach(world.Do);
            (joined, shared) = (joined + world.Costs.Merging.Joined, shared + world.Costs.Merging.Shared);
        }

        Assert.True(joined >= 10 && shared >= 10, $"{joined} joined a grant, {shared} lines were due without a minimum");
    }

    // A generated list shrinks badly, as each step depends on those before: steps are left out as long as the rest still fails (Zeller's ddmin, 2002).
    private static void LiveOrShorten(List<Step> steps, long scale) => HoldOrShorten(steps, shorter => FaultOf(() => Live(shorter, scale)));

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

    /// <summary>What a law throws, or null.</summary>
    internal static Exception? FaultOf(Action law)
    {
        try
        {
            law();
            return null;
        }
        catch (Exception broken) when (broken is not OutOfMemoryException)
        {
            return broken;
        }
    }

    private static void Live(List<Step> steps, long scale) => Live(steps, new World(scale: scale));

    private static void Live(List<Step> steps, World world)
    {
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

    private static string Hash(List<Step> steps, long stepsAtOnce = long.MaxValue)
    {
        World world = new(stepsAtOnce: stepsAtOnce);
        steps.ForEach(world.Do);
        return Convert.ToHexString(world.Engine.StateHash());
    }
}
