using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;

namespace Nexus.Dashboard.Tests.Dashboard;

/// <summary>Keeps cookies and fills in forms; follows no redirects, so that tests see them.</summary>
internal sealed partial class Browser : IDisposable
{
    private readonly HttpClient _client;

    public Browser(Uri address) => _client = new HttpClient(new HttpClientHandler { CookieContainer = Cookies, AllowAutoRedirect = false }) { BaseAddress = address };

    public CookieContainer Cookies { get; } = new();

    /// <summary>True when it carries a sign-in.</summary>
    public bool IsSignedIn => Cookies.GetAllCookies().Any(c => c.Name == "nexus");

    public Task<HttpResponseMessage> GetAsync(string path) => _client.GetAsync(new Uri(path, UriKind.Relative));

    /// <summary>Sends the form that a page holds, hidden fields included.</summary>
    public async Task<HttpResponseMessage> PostAsync(HttpResponseMessage page, string action, params (string Name, string Value)[] fields)
    {
        string html = await page.Content.ReadAsStringAsync();
        Dictionary<string, string> form = Hidden().Matches(html).ToDictionary(m => m.Groups["name"].Value, m => WebUtility.HtmlDecode(m.Groups["value"].Value), StringComparer.Ordinal);
        foreach ((string name, string value) in fields)
        {
            form[name] = value;
        }

        return await PostAsync(action, form);
    }

    /// <summary>Sends a form that no page has given.</summary>
    public async Task<HttpResponseMessage> PostAsync(string action, IReadOnlyDictionary<string, string> form)
    {
        using FormUrlEncodedContent content = new(form);
        return await _client.PostAsync(new Uri(action, UriKind.Relative), content);
    }

    public async Task<HttpResponseMessage> SignInAsync(string name, string password, string? returnUrl = null) =>
        await PostAsync(await GetAsync($"/sign-in?returnUrl={Uri.EscapeDataString(returnUrl ?? "/")}"), "/sign-in", ("username", name), ("password", password));

    /// <summary>Sends JSON, as a script of the page would.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = new(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        foreach ((string name, string value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return await _client.SendAsync(request);
    }

    public void Dispose() => _client.Dispose();

    /// <summary>What a form says is wrong.</summary>
    public static async Task<string> MessageAsync(HttpResponseMessage answer) =>
        WebUtility.HtmlDecode(Alert().Match(await answer.Content.ReadAsStringAsync()).Groups["text"].Value);

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]+)" value="(?<value>[^"]*)" ?/?>""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Hidden();

    [GeneratedRegex("""role="alert">(?<text>[^<]*)<""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Alert();
}
