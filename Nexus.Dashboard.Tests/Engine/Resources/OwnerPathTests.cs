using System.Text;
using CsCheck;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Engine.Resources;

public sealed class OwnerPathTests
{
    private static readonly Gen<string> Segment = Gen.Char["abcé-_. %+~中"].Array[1, 8].Select(c => new string(c)).Where(s => s is not ("." or ".." or "~"));
    private static readonly Gen<OwnerPath> Paths = Segment.Array[1, 8].Select(s => OwnerPath.Parse(string.Join('/', s)));

    [Fact]
    public void A_path_is_read_back_as_it_is_written() => Paths.Sample(p => Assert.Equal(p, OwnerPath.Parse(p.ToString())));

    [Fact]
    public void A_path_lies_within_itself_its_parents_and_the_root_and_within_no_other() => Paths.Select(Paths, (a, b) => (a, b)).Sample(s =>
    {
        OwnerPath[] above = [.. s.a.SelfAndParents(), OwnerPath.Root];

        Assert.All(above, p => Assert.True(s.a.IsWithin(p)));
        Assert.Equal(above.Contains(s.b), s.a.IsWithin(s.b));
    });

    [Fact]
    public void A_name_that_begins_like_another_does_not_lie_within_it() => Assert.False(OwnerPath.Parse("acmex/ada").IsWithin(OwnerPath.Parse("acme")));

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("a/")]
    [InlineData("/a")]
    [InlineData("a//b")]
    [InlineData(".")]
    [InlineData("a/..")]
    [InlineData("~")]
    [InlineData("a/\u0000")]
    [InlineData("a/\u007f")]
    [InlineData("a/\u200b")]
    [InlineData("a/\u202e")]
    [InlineData("a/\u2028")]
    [InlineData("a/\uffff")]
    [InlineData("a/e\u0301")]
    [InlineData("a/b/c/d/e/f/g/h/i")]
    public void What_is_none_is_refused(string text) => Assert.False(OwnerPath.TryParse(text, out _, out _));

    // Not as a case of the theory: the runner would replace half a character before the test sees it.
    [Fact]
    public void Half_a_character_is_none() => Assert.False(OwnerPath.TryParse("a/\ud800", out _, out _));

    [Fact]
    public void A_segment_has_1_to_128_characters()
    {
        Assert.True(OwnerPath.TryParse(new string('é', 128), out _, out _));
        Assert.False(OwnerPath.TryParse(new string('é', 129), out _, out _));
        Assert.True(new string('é', 128).IsNormalized(NormalizationForm.FormC));
    }
}
