using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Dashboard.Shared;

namespace Nexus.Dashboard.Tests.Dashboard.Shared;

public sealed class ToastsTests : ComponentTest
{
    private readonly Toasts _toasts;

    public ToastsTests() => _toasts = Services.GetRequiredService<Toasts>();

    [Fact]
    public void At_most_three_are_shown_and_the_oldest_makes_room()
    {
        foreach (string text in (string[])["one", "two", "three", "four"])
        {
            _toasts.Say(text);
        }

        Assert.Equal(["two", "three", "four"], _toasts.Shown.Select(t => t.Text));
    }

    [Fact]
    public void An_error_makes_room_last()
    {
        _toasts.Fail("broken");
        foreach (string text in (string[])["one", "two", "three"])
        {
            _toasts.Say(text);
        }

        Assert.Equal(["broken", "two", "three"], _toasts.Shown.Select(t => t.Text));
    }

    [Fact]
    public void What_informs_goes_after_ten_seconds()
    {
        IRenderedComponent<ToastHost> host = Render<ToastHost>();
        _toasts.Say("cancelled");
        host.WaitForElement(".toast");

        Clock.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Single(host.FindAll(".toast"));

        Clock.Advance(TimeSpan.FromSeconds(0.1));
        host.WaitForAssertion(() => Assert.Empty(host.FindAll(".toast")));
    }

    [Fact]
    public void The_pointer_holds_it()
    {
        IRenderedComponent<ToastHost> host = Render<ToastHost>();
        _toasts.Say("cancelled");
        host.WaitForElement(".toast").MouseEnter();

        Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Single(host.FindAll(".toast"));

        host.Find(".toast").MouseLeave();
        Clock.Advance(TimeSpan.FromSeconds(10));
        host.WaitForAssertion(() => Assert.Empty(host.FindAll(".toast")));
    }

    [Fact]
    public void An_error_stays_until_it_is_dismissed_and_can_be_copied()
    {
        IRenderedComponent<ToastHost> host = Render<ToastHost>();
        _toasts.Fail("The pool was changed meanwhile.");
        host.WaitForElement(".toast");

        Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal("The pool was changed meanwhile.", host.Find("[data-copy]").GetAttribute("data-copy"));
        Assert.Equal("Failed", host.Find(".toast [role=img]").GetAttribute("aria-label"));

        host.Find("[aria-label=Dismiss]").Click();
        Assert.Empty(host.FindAll(".toast"));
    }

    [Fact]
    public void Undo_undoes_once_and_takes_the_toast_away()
    {
        int undone = 0;
        IRenderedComponent<ToastHost> host = Render<ToastHost>();
        _toasts.Say("gpu limit 15 → 18", () => Task.FromResult(undone++));

        host.WaitForElement(".toast button").Click();

        Assert.Equal(1, undone);
        Assert.Empty(host.FindAll(".toast"));
    }

    [Fact]
    public void What_is_being_undone_says_so_until_it_is_and_cannot_be_undone_again()
    {
        TaskCompletionSource undoing = new();
        int begun = 0;
        IRenderedComponent<ToastHost> host = Render<ToastHost>();
        _toasts.Say("gpu limit 15 → 18", () =>
        {
            begun++;
            return undoing.Task;
        });

        host.WaitForElement(".toast button").Click();
        host.WaitForAssertion(() => Assert.Equal(("Undoing…", true), (host.Find(".toast button").TextContent, host.Find(".toast button").HasAttribute("disabled"))));
        _ = _toasts.UndoAsync(_toasts.Shown[0]);
        Assert.Null(_toasts.Last);
        undoing.SetResult();

        host.WaitForAssertion(() => Assert.Empty(host.FindAll(".toast")));
        Assert.Equal(1, begun);
    }

    [Fact]
    public void They_are_read_out_without_interrupting()
    {
        AngleSharp.Dom.IElement box = Render<ToastHost>().Find(".toasts");

        Assert.Equal(("status", "polite"), (box.GetAttribute("role"), box.GetAttribute("aria-live")));
    }
}
