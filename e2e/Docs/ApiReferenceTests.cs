using Microsoft.Playwright;
using Nexus.E2E.Browsing;
using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Docs;

/// <summary>The reference of the API. That nothing leaves the server and nothing breaks its policy, every visit checks by itself.</summary>
[Collection(typeof(OnTheQuietSystem))]
public sealed class ApiReferenceTests(QuietSystem nexus)
{
    [Fact]
    public async Task It_shows_every_call_with_examples_and_needs_nothing_from_elsewhere() =>
        await nexus.VisitAsStrangerAsync(async visitor =>
        {
            Person reader = await nexus.Server.AddPersonAsync("reader", "viewer");
            await visitor.GoAsync("/sign-in?returnUrl=%2Fdocs%2Fapi");
            await visitor.SignInAsync(reader);

            await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Name = "Nexus", Exact = true }).First).ToBeVisibleAsync(new() { Timeout = 20_000 });
            foreach (string subject in (string[])["Requests", "Leases", "Pools", "Audit", "Keys"])
            {
                await Assertions.Expect(visitor.Page.GetByText(subject, new() { Exact = true }).First).ToBeVisibleAsync();
            }

            await visitor.Page.GotoAsync(new Uri(nexus.Server.Url, "/docs/api#tag/requests/POST/api/v1/requests").ToString());
            await Assertions.Expect(visitor.Page.GetByText("Ask for resources").First).ToBeVisibleAsync(new() { Timeout = 20_000 });
            await Assertions.Expect(visitor.Page.GetByText("invoice-triage").First).ToBeVisibleAsync();
        });

    [Fact]
    public async Task Who_is_not_signed_in_is_asked_to_and_returns_to_it() =>
        await nexus.VisitAsStrangerAsync(async visitor =>
        {
            await visitor.Page.GotoAsync(new Uri(nexus.Server.Url, "/docs/api").ToString());
            await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Sign in to Nexus");
            await visitor.AddressHasAsync("returnUrl=%2Fdocs%2Fapi");
        });
}
