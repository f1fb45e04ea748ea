using System.Net;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Nexus.Dashboard.Tests.Dashboard.Access;

public sealed class SignInTests(NexusServer server) : IClassFixture<NexusServer>
{
    [Fact]
    public async Task Name_and_password_open_the_page_that_was_asked_for()
    {
        using Browser ada = await server.PersonAsync("ada", "viewer");

        Assert.True(ada.IsSignedIn);
        Assert.Equal("/queue?open=r-1", (await ada.SignInAsync("ada", NexusServer.Password, "/queue?open=r-1")).Headers.Location?.OriginalString);
        Assert.Equal(HttpStatusCode.OK, (await ada.GetAsync("/api/v1/pools")).StatusCode);
    }

    [Fact]
    public async Task A_page_sends_whoever_is_not_signed_in_to_the_door_and_remembers_where_to()
    {
        using Browser stranger = server.Browser();
        HttpResponseMessage answer = await stranger.GetAsync("/queue");

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.EndsWith("/sign-in?returnUrl=%2Fqueue", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_an_unknown_name_and_a_name_that_is_locked_out_are_told_the_same()
    {
        (await server.PersonAsync("bea", "viewer")).Dispose();
        using Browser browser = server.Browser();
        List<string> known = [];
        List<string> unknown = [];
        for (int i = 0; i < 6; i++)
        {
            known.Add(await Browser.MessageAsync(await browser.SignInAsync("bea", "wrong and wrong")));
            unknown.Add(await Browser.MessageAsync(await browser.SignInAsync("nobody", "wrong and wrong")));
        }

        Assert.Equal(
            [
                "That name and password don't match. 4 tries left before a 5-minute pause.",
                "That name and password don't match. 3 tries left before a 5-minute pause.",
                "That name and password don't match. 2 tries left before a 5-minute pause.",
                "That name and password don't match. 1 try left before a 5-minute pause.",
                "Too many wrong tries. Wait 5 minutes and try again.",
                "Too many wrong tries. Wait 5 minutes and try again.",
            ],
            known);
        Assert.Equal(unknown, known);
        Assert.False(browser.IsSignedIn);
    }

    [Fact]
    public async Task After_five_wrong_tries_the_right_password_does_not_help_either()
    {
        (await server.PersonAsync("cleo", "viewer")).Dispose();
        using Browser browser = server.Browser();
        for (int i = 0; i < 5; i++)
        {
            await browser.SignInAsync("cleo", "wrong and wrong");
        }

        await browser.SignInAsync("cleo", NexusServer.Password);

        Assert.False(browser.IsSignedIn);
    }

    [Fact]
    public async Task From_one_address_so_many_sign_ins_are_tried_a_minute_whatever_the_names()
    {
        await using NexusServer strict = new("Production", signInsPerMinute: 3);
        await strict.InitializeAsync();
        using Browser browser = strict.Browser();
        List<HttpStatusCode> answers = [];
        for (int i = 0; i < 3; i++)
        {
            answers.Add((await browser.SignInAsync($"guess{i}", "wrong and wrong")).StatusCode);
        }

        HttpResponseMessage refused = await browser.SignInAsync("guess3", "wrong and wrong");
        HttpResponseMessage setUp = await browser.PostAsync("/setup", new Dictionary<string, string>(StringComparer.Ordinal) { ["link"] = "guessed" });

        Assert.All(answers, a => Assert.Equal(HttpStatusCode.OK, a));
        Assert.Equal((HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests), (refused.StatusCode, setUp.StatusCode));
        Assert.InRange(int.Parse(Assert.Single(refused.Headers.GetValues("Retry-After")), null), 1, 60);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/sign-in")).StatusCode);
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("/\t/evil.example")]
    [InlineData("https://evil.example/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("evil")]
    public async Task Nobody_is_sent_to_another_site_after_signing_in(string returnUrl)
    {
        using Browser administrator = await server.AdministratorAsync();
        HttpResponseMessage page = await administrator.GetAsync("/sign-in");
        HttpResponseMessage answer = await administrator.PostAsync(
            page, "/sign-in", ("username", NexusServer.Administrator), ("password", NexusServer.Password), ("returnUrl", returnUrl));

        Assert.Equal("/", answer.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task The_cookie_is_out_of_reach_of_scripts_and_other_sites_and_ends_with_the_browser()
    {
        using Browser _ = await server.AdministratorAsync();
        using Browser browser = server.Browser();
        HttpResponseMessage answer = await browser.SignInAsync(NexusServer.Administrator, NexusServer.Password);
        string cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"), c => c.StartsWith("nexus=", StringComparison.Ordinal));

        Assert.Contains("; path=/", cookie);
        Assert.Contains("; httponly", cookie);
        Assert.Contains("; samesite=lax", cookie);
        Assert.DoesNotContain("expires", cookie);
        CookieAuthenticationOptions options = server.Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(IdentityConstants.ApplicationScheme);
        Assert.Equal(CookieSecurePolicy.SameAsRequest, options.Cookie.SecurePolicy);
        Assert.Equal(TimeSpan.FromHours(8), options.ExpireTimeSpan);
    }

    [Theory]
    [InlineData("/sign-in")]
    [InlineData("/health/live")]
    public async Task Every_answer_says_what_a_browser_may_load_and_that_it_may_not_be_framed(string path)
    {
        using Browser browser = server.Browser();
        HttpResponseMessage answer = await browser.GetAsync(path);
        string policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));

        Assert.Contains("default-src 'none'", policy);
        Assert.Contains("script-src 'self';", policy);
        Assert.Contains("frame-ancestors 'none'", policy);
        Assert.Contains("form-action 'self'", policy);
        Assert.Equal("DENY", Assert.Single(answer.Headers.GetValues("X-Frame-Options")));
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Theory]
    [InlineData("/api/v1/pools")]
    [InlineData("/api/v1/nothing")]
    [InlineData("/metrics")]
    [InlineData("/openapi/v1.json")]
    public async Task An_answer_for_machines_may_load_nothing_and_not_be_framed(string path)
    {
        using Browser browser = server.Browser();
        HttpResponseMessage answer = await browser.GetAsync(path);

        Assert.Equal("default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal("DENY", Assert.Single(answer.Headers.GetValues("X-Frame-Options")));
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Theory]
    [InlineData("/sign-in")]
    [InlineData("/sign-out")]
    [InlineData("/setup")]
    public async Task A_form_that_no_page_of_ours_has_given_is_refused(string action)
    {
        using Browser administrator = await server.AdministratorAsync();
        HttpResponseMessage answer = await administrator.PostAsync(action, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["username"] = NexusServer.Administrator,
            ["password"] = NexusServer.Password,
        });

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.True(administrator.IsSignedIn);
    }

    [Fact]
    public async Task Signing_out_ends_it()
    {
        using Browser administrator = await server.AdministratorAsync();
        HttpResponseMessage answer = await administrator.PostAsync(await administrator.GetAsync("/sign-in"), "/sign-out");

        Assert.Equal("/sign-in", answer.Headers.Location?.OriginalString);
        Assert.False(administrator.IsSignedIn);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    public async Task A_page_of_another_site_may_not_act_with_the_cookie(string header, string value)
    {
        using Browser administrator = await server.AdministratorAsync();
        HttpResponseMessage answer = await administrator.SendAsync(HttpMethod.Put, "/api/v1/pools/foreign", new { resources = new { gpu = 1 } }, (header, value));

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("\"cross-site\"", await answer.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await administrator.GetAsync("/api/v1/pools/foreign")).StatusCode);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "same-site", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "same-origin", HttpStatusCode.OK)]
    public async Task A_page_of_another_site_may_not_open_the_connection_of_a_page_of_ours(string header, string value, HttpStatusCode status)
    {
        using Browser administrator = await server.AdministratorAsync();

        Assert.Equal(status, (await administrator.SendAsync(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1", null, (header, value))).StatusCode);
    }

    [Fact]
    public async Task A_page_of_ours_may()
    {
        using Browser administrator = await server.AdministratorAsync();
        HttpResponseMessage answer = await administrator.SendAsync(
            HttpMethod.Put, "/api/v1/pools/own", new { resources = new { gpu = 1 } }, ("Sec-Fetch-Site", "same-origin"), ("Origin", server.Address.GetLeftPart(UriPartial.Authority)));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}
