using Bunit.TestDoubles;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Shared;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Shared;

public sealed class OwnerScopeTests : ComponentTest
{
    private readonly BunitNavigationManager _nav;

    public OwnerScopeTests() => _nav = (BunitNavigationManager)Services.GetRequiredService<NavigationManager>();

    [Fact]
    public void Without_a_choice_everything_that_one_may_see_is_shown()
    {
        using OwnerScope scope = new(_nav);

        Assert.Equal("acme", scope.Narrow(LiveEngine.Person("viewer", "acme")).Path.ToString());
    }

    [Fact]
    public void The_address_narrows_what_is_shown()
    {
        _nav.NavigateTo("/queue?owner=acme/research");
        using OwnerScope scope = new(_nav);

        Assert.Equal("acme/research", scope.Narrow(LiveEngine.Person("viewer", "acme")).Path.ToString());
        Assert.Equal("acme/research", scope.Narrow(LiveEngine.Person("viewer")).Path.ToString());
    }

    [Theory]
    [InlineData("globex")]
    [InlineData("acmee")]
    [InlineData("acme//x")]
    public void An_address_never_widens_what_one_may_see(string owner)
    {
        _nav.NavigateTo($"/queue?owner={owner}");
        using OwnerScope scope = new(_nav);

        Assert.Equal("acme", scope.Narrow(LiveEngine.Person("viewer", "acme")).Path.ToString());
    }

    [Fact]
    public void Widening_takes_other_filters_of_the_page_with_it_and_stays()
    {
        _nav.NavigateTo("/budgets?owner=acme&state=halted&view=cards");
        using OwnerScope scope = new(_nav);

        scope.Widen("state");
        Assert.Equal("http://localhost/budgets?view=cards", _nav.Uri);

        _nav.NavigateTo("/pools");
        Assert.Equal("http://localhost/pools", _nav.Uri);
    }

    [Fact]
    public void What_was_chosen_is_in_the_address_and_follows_from_page_to_page()
    {
        using OwnerScope scope = new(_nav);
        int changed = 0;
        scope.Changed += () => changed++;

        scope.Choose(OwnerPath.Parse("acme"));
        Assert.Equal("http://localhost/?owner=acme", _nav.Uri);

        _nav.NavigateTo("/pools?kind=gpu");
        Assert.Equal("http://localhost/pools?kind=gpu&owner=acme", _nav.Uri);

        scope.Choose(OwnerPath.Root);
        Assert.Equal("http://localhost/pools?kind=gpu", _nav.Uri);
        Assert.Equal(2, changed);
    }

    [Fact]
    public void Another_path_in_a_link_is_a_choice()
    {
        using OwnerScope scope = new(_nav);
        OwnerPath? seen = null;
        scope.Changed += () => seen = scope.Path;

        _nav.NavigateTo("/queue?owner=globex");

        Assert.Equal("globex", seen?.ToString());
    }

    [Fact]
    public void What_one_may_do_stays_the_same()
    {
        _nav.NavigateTo("/queue?owner=acme");
        using OwnerScope scope = new(_nav);
        Caller narrowed = scope.Narrow(LiveEngine.Person("operator"));

        Assert.Equal(LiveEngine.Person("operator").Scopes, narrowed.Scopes);
        Assert.False(narrowed.AllowsEverywhere(Scope.Configure));
    }
}
