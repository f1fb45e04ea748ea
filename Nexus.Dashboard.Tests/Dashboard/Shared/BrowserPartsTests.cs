using Microsoft.JSInterop;
using Nexus.Dashboard.Shared;

namespace Nexus.Dashboard.Tests.Dashboard.Shared;

public sealed class BrowserPartsTests
{
    [Fact]
    public async Task A_part_is_ended_before_it_and_its_module_are_let_go()
    {
        Part part = new();
        Part module = new();

        await BrowserParts.EndAsync("destroy", part, module);

        Assert.Equal(["destroy", "gone"], part.Did);
        Assert.Equal(["gone"], module.Did);
    }

    [Fact]
    public async Task Nothing_was_made_and_nothing_is_ended() =>
        await BrowserParts.EndAsync("destroy", null, null);

    [Fact]
    public async Task A_browser_that_has_gone_or_goes_meanwhile_ends_no_circuit()
    {
        await BrowserParts.EndAsync("destroy", new Part(new JSDisconnectedException("gone")), null);
        await BrowserParts.EndAsync("destroy", new Part(new TaskCanceledException()), null);
    }

    [Fact]
    public async Task What_fails_in_a_browser_that_is_there_is_not_hidden() =>
        await Assert.ThrowsAsync<JSException>(async () => await BrowserParts.EndAsync("destroy", new Part(new JSException("destroy is not a function")), null));

    private sealed class Part(Exception? fails = null) : IJSObjectReference
    {
        public List<string> Did { get; } = [];

        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, object?[]? args)
        {
            Did.Add(identifier);
            return fails is null ? ValueTask.FromResult(default(TValue)!) : ValueTask.FromException<TValue>(fails);
        }

        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, CancellationToken cancellationToken, object?[]? args) => InvokeAsync<TValue>(identifier, args);

        public ValueTask DisposeAsync()
        {
            Did.Add("gone");
            return ValueTask.CompletedTask;
        }
    }
}
