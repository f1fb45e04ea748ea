using System.Globalization;

namespace Nexus.Bench.Budgets;

/// <summary>A budget that halts, and a thousand at once that draw from it as long answers as a real service gave: what is overspent, and how much of it was spent or truly committed when somebody was refused.</summary>
internal static class BudgetsBench
{
    private const int Seeds = 5;
    private const int Taught = 1_000;
    private const double LeastCommitted = 0.95;
    private const double MostSteps = 1;

    // The amount in what the clients use at once. The smaller it is, the more of it lies in reservations when it is used up.
    private const double Usual = 2;
    private static readonly double[] Others = [0.5, 1, 4];

    public static Task<int> RunAsync(string[] args)
    {
        if (OutputLengths.Read() is not { } lengths)
        {
            Console.WriteLine($"skipped: ../shared/data/{OutputLengths.Trace} is not here");
            return Task.FromResult(0);
        }

        int first = args.Length > 0 && int.TryParse(args[0], CultureInfo.InvariantCulture, out int given) ? given : 1;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{lengths.Length:N0} real answers, {lengths.Average():0} tokens on average, {lengths.Max():N0} at most; {HaltedRun.Clients:N0} at once, each asks for {EngineReservations.Maximum:N0} at most; the budget has {AmountOf(Usual):N0}, twice what they use. The worst of {Seeds} seeds from {first}."));
        Console.WriteLine($"{"policy",-46} {"overspent",10} {"committed at first refusal",28} {"least at any",13} {"spent at last",14} {"leases",8} {"steps each",11}");
        HaltedOutcome[] stops = Run("learned sizes, told to stop", learned: true, stops: true);
        HaltedOutcome[] goesOn = Run("learned sizes, not to be told before a step", learned: true, stops: false);
        HaltedOutcome[][] others = [.. Others.Select(part => Run(string.Create(CultureInfo.InvariantCulture, $"told to stop, a budget of {part} × what they use"), learned: true, stops: true, part))];
        foreach (int risk in (int[])[500_000, 50_000])
        {
            Run($"told to stop, risks of {risk / 10_000} %", learned: true, stops: true, Usual, (risk, risk));
            Run("the same, a budget of what they use", learned: true, stops: true, 1, (risk, risk));
        }

        Run("worst case reserved", learned: false, stops: true);
        Say("nothing reserved", [.. Each(seed => HaltedRun.Of(new NoReservations(AmountOf(Usual)), AmountOf(Usual), stops: true, HaltedRun.Start, Drawn(seed)))]);

        Verdicts verdicts = new();
        verdicts.AtMost("overspent by what can be told to stop, tokens", [stops.Concat(others.SelectMany(o => o)).Max(o => (double)o.Overspent)], 0, format: "0");
        verdicts.AtMost("overspent by one that cannot, in its steps", [goesOn.Max(o => o.Worst)], MostSteps);
        verdicts.AtLeast("spent or truly committed at any refusal", [stops.Concat(goesOn).Concat(others.SelectMany(o => o)).Min(o => o.LeastCommitted)], LeastCommitted, format: "0.000");
        return Task.FromResult(verdicts.ExitCode);

        HaltedOutcome[] Run(string policy, bool learned, bool stops, double times = Usual, (int First, int Step)? risks = null) => Say(policy, [.. Each(seed =>
        {
            EngineReservations engine = new(learned, risks);
            Func<long> drawn = Drawn(seed);
            long now = HaltedRun.Teach(engine, Taught, drawn);
            engine.Limit(AmountOf(times), now);
            return HaltedRun.Of(engine, AmountOf(times), stops, now, drawn);
        })]);

        long AmountOf(double times) => (long)(lengths.Average() * HaltedRun.Clients * times);

        Func<long> Drawn(int seed)
        {
            Random random = new(seed);
            return () => lengths[random.Next(lengths.Length)];
        }

        IEnumerable<HaltedOutcome> Each(Func<int, HaltedOutcome> run) => Enumerable.Range(first, Seeds).Select(run);
    }

    private static HaltedOutcome[] Say(string policy, HaltedOutcome[] outcomes)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{policy,-46} {outcomes.Max(o => o.Overspent),10:N0} {outcomes.Min(o => o.Committed),28:0.0 %} {outcomes.Min(o => o.LeastCommitted),13:0.0 %} {outcomes.Min(o => o.Spent),14:0.0 %} {outcomes.Min(o => o.Leases),8:N0} {outcomes.Average(o => (double)o.Steps / o.Leases),11:0.00}"));
        return outcomes;
    }
}
