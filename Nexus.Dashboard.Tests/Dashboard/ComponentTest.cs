using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MudBlazor.Services;
using Nexus.Dashboard.Gallery;
using Nexus.Dashboard.Shared;

namespace Nexus.Dashboard.Tests.Dashboard;

/// <summary>Draws components without a browser, at a moment that the test moves.</summary>
public abstract class ComponentTest : BunitContext, IAsyncLifetime
{
    protected ComponentTest()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices();
        Services.AddSingleton<TimeProvider>(Clock);
        Services.AddScoped<Toasts>();
        Services.AddScoped<Address>();
    }

    protected FakeTimeProvider Clock { get; } = new(Story.Noted);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;
}
