using Nexus.Dashboard.Features.Simulator;

namespace Nexus.Dashboard.Tests.Dashboard.Simulator;

public sealed class PastChoiceTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_span_ends_now()
    {
        WindowBody window = new PastChoice("6h").Window(Noon)!;

        Assert.Equal((Noon.AddHours(-6), Noon), (window.From, window.To));
    }

    [Fact]
    public void A_window_is_taken_as_it_is_and_a_trace_has_none()
    {
        Assert.Equal(new WindowBody(Noon, Noon.AddHours(1)), new PastChoice(PastChoice.Between, Noon, Noon.AddHours(1)).Window(Noon.AddDays(1)));
        Assert.Null(new PastChoice(PastChoice.Trace).Window(Noon));
    }

    [Fact]
    public void It_is_known_where_it_lies_as_far_as_that_is_said()
    {
        Assert.Equal((Noon.AddHours(-6), Noon), new PastChoice("6h").Ends(Noon));
        Assert.Equal((Noon, null), new PastChoice(PastChoice.Between, Noon).Ends(Noon.AddDays(1)));
        Assert.Equal((null, null), new PastChoice(PastChoice.Trace).Ends(Noon));
    }

    [Fact]
    public void It_keeps_in_the_address()
    {
        foreach (PastChoice choice in (PastChoice[])[PastChoice.Default, new("7d"), new(PastChoice.Trace), new(PastChoice.Between), new(PastChoice.Between, Noon, Noon.AddHours(1)), new(PastChoice.Between, Noon)])
        {
            IReadOnlyDictionary<string, object?> address = choice.ToAddress();

            Assert.Equal(choice, PastChoice.Read((string?)address["last"], (string?)address["from"], (string?)address["to"]));
        }
    }

    [Theory]
    [InlineData("forever", null, null)]
    [InlineData(null, "some day", null)]
    public void What_the_address_cannot_mean_is_the_last_hour(string? last, string? from, string? to) => Assert.Equal(PastChoice.Default, PastChoice.Read(last, from, to));

    [Fact]
    public void What_is_missing_is_said()
    {
        Assert.Null(PastChoice.Default.Missing(null));
        Assert.Equal(("Choose a trace", null), (new PastChoice(PastChoice.Trace).Missing(null), new PastChoice(PastChoice.Trace).Missing("time,gpu")));
        Assert.Equal("Say from when to when", new PastChoice(PastChoice.Between, Noon).Missing(null));
        Assert.Equal("The window must end later than it begins", new PastChoice(PastChoice.Between, Noon, Noon).Missing(null));
    }
}
