using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Dashboard.Shared;

namespace Nexus.Dashboard.Tests.Dashboard.Shared;

/// <summary>A page that cannot be read says so, keeps what it last read, and goes on when it can again.</summary>
public sealed class LivePageTests : ComponentTest, IClassFixture<LiveEngine>
{
    public LivePageTests(LiveEngine engine) => engine.Serve(Services);

    [Fact]
    public void A_page_that_cannot_be_read_keeps_what_it_read_says_since_when_and_can_be_tried_again()
    {
        IRenderedComponent<Page> page = Render<Page>();
        IRenderedComponent<FailureNotice> notice = Render<FailureNotice>();
        page.WaitForAssertion(() => Assert.Equal("read 1", page.Find("main").TextContent));

        page.Instance.Fails = true;
        Services.GetRequiredService<Live>().Retry();

        notice.WaitForAssertion(() => Assert.Contains("This page cannot be read", notice.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.DoesNotContain("the secret of the house", notice.Markup, StringComparison.Ordinal);
        Assert.Equal("read 1", page.Find("main").TextContent);

        page.Instance.Fails = false;
        notice.Find("button:not([data-copy])").Click();

        page.WaitForAssertion(() => Assert.Equal("read 2", page.Find("main").TextContent));
        notice.WaitForAssertion(() => Assert.Empty(notice.FindAll("[role=alert]")));
    }

    [Fact]
    public void What_the_address_asks_for_is_read_as_soon_as_it_is_something_else_and_no_more_often()
    {
        IRenderedComponent<Page> page = Render<Page>(p => p.Add(d => d.Wanted, "a"));
        page.WaitForAssertion(() => Assert.Equal("read 1", page.Find("main").TextContent));

        page.Render(p => p.Add(d => d.Wanted, "a"));
        page.Render(p => p.Add(d => d.Wanted, "b"));
        page.WaitForAssertion(() => Assert.Equal("read 2", page.Find("main").TextContent));
        page.Render(p => p.Add(d => d.Wanted, "b"));

        Assert.Equal((2, 1), (page.Instance.Reads, page.Instance.LetGoes));
    }

    [Fact]
    public void A_page_that_was_left_while_it_read_can_still_be_asked_whether_it_was()
    {
        IRenderedComponent<Page> page = Render<Page>();
        page.WaitForAssertion(() => Assert.Equal("read 1", page.Find("main").TextContent));
        Page left = page.Instance;

        left.Dispose();

        Assert.True(left.WasLeft.IsCancellationRequested);
    }

    [Fact]
    public void What_is_asked_for_while_the_news_is_read_is_read_after_it()
    {
        IRenderedComponent<Page> page = Render<Page>(p => p.Add(d => d.Wanted, "a"));
        page.WaitForAssertion(() => Assert.Equal("read 1", page.Find("main").TextContent));
        TaskCompletionSource disk = new();
        page.Instance.Until = disk.Task;
        Services.GetRequiredService<Live>().Retry();
        page.WaitForAssertion(() => Assert.Equal(2, page.Instance.Reads));

        page.Render(p => p.Add(d => d.Wanted, "b"));
        disk.SetResult();

        page.WaitForAssertion(() => Assert.Equal(["a", "a", "b"], page.Instance.Read));
    }

    private sealed class Page : LivePage
    {
        private readonly List<string?> _read = [];

        [Parameter] public string? Wanted { get; set; }

        public Task Until { get; set; } = Task.CompletedTask;

        public IReadOnlyList<string?> Read => _read;

        public int Reads => _read.Count;

        public int LetGoes { get; private set; }

        public bool Fails { get; set; }

        public CancellationToken WasLeft => Left;

        protected override object AskedFor => (Wanted, 0);

        protected override void LetGo() => LetGoes++;

        protected override async Task LoadAsync()
        {
            if (Fails)
            {
                throw new InvalidOperationException("the secret of the house");
            }

            _read.Add(Wanted);
            await Until;
        }

        protected override void BuildRenderTree(RenderTreeBuilder builder)
        {
            builder.OpenElement(0, "main");
            builder.AddContent(1, $"read {Reads}");
            builder.CloseElement();
        }
    }
}
