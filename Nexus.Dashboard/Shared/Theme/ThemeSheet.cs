using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using MudBlazor;

namespace Nexus.Dashboard.Shared.Theme;

/// <summary>The library's theme as a style sheet of our own, rendered once.</summary>
/// <remarks>Its provider would write inline styles without a nonce into every page, which our policy refuses, and would learn of the dark mode only from the browser: a flash of white.</remarks>
internal sealed partial class ThemeSheet(IServiceScopeFactory scopes, ILoggerFactory loggers)
{
    private readonly Lazy<Task<string>> _text = new(() => RenderAsync(scopes, loggers));

    /// <summary>The address, which changes with the text, so that browsers may keep it for ever.</summary>
    public async Task<string> AddressAsync() => $"/theme.css?v={Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(await TextAsync())))[..16]}";

    /// <summary>The variables, light and dark, as the viewer chose or else as the operating system says.</summary>
    public Task<string> TextAsync() => _text.Value;

    private static async Task<string> RenderAsync(IServiceScopeFactory scopes, ILoggerFactory loggers)
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        await using HtmlRenderer renderer = new(scope.ServiceProvider, loggers);
        string light = await VariablesAsync(renderer, dark: false);
        string dark = await VariablesAsync(renderer, dark: true);
        return $":root{{{light}}}:root[data-theme=dark]{{{dark}}}@media (prefers-color-scheme:dark){{:root:not([data-theme]){{{dark}}}}}";
    }

    private static async Task<string> VariablesAsync(HtmlRenderer renderer, bool dark)
    {
        ParameterView parameters = ParameterView.FromDictionary(new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            [nameof(MudThemeProvider.Theme)] = NxTheme.Theme,
            [nameof(MudThemeProvider.IsDarkMode)] = dark,
            [nameof(MudThemeProvider.ObserveSystemDarkModeChange)] = false,
        });
        string html = await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<MudThemeProvider>(parameters)).ToHtmlString());
        return string.Concat(Variable().Matches(html).Select(m => m.Value));
    }

    [GeneratedRegex("--[a-z0-9-]+:[^;]+;", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variable();
}
