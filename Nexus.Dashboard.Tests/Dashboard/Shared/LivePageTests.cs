using Bunit;
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

    private sealed class Page : LivePage
    {
        private int _reads;

        public bool Fails { get; set; }

        protected override Task LoadAsync()
        {
            if (Fails)
            {
                throw new InvalidOperationException("the secret of the house");
            }

            _reads++;
            return Task.CompletedTask;
        }

        protected override void BuildRenderTree(RenderTreeBuilder builder)
        {
            builder.OpenElement(0, "main");
            builder.AddContent(1, $"read {_reads}");
            builder.CloseElement();
        }
    }
}
