using Nexus.Dashboard.Features.Costs.Focus;
using Nexus.Dashboard.Features.Costs.Explorer;
using Microsoft.Extensions.Options;
using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Features.Audit;
using Nexus.Dashboard.Features.Budgets;
using Nexus.Dashboard.Features.Budgets.Outlook;
using Nexus.Dashboard.Features.Budgets.Past;
using Nexus.Dashboard.Features.Budgets.Runs;
using Nexus.Dashboard.Features.Costs;
using Nexus.Dashboard.Features.Pools;
using Nexus.Dashboard.Features.Prices;
using Nexus.Dashboard.Features.Queue;
using Nexus.Dashboard.Features.Quotas;
using Nexus.Dashboard.Shared;
using Nexus.Dashboard.Tests.Engine.Hosting;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard;

/// <summary>A real engine behind the components that follow one.</summary>
public sealed class LiveEngine : IAsyncLifetime
{
    internal RunningEngine Running { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Running = await RunningEngine.StartAsync();

    public ValueTask DisposeAsync() => Running.DisposeAsync();

    /// <summary>What the components ask for, to somebody who is signed in.</summary>
    internal void Serve(IServiceCollection services, string role = "operator", string owner = "")
    {
        services.AddSingleton(Running.Host);
        services.AddSingleton(new EngineFeed(Running.Host, Running.Clock));
        services.AddSingleton<PoolService>();
        services.AddSingleton<QueueService>();
        services.AddSingleton<AuditTrail>();
        services.AddSingleton<PoolPageService>();
        services.AddSingleton<QueuePageService>();
        services.AddSingleton<WhyOptionService>();
        services.AddSingleton<TimelineService>();
        services.AddSingleton<ReservationService>();
        services.AddSingleton<ReservationPageService>();
        services.AddSingleton<QuotaService>();
        services.AddSingleton<QuotasPageService>();
        services.AddSingleton<CapacityPast>();
        services.AddSingleton<IdleCosts>();
        services.AddSingleton<IdleSharer>();
        services.AddSingleton(Options.Create(new OverheadOptions()));
        services.AddSingleton<PoolIdle>();
        services.AddSingleton(Options.Create(new FocusOptions()));
        services.AddSingleton<CostsService>();
        services.AddSingleton<BudgetOutlooks>();
        services.AddSingleton<BudgetService>();
        services.AddSingleton<PriceService>();
        services.AddSingleton<BudgetsPageService>();
        services.AddSingleton<PastReader>();
        services.AddSingleton<RunsPageService>();
        services.AddSingleton<AllowanceService>();
        services.AddSingleton<KnownOwners>();
        services.AddSingleton<PersonsHttpContext>();
        services.AddSingleton<AuthenticationStateProvider>(new SignedIn(role, owner));
        services.AddScoped<CallerAccessor>();
        services.AddScoped<OwnerScope>();
        services.AddScoped<ViewRange>();
        services.AddScoped<Address>();
        services.AddScoped<Live>();
        services.AddScoped<PaletteSearch>();
    }

    /// <summary>Somebody with this role for this path.</summary>
    internal static Caller Person(string role, string owner = "") => new(
        Nexus.Engine.Core.ActorKind.Person, "dana", OwnerPath.TryParseOrRoot(owner.Length == 0 ? "/" : owner, out OwnerPath? path, out _) ? path : OwnerPath.Root,
        Roles.TryParse(role, out Role known) ? known.Scopes() : Scope.None, null, "page", null);

    private sealed class SignedIn(string role, string owner) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(new AuthenticationState(new ClaimsPrincipal(new ClaimsIdentity(
            [new Claim(ClaimTypes.Name, "dana"), new Claim(AccessClaims.Role, role), new Claim(AccessClaims.Path, owner)], "test"))));
    }
}
