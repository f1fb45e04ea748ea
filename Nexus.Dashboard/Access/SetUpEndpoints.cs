using System.Globalization;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Demo;
using Nexus.Dashboard.Features.Pools;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Access;

/// <summary>The set-up of an empty installation in four steps. The printed link leads to the first, which creates the administrator, who then may take the others or skip them.</summary>
internal static class SetUpEndpoints
{
    /// <summary>What the one-time link is for.</summary>
    public const string Purpose = "setup";

    private const string KeyName = "First client";

    public static void MapSetUp(this WebApplication app)
    {
        RouteGroupBuilder setUp = app.MapGroup("/setup").DisableAntiforgery().ExcludeFromDescription();
        setUp.MapGet("", AdministratorPageAsync).AllowAnonymous();
        setUp.MapPost("", AdministratorAsync).AllowAnonymous().RequireRateLimiting(AccessExtensions.SignInLimit);

        // From here on the administrator is signed in: the fallback policy keeps everybody else out.
        setUp.MapGet("/installation", InstallationPageAsync);
        setUp.MapPost("/installation", InstallationAsync);
        setUp.MapGet("/pools", (HttpContext http, IAntiforgery antiforgery, EngineHost host) => Administrator(http) is null ? Results.LocalRedirect("/") : PoolsPage(http, antiforgery, host));
        setUp.MapPost("/pools", PoolsAsync);
        setUp.MapGet("/connect", (HttpContext http, IAntiforgery antiforgery) => Administrator(http) is null ? Results.LocalRedirect("/") : Page(http, antiforgery, new SetUpView(SetUpStep.Connect)));
        setUp.MapPost("/connect", ConnectAsync);
    }

    private static async Task<IResult> AdministratorPageAsync(HttpContext http, string? token, OneTimeLinks links, AccessService access, IAntiforgery antiforgery) =>
        await RefusalAsync(http, token, links, access, antiforgery) ?? Page(http, antiforgery, new SetUpView(SetUpStep.Administrator) { Link = token });

    private static async Task<IResult> AdministratorAsync(HttpContext http, IAntiforgery antiforgery, OneTimeLinks links, AccessService access, SignInManager<Person> signIn)
    {
        if (!await antiforgery.IsRequestValidAsync(http))
        {
            return SignInEndpoints.TooOld();
        }

        IFormCollection form = await http.Request.ReadFormAsync(http.RequestAborted);
        string? link = form["link"];
        string name = form["username"].ToString().Trim();
        if (await RefusalAsync(http, link, links, access, antiforgery) is { } refusal)
        {
            return refusal;
        }

        SetUpView again = new(SetUpStep.Administrator) { Link = link, Name = name };
        if (form["password"] != form["again"])
        {
            return Page(http, antiforgery, again with { Message = "The two passwords differ." });
        }

        Caller caller = new(ActorKind.Person, name, OwnerPath.Root, Scope.Admin, null, "page", http.Connection.RemoteIpAddress?.ToString());
        // Used up before the person is made, so that of two at once one is refused; given back where the input was wrong.
        if (!links.Use(Purpose, link))
        {
            return (await RefusalAsync(http, link, links, access, antiforgery))!;
        }

        Result<NewPerson> added = await access.AddPersonAsync(caller, name, new PersonSettings(Role.Admin, OwnerPath.Root, form["password"].ToString()), http.RequestAborted);
        if (added.Problem is { } problem)
        {
            links.GiveBack(Purpose);
            return Page(http, antiforgery, again with { Message = problem.Detail });
        }

        await signIn.SignInAsync(added.Value!.Person, isPersistent: false);
        return Results.LocalRedirect("/setup/installation");
    }

    private static async Task<IResult> InstallationPageAsync(HttpContext http, IAntiforgery antiforgery, InstallationService installation)
    {
        if (Administrator(http) is null)
        {
            return Results.LocalRedirect("/");
        }

        Installation now = await installation.GetAsync(http.RequestAborted);
        return Page(http, antiforgery, new SetUpView(SetUpStep.Installation) { Name = now.Name, TimeZone = now.TimeZone });
    }

    private static async Task<IResult> InstallationAsync(HttpContext http, IAntiforgery antiforgery, InstallationService installation)
    {
        if (!await antiforgery.IsRequestValidAsync(http) || Administrator(http) is not { } caller)
        {
            return SignInEndpoints.TooOld();
        }

        IFormCollection form = await http.Request.ReadFormAsync(http.RequestAborted);
        (string name, string zone) = (form["name"].ToString().Trim(), form["timeZone"].ToString());
        return await installation.SetAsync(caller, name, zone, http.RequestAborted) is { } problem
            ? Page(http, antiforgery, new SetUpView(SetUpStep.Installation) { Name = name, TimeZone = zone, Message = problem.Detail })
            : Results.LocalRedirect("/setup/pools");
    }

    private static RazorComponentResult<SetUpPage> PoolsPage(HttpContext http, IAntiforgery antiforgery, EngineHost host, string? name = null, string? amount = null, string? message = null) =>
        Page(http, antiforgery, new SetUpView(SetUpStep.Pools)
        {
            Name = name,
            Amount = amount,
            Message = message,
            Kinds = [.. host.Read.Configuration.Kinds.Where(k => k.Behaviour == ResourceBehaviour.Held)],
        });

    private static async Task<IResult> PoolsAsync(HttpContext http, IAntiforgery antiforgery, EngineHost host, PoolService pools, DemoSwitch demo)
    {
        if (!await antiforgery.IsRequestValidAsync(http) || Administrator(http) is not { } caller)
        {
            return SignInEndpoints.TooOld();
        }

        IFormCollection form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (form["choice"] == "demo")
        {
            demo.Begin();
            return Results.LocalRedirect("/setup/connect");
        }

        (string name, string kind, string amount) = (form["name"].ToString().Trim(), form["kind"].ToString(), form["amount"].ToString().Trim());
        if (!decimal.TryParse(amount, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal capacity))
        {
            return PoolsPage(http, antiforgery, host, name, amount, "Say how much there is as a number, for example 8.");
        }

        PoolBody body = new() { Resources = new(StringComparer.Ordinal) { [kind] = new SupplyBody { Amount = new Amount(capacity) } } };
        Result<PoolState> pool = await pools.PutAsync(caller, name, body, ifVersion: null, http.RequestAborted);
        return pool.Problem is { } problem ? PoolsPage(http, antiforgery, host, name, amount, problem.Detail) : Results.LocalRedirect("/setup/connect");
    }

    private static async Task<IResult> ConnectAsync(HttpContext http, IAntiforgery antiforgery, AccessService access, EngineHost host)
    {
        if (!await antiforgery.IsRequestValidAsync(http) || Administrator(http) is not { } caller)
        {
            return SignInEndpoints.TooOld();
        }

        IFormCollection form = await http.Request.ReadFormAsync(http.RequestAborted);
        string text = form["owner"].ToString().Trim();
        if (!OwnerPath.TryParse(text, out OwnerPath? owner, out string? reason))
        {
            return Page(http, antiforgery, new SetUpView(SetUpStep.Connect) { Name = text, Message = $"The owner {reason}." });
        }

        long seen = host.Read.Sequence;
        Result<NewKey> created = await access.CreateKeyAsync(caller, new KeySettings(KeyName, owner, Scope.Requests | Scope.Read, null, null), http.RequestAborted);
        if (created.Problem is { } problem)
        {
            return Page(http, antiforgery, new SetUpView(SetUpStep.Connect) { Name = text, Message = problem.Detail });
        }

        http.Response.Headers.CacheControl = "no-store";
        string? kind = host.Read.Pools.Where(p => !p.Draining).SelectMany(p => p.Meters).FirstOrDefault(m => m.Behaviour == ResourceBehaviour.Held)?.Supply.Kind;
        return Page(http, antiforgery, new SetUpView(SetUpStep.Connect)
        {
            Name = text,
            Key = created.Value!.Key,
            KeyId = created.Value.Stored.Id,
            Address = $"{http.Request.Scheme}://{http.Request.Host}",
            Kind = kind ?? "gpu",
            After = seen,
        });
    }

    // Null while the link is good and nobody is there yet.
    private static async Task<IResult?> RefusalAsync(HttpContext http, string? token, OneTimeLinks links, AccessService access, IAntiforgery antiforgery) =>
        !await access.IsEmptyAsync(http.RequestAborted) ? Page(http, antiforgery, new SetUpView(SetUpStep.Finished), StatusCodes.Status410Gone)
        : !links.IsGood(Purpose, token) ? Page(http, antiforgery, new SetUpView(SetUpStep.BadLink), StatusCodes.Status403Forbidden)
        : null;

    private static Caller? Administrator(HttpContext http) =>
        Door.CallerOf(http.User, "page", http.Connection.RemoteIpAddress?.ToString()) is { } caller && caller.AllowsEverywhere(Scope.Admin) ? caller : null;

    private static RazorComponentResult<SetUpPage> Page(HttpContext http, IAntiforgery antiforgery, SetUpView view, int status = StatusCodes.Status200OK)
    {
        AntiforgeryTokenSet tokens = antiforgery.GetAndStoreTokens(http);
        return new(new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            [nameof(SetUpPage.View)] = view,
            [nameof(SetUpPage.Token)] = tokens.RequestToken,
            [nameof(SetUpPage.TokenField)] = tokens.FormFieldName,
        })
        { StatusCode = status };
    }
}
