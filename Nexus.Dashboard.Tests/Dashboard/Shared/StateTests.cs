using Bunit;
using Nexus.Dashboard.Shared;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Dashboard.Shared;

/// <summary>A state is a colour, a shape and a word: never a colour alone.</summary>
public sealed class StateTests : ComponentTest
{
    [Theory]
    [InlineData(Signal.Ok, "quiet", "ok")]
    [InlineData(Signal.Warning, "chip warn", "warn")]
    [InlineData(Signal.Bad, "chip bad", "bad")]
    [InlineData(Signal.Info, "chip info", "t2")]
    [InlineData(Signal.Planned, "chip plan", "plan")]
    [InlineData(Signal.Waiting, "quiet", "t2")]
    [InlineData(Signal.Off, "quiet", "t2")]
    public void Only_what_is_news_gets_a_tint(Signal state, string chip, string icon)
    {
        IRenderedComponent<StatusChip> drawn = Render<StatusChip>(p => p.Add(c => c.State, state).Add(c => c.Text, "Word"));

        Assert.Equal(chip, drawn.Find("span").ClassName);
        Assert.Equal($"st {icon}", drawn.Find("svg").ClassName);
        Assert.Equal("Word", drawn.Find("span").TextContent);
    }

    [Fact]
    public void No_two_states_share_a_shape()
    {
        string[] shapes = [.. Enum.GetValues<Signal>().Select(s => Render<StateIcon>(p => p.Add(i => i.State, s)).Find("svg").InnerHtml)];

        Assert.Equal(shapes.Length, shapes.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Beside_its_word_the_shape_is_decoration_and_alone_it_has_a_name()
    {
        Assert.Equal("true", Render<StateIcon>(p => p.Add(i => i.State, Signal.Bad)).Find("svg").GetAttribute("aria-hidden"));
        Assert.Equal("Refused", Render<StateIcon>(p => p.Add(i => i.State, Signal.Bad).Add(i => i.Label, "Refused")).Find("svg[role=img]").GetAttribute("aria-label"));
    }

    [Theory]
    [InlineData(RequestStatus.Queued, Signal.Waiting, "Waiting")]
    [InlineData(RequestStatus.Allocated, Signal.Ok, "Running")]
    [InlineData(RequestStatus.Released, Signal.Ok, "Released")]
    [InlineData(RequestStatus.Expired, Signal.Expired, "Expired")]
    [InlineData(RequestStatus.Cancelled, Signal.Cancelled, "Cancelled")]
    [InlineData(RequestStatus.Rejected, Signal.Bad, "Refused")]
    public void A_request_stands_as_its_status_says(RequestStatus status, Signal state, string word) =>
        Assert.Equal((state, word), (Signals.Of(status), Signals.Word(status)));
}
