using System.Globalization;
using System.Reflection;
using CsCheck;
using Nexus.Dashboard.Tests.Engine.Simulation.Traces;
using Nexus.Engine.Costs.Sizing;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Engine.Costs.Sizing;

/// <summary>What is reserved at first, and in what steps more is.</summary>
public sealed class LearnedSizesTests
{
    private const int FivePercent = 50_000;
    private const int Half = 500_000;
    private const long Tokens = 1_000;
    private const long Maximum = 4_096 * Tokens;

    private static readonly SizeKey Triage = Key("acme/alice/triage");

    [Fact]
    public void With_fewer_than_fifty_settled_ones_nothing_is_said_and_an_extension_is_all_that_is_left()
    {
        LearnedSizes sizes = Of(Enumerable.Repeat(100 * Tokens, 49));

        Assert.Null(sizes.Quantile(Triage, FivePercent));
        Assert.Equal(3_996 * Tokens, sizes.StepAfter(Triage, 100 * Tokens, Maximum, FivePercent, leastStep: 0));
        sizes.Settled(Triage, 100 * Tokens);
        Assert.Equal((100 * Tokens, 50L), (sizes.Quantile(Triage, FivePercent), sizes.Known(Triage)));
    }

    [Fact]
    public void Each_workflow_model_and_kind_learns_for_itself_and_agents_of_one_workflow_together()
    {
        LearnedSizes sizes = Of(Enumerable.Repeat(100 * Tokens, 50));

        Assert.Equal(Triage, Key("acme/alice/triage/extractor/left"));
        Assert.NotNull(sizes.Quantile(Key("acme/alice/triage/extractor"), FivePercent));
        Assert.All([Key("acme/alice/other"), Key("acme/bob/triage"), Triage with { Model = null }, Triage with { Kind = "tokens.input" }], k => Assert.Null(sizes.Quantile(k, FivePercent)));
    }

    [Fact]
    public void A_step_goes_as_far_as_those_did_that_went_as_far()
    {
        // Of a hundred, ninety came to 100, five to 200 and five to 1,000.
        LearnedSizes sizes = Of([.. Enumerable.Repeat(100 * Tokens, 90), .. Enumerable.Repeat(200 * Tokens, 5), .. Enumerable.Repeat(1_000 * Tokens, 5)]);

        long first = sizes.Quantile(Triage, 200_000)!.Value;
        long second = first + sizes.StepAfter(Triage, first, Maximum, 600_000, leastStep: 0);
        long third = second + sizes.StepAfter(Triage, second, Maximum, 600_000, leastStep: 0);

        Assert.Equal((100 * Tokens, 200 * Tokens, 1_015 * Tokens), (first, second, third));
    }

    [Fact]
    public void Beyond_all_that_is_known_it_takes_as_much_again()
    {
        LearnedSizes sizes = Of(Enumerable.Repeat(100 * Tokens, 50));

        Assert.Equal(500 * Tokens, sizes.StepAfter(Triage, 500 * Tokens, Maximum, FivePercent, leastStep: 0));
        Assert.Equal(96 * Tokens, sizes.StepAfter(Triage, 4_000 * Tokens, Maximum, FivePercent, leastStep: 0));
        Assert.Equal(0, sizes.StepAfter(Triage, Maximum, Maximum, FivePercent, leastStep: 0));
        Assert.Equal(0, sizes.StepAfter(Triage, Maximum + 1, Maximum, FivePercent, leastStep: 0));
    }

    [Fact]
    public void A_step_is_worth_taking()
    {
        LearnedSizes sizes = Of([.. Enumerable.Repeat(100 * Tokens, 90), .. Enumerable.Repeat(104 * Tokens, 10)]);

        Assert.Equal(3 * Tokens, sizes.StepAfter(Triage, 101 * Tokens, Maximum, Half, leastStep: 0));
        Assert.Equal(41 * Tokens, sizes.StepAfter(Triage, 101 * Tokens, Maximum, Half, leastStep: 10_000)); // 40.96, in whole units
        Assert.Equal(1 * Tokens, sizes.StepAfter(Triage, 0, Tokens, Half, leastStep: 1_000_000));
    }

    [Fact]
    public void Whatever_is_known_steps_lead_to_the_maximum_and_never_beyond() =>
        Gen.Select(Gen.Long[0, 10_000].Array[0, 300], Gen.Long[1, 20_000], Gen.Int[1, 999_999], Gen.Int[0, 1_000_000]).Sample((known, maximum, risk, least) =>
        {
            LearnedSizes sizes = Of(known);
            long reached = Math.Min(maximum, sizes.Quantile(Triage, risk) ?? maximum);
            int steps = 0;
            while (reached < maximum)
            {
                long step = sizes.StepAfter(Triage, reached, maximum, risk, least);
                Assert.InRange(step, 1, maximum - reached);
                reached += step;
                steps++;
            }

            // The larger sizes that are known one by one, then by doubling.
            Assert.True(steps <= known.Distinct().Count() + 16, $"{steps} steps");
        });

    [Fact]
    public void Work_that_was_told_to_stop_does_not_teach_that_work_is_small()
    {
        long[] lengths = [.. Enumerable.Range(0, 400).Select(i => (100 + (i * 37 % 400)) * Tokens)];
        LearnedSizes all = Of(lengths);
        LearnedSizes stopped = Of(lengths[..200]);
        LearnedSizes asIfDone = Of(lengths[..200]);
        foreach (long length in lengths[200..])
        {
            if (length > 300 * Tokens)
            {
                stopped.Stopped(Triage, 300 * Tokens);
            }
            else
            {
                stopped.Settled(Triage, length);
            }

            asIfDone.Settled(Triage, Math.Min(length, 300 * Tokens));
        }

        long truth = all.Quantile(Triage, 200_000)!.Value;
        Assert.InRange(stopped.Quantile(Triage, 200_000)!.Value, truth * 95 / 100, truth * 105 / 100);
        Assert.True(asIfDone.Quantile(Triage, 200_000) < truth * 95 / 100);
    }

    [Fact]
    public void Beyond_the_most_keys_the_one_that_settled_longest_ago_is_forgotten()
    {
        LearnedSizes sizes = new(mostKeys: 3);
        foreach (string owner in new[] { "a/a/1", "a/a/2", "a/a/3", "a/a/1", "a/a/4" })
        {
            sizes.Settled(Key(owner), 1);
        }

        Assert.Equal(["a/a/3", "a/a/1", "a/a/4"], sizes.Keep().Select(k => k.Key.Workflow.ToString()));
        Assert.Equal((3, 2L, 0L), (sizes.Count, sizes.Known(Key("a/a/1")), sizes.Known(Key("a/a/2"))));
    }

    [Fact]
    public void What_is_kept_and_restored_goes_on_as_if_nothing_had_happened() =>
        Gen.Select(Gen.Select(Gen.Int[0, 5], Gen.Long[0, 1_000_000], Gen.Bool).Array[0, 3_000], Gen.Int[0, 3_000]).Sample((told, cut) =>
        {
            LearnedSizes unbroken = new(mostKeys: 4);
            LearnedSizes first = new(mostKeys: 4);
            LearnedSizes second = new(mostKeys: 4);
            int at = Math.Min(cut, told.Length);

            Tell(unbroken, told);
            Tell(first, told[..at]);
            second.Restore(first.Keep());
            Tell(second, told[at..]);

            Assert.Equal(unbroken.Keep(), second.Keep());
        }, iter: 50);

    [Fact]
    public void Nothing_in_it_counts_in_floating_point()
    {
        Type[] types = [.. typeof(LearnedSizes).Assembly.GetTypes().Where(t => t.Namespace == typeof(LearnedSizes).Namespace)];
        const BindingFlags All = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

        IEnumerable<Type> used = types.SelectMany(t => t.GetMembers(All)).SelectMany(m => m switch
        {
            FieldInfo field => [field.FieldType],
            MethodInfo method => [method.ReturnType, .. Locals(method)],
            MethodBase constructor => Locals(constructor),
            _ => Enumerable.Empty<Type>(),
        });

        Assert.Contains(typeof(LearnedSizes), types);
        Assert.DoesNotContain(used, t => t == typeof(double) || t == typeof(float) || t == typeof(decimal));
    }

    [Theory]
    [InlineData(FivePercent, 0.03, 0.07)]
    [InlineData(200_000, 0.17, 0.23)]
    public void Of_the_next_hours_real_answers_about_the_risk_pass_their_first_estimate(int risk, double least, double most)
    {
        long[] lengths = RealLengths();
        LearnedSizes sizes = new();
        (int asked, int passed) = (0, 0);
        foreach (long length in lengths)
        {
            // Out of sample: each is asked for before it is learned from.
            if (sizes.Quantile(Triage, risk) is { } first)
            {
                asked++;
                passed += length > first ? 1 : 0;
            }

            sizes.Settled(Triage, length);
        }

        Assert.Equal(lengths.Length - LearnedSizes.Fewest, asked);
        Assert.InRange((double)passed / asked, least, most);
    }

    [Fact]
    public void A_heavy_tail_is_reserved_for_only_by_those_who_reach_it()
    {
        // Pareto with exponent 1.2 by inversion: the mean is 60, the largest of ten thousand 21,544.
        long[] lengths = [.. Enumerable.Range(0, 10_000).Select(i => (long)(10 * Tokens / Math.Pow(1 - (((i * 7_919L) % 10_000) / 10_000.0), 1 / 1.2)))];
        LearnedSizes sizes = new();
        (long reserved, long used, int asked, int passed) = (0, 0, 0, 0);
        foreach (long length in lengths)
        {
            long maximum = 100_000 * Tokens;
            if (sizes.Quantile(Triage, FivePercent) is { } first)
            {
                asked++;
                passed += length > first ? 1 : 0;
                long has = Math.Min(first, maximum);
                while (has < length)
                {
                    has += sizes.StepAfter(Triage, has, maximum, Half, leastStep: 0);
                }

                (reserved, used) = (reserved + has, used + length);
            }

            sizes.Settled(Triage, length);
        }

        Assert.InRange((double)passed / asked, 0.03, 0.07);
        Assert.InRange((double)reserved / used, 1, 4); // the maximum would be 1,700 times
    }

    private static long[] RealLengths() =>
        [.. File.ReadLines(Trace.SharedFile(Trace.Azure)).Skip(1).Select(line => long.Parse(line.AsSpan(line.LastIndexOf(',') + 1), CultureInfo.InvariantCulture) * Tokens)];

    private static void Tell(LearnedSizes sizes, (int Who, long Size, bool Stopped)[] told)
    {
        foreach ((int who, long size, bool stopped) in told)
        {
            SizeKey key = Key($"acme/alice/{who}");
            if (stopped)
            {
                sizes.Stopped(key, size);
            }
            else
            {
                sizes.Settled(key, size);
            }
        }
    }

    private static LearnedSizes Of(IEnumerable<long> lengths)
    {
        LearnedSizes sizes = new();
        foreach (long length in lengths)
        {
            sizes.Settled(Triage, length);
        }

        return sizes;
    }

    private static IEnumerable<Type> Locals(MethodBase method) =>
        method.GetParameters().Select(p => p.ParameterType).Concat(method.GetMethodBody()?.LocalVariables.Select(l => l.LocalType) ?? []);

    private static SizeKey Key(string owner) => SizeKey.Of(OwnerPath.Parse(owner), "gpt-4o", "tokens.output");
}
