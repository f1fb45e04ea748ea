using System.Diagnostics;
using System.Globalization;
using Nexus.Engine.Resources;

namespace Nexus.Bench.Quotas;

/// <summary>
/// One owner's grant checked and charged against four levels of limits for four kinds, and given back: in the engine's trees, in the limiters of
/// <c>System.Threading.RateLimiting</c> chained the same way, in dictionaries, and in Redis by a Lua script over loopback.
/// </summary>
internal static class QuotaBench
{
    private const int Rounds_ = 7;
    private const int Fanout = 10;
    private const int Owners = 100_000;

    /// <summary>The kinds of one grant.</summary>
    public static readonly string[] Kinds = ["cpu", "gpu", "memory", "storage"];

    public static Task<int> RunAsync(string[] args)
    {
        OwnerPath[] nodes = [.. Paths()];
        OwnerPath[] leaves = [.. nodes.Where(n => n.Depth == 3)];
        Random random = new(1);
        OwnerPath[] owners = [.. Enumerable.Range(0, Owners).Select(_ => leaves[random.Next(leaves.Length)])];

        TreeSubject trees = new(nodes);
        LimiterSubject limiters = new(nodes);
        DictionarySubject dictionaries = new(nodes);
        List<(string Name, Func<int, int> Run, int Operations)> subjects =
        [
            ("quota trees, lending and both computations", n => trees.Run(owners, n), 400_000),
            ("System.Threading.RateLimiting, chained", n => limiters.Run(owners, n), 50_000),
            ("dictionaries by path and kind, one computation", n => dictionaries.Run(owners, n), 100_000),
        ];
        using RedisSubject? redis = RedisSubject.Start(nodes);
        if (redis is not null)
        {
            subjects.Add(("Redis, one script a call over loopback", n => redis.Run(owners, n), 4_000));
        }

        foreach ((_, Func<int, int> run, int operations) in subjects)
        {
            Timed(run, operations);
        }

        double[][] seconds = Rounds.Interleave(Rounds_, [.. subjects.Select<(string, Func<int, int> Run, int Operations), Func<double>>(s => () => Timed(s.Run, s.Operations) / s.Operations)]);
        Console.WriteLine($"check + charge + release, 4 levels × {Kinds.Length} kinds, {nodes.Length:N0} nodes, {Rounds_} interleaved rounds, one thread");
        for (int i = 0; i < subjects.Count; i++)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{subjects[i].Name,-50}{1 / Rounds.Median(seconds[i]),14:N0} /s"));
        }

        Console.WriteLine($"allocated by the trees: {trees.BytesAnOperation:0.0} B an operation");
        Verdicts verdicts = new();
        verdicts.AtLeast("faster than chained limiters", Ratio(1), 5);
        verdicts.AtLeast("faster than dictionaries", Ratio(2), 4, aim: 8);
        if (redis is null)
        {
            Console.WriteLine("Redis: skipped, redis-server is not installed (Debian: apt-get install redis-server)");
        }
        else
        {
            verdicts.AtLeast("faster than Redis", Ratio(3), 20);
        }

        return Task.FromResult(verdicts.ExitCode);

        double[] Ratio(int other) => [.. seconds[other].Zip(seconds[0], static (theirs, ours) => theirs / ours)];
    }

    private static double Timed(Func<int, int> run, int operations)
    {
        GC.Collect();
        long start = Stopwatch.GetTimestamp();
        int passed = run(operations);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return passed == operations ? seconds : throw new InvalidOperationException($"{operations - passed} of {operations} were refused: the limits are there to be checked, not to be reached");
    }

    // The system, ten tenants of ten users of ten workflows.
    private static IEnumerable<OwnerPath> Paths()
    {
        yield return OwnerPath.Root;
        for (int tenant = 0; tenant < Fanout; tenant++)
        {
            yield return OwnerPath.Parse($"tenant{tenant}");
            for (int user = 0; user < Fanout; user++)
            {
                yield return OwnerPath.Parse($"tenant{tenant}/user{user}");
                for (int workflow = 0; workflow < Fanout; workflow++)
                {
                    yield return OwnerPath.Parse($"tenant{tenant}/user{user}/workflow{workflow}");
                }
            }
        }
    }
}
