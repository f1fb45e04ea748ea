using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Scheduling;

/// <summary>The interval beside an estimate is taken from how far such estimates were off.</summary>
public sealed class StartErrorsTests
{
    private static readonly Instant Now = new(1_000_000);

    [Fact]
    public void With_fewer_than_fifty_scores_there_is_no_interval_to_learn()
    {
        StartErrors errors = new();
        Learn(errors, 49, _ => 1.5);

        Assert.Null(Between(errors));
        Learn(errors, 1, _ => 1.5);
        Assert.Equal(At(150, 150), Between(errors));
    }

    [Fact]
    public void It_is_the_shortest_that_holds_four_fifths_of_what_came()
    {
        StartErrors errors = new();

        // From 1.00 to 1.80 times the estimate evenly; beside that nine came at once, and ten much later.
        Learn(errors, 100, i => i < 9 ? 0.1 : i >= 90 ? 9 : 1 + ((i - 9) / 100.0));

        Assert.Equal(At(100, 180), Between(errors));
    }

    [Fact]
    public void Estimates_that_are_exact_get_an_interval_of_one_moment()
    {
        StartErrors errors = new();
        Learn(errors, 100, i => i % 10 == 0 ? 1.2 : 1);

        Assert.Equal(At(100, 100), Between(errors));
    }

    [Fact]
    public void Near_and_far_estimates_learn_apart_and_so_does_each_basis()
    {
        StartErrors errors = new();
        Learn(errors, 100, _ => 2);

        Assert.Equal(At(10, 10), Between(errors, seconds: 5)); // Nothing near is known yet, so what is far serves.
        Learn(errors, 50, _ => 1, seconds: 5);
        Assert.Equal((At(5, 5), At(200, 200)), (Between(errors, seconds: 5), Between(errors)));
        Assert.Null(Between(errors, EstimateBasis.KnownEnds));
    }

    [Fact]
    public void It_widens_while_its_intervals_fail_and_narrows_again_while_they_hold()
    {
        StartErrors errors = new();
        Learn(errors, 250, i => 1 + ((i % 50) / 100.0));
        TimeSpan before = Width(errors);
        Learn(errors, 10, i => 1 + ((i % 50) / 100.0), kept: false);
        TimeSpan failed = Width(errors);
        Learn(errors, 150, i => 1 + ((i % 50) / 100.0), kept: true);

        Assert.True(failed > before, $"{before} → {failed}");
        Assert.True(Width(errors) < failed, $"{failed} → {Width(errors)}");
    }

    [Fact]
    public void Only_the_newest_count()
    {
        StartErrors errors = new();
        Learn(errors, 300, _ => 3);
        Learn(errors, 256, _ => 2);

        Assert.Equal(At(200, 200), Between(errors));
    }

    private static void Learn(StartErrors errors, int count, Func<int, double> ratio, bool? kept = null, int seconds = 100)
    {
        for (int i = 0; i < count; i++)
        {
            errors.Learn(EstimateBasis.Learned, TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(seconds * ratio(i)), kept is not null, kept == true);
        }
    }

    private static StartInterval? Between(StartErrors errors, EstimateBasis basis = EstimateBasis.Learned, int seconds = 100) => errors.Between(basis, Now, Now + TimeSpan.FromSeconds(seconds));

    private static TimeSpan Width(StartErrors errors) => Between(errors)!.Value.To - Between(errors)!.Value.From;

    private static StartInterval? At(double from, double to) => new(Now + TimeSpan.FromSeconds(from), Now + TimeSpan.FromSeconds(to));
}
