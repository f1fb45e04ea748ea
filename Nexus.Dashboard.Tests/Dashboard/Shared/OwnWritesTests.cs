using Nexus.Dashboard.Shared;

namespace Nexus.Dashboard.Tests.Dashboard.Shared;

public sealed class OwnWritesTests
{
    private readonly OwnWrites _writes = new();

    [Fact]
    public void What_the_address_says_first_and_what_others_write_is_read()
    {
        Assert.True(_writes.IsNews(""));
        Assert.True(_writes.IsNews("from a link"));
        Assert.False(_writes.IsNews("from a link"));
    }

    [Fact]
    public void What_the_page_wrote_is_not_read_back_though_it_wrote_more_meanwhile()
    {
        Assert.True(_writes.IsNews(""));
        _writes.Wrote("a");
        _writes.Wrote("b");

        Assert.False(_writes.IsNews("a"));
        Assert.False(_writes.IsNews("b"));
        Assert.True(_writes.IsNews("a"));
    }

    [Fact]
    public void Several_written_quickly_may_be_heard_once()
    {
        _writes.Wrote("a");
        _writes.Wrote("b");

        Assert.False(_writes.IsNews("b"));
        Assert.True(_writes.IsNews("a"));
    }
}
