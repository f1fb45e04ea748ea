using Nexus.Dashboard.Features.Budgets.Outlook;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Budgets;

public sealed class SpendSamplesTests
{
    private static readonly Instant Start = new(0);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly SpendSamples _samples = new();

    [Fact]
    public void What_was_spent_within_a_while_is_the_difference_to_its_beginning()
    {
        Add(0, 10);
        Add(1, 14);
        Add(2, 20);

        Assert.Equal(6, _samples.Within(Minute, At(2)));
        Assert.Equal(8, _samples.Within(Minute * 1.5, At(2)));
        Assert.Null(_samples.Within(Minute * 3, At(2)));
    }

    [Fact]
    public void A_new_period_begins_from_nothing_and_takes_nothing_back()
    {
        Add(0, 10);
        Add(1, 16);
        _samples.Add(At(2), At(2), 3);

        Assert.Equal(9, _samples.Within(Minute * 2, At(2)));
    }

    [Fact]
    public void A_correction_takes_nothing_back()
    {
        Add(0, 10);
        Add(1, 4);
        Add(2, 6);

        Assert.Equal(2, _samples.Within(Minute * 2, At(2)));
    }

    private void Add(int minute, double spent) => _samples.Add(At(minute), Start, spent);

    private static Instant At(int minute) => Start + (Minute * minute);
}
