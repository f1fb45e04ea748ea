using System.Globalization;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Nexus.Dashboard.Commands;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Access;

/// <summary>The doors for people: sign-in, sign-out, the set-up of an empty installation, the developer's link. Plain forms, no JavaScript needed.</summary>
internal static class SignInEndpoints
{
    public const string SetUp = "setup";
    public const string Developer = "developer";
    private const string DeveloperName = "developer";

    public static void MapSignIn(this WebApplication app)
    {
        app.MapGet("/sign-in", (HttpContext http, string? returnUrl, IAntiforgery antiforgery) => Page(http, antiforgery, returnUrl, null, null)).AllowAnonymous();
        app.MapPost("/sign-in", SignInAsync).AllowAnonymous().RequireRateLimiting(AccessExtensions.SignInLimit).DisableAntiforgery();
        app.MapPost("/sign-out", SignOutAsync).DisableAntiforgery();
        app.MapGet("/setup", SetUpPageAsync).AllowAnonymous();
        app.MapPost("/setup", SetUpAsync).AllowAnonymous().RequireRateLimiting(AccessExtensions.SignInLimit).DisableAntiforgery();
        if (app.Environment.IsDevelopment())
        {
            app.MapGet("/sign-in/developer", DeveloperAsync).AllowAnonymous();
        }
    }

    private static RazorComponentResult<SignInPage> Page(HttpContext http, IAntiforgery antiforgery, string? returnUrl, string? name, string? message) =>
        new(new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["ReturnUrl"] = Local(returnUrl),
            ["Name"] = name,
            ["Message"] = message ?? (http.Request.Query.ContainsKey("expired") ? "You were signed out after 8 hours. Sign in to go on." : null),
            ["Token"] = antiforgery.GetAndStoreTokens(http).RequestToken,
            ["TokenField"] = antiforgery.GetAndStoreTokens(http).FormFieldName,
        });

    private static async Task<IResult> SignInAsync(HttpContext http, IAntiforgery antiforgery, SignInManager<Person> signIn, UserManager<Person> people, AccessService access, TimeProvider time)
    {
        if (!await antiforgery.IsRequestValidAsync(http))
        {
            return Results.BadRequest("The form is too old: go back, load the page again and sign in.");
        }

        IFormCollection form = await http.Request.ReadFormAsync(http.RequestAborted);
        string name = form["username"].ToString().Trim();
        string? returnUrl = form["returnUrl"];
        Person? person = await people.FindByNameAsync(name);
        if (person is null)
        {
            // As slow as a wrong password for a name that exists, and the same words.
            people.PasswordHasher.VerifyHashedPassword(new Person(), DummyHash, form["password"].ToString());
            return Page(http, antiforgery, returnUrl, name, Wrong(null));
        }

        Microsoft.AspNetCore.Identity.SignInResult result = await signIn.PasswordSignInAsync(person, form["password"].ToString(), isPersistent: false, lockoutOnFailure: true);
        if (result.Succeeded)
        {
            person.LastSeenAt = time.GetUtcNow();
            await people.UpdateAsync(person);
            await access.WriteDownAsync(CallerOf(person, http), "signIn", name, null, null, http.RequestAborted);
            return Results.LocalRedirect(Local(returnUrl));
        }

        return Page(http, antiforgery, returnUrl, name, result.IsLockedOut
            ? "Too many wrong tries. Wait 5 minutes and try again."
            : Wrong(person.AccessFailedCount));
    }

    private static async Task<IResult> SignOutAsync(HttpContext http, SignInManager<Person> signIn, IAntiforgery antiforgery)
    {
        if (!await antiforgery.IsRequestValidAsync(http))
        {
            return Results.BadRequest("The form is too old: go back and load the page again.");
        }

        await signIn.SignOutAsync();
        return Results.LocalRedirect("/sign-in");
    }

    private static async Task<IResult> SetUpPageAsync(HttpContext http, string? token, OneTimeLinks links, AccessService access, IAntiforgery antiforgery) =>
        !await access.IsEmptyAsync(http.RequestAborted) ? Results.LocalRedirect("/sign-in")
        : links.IsGood(SetUp, token) ? SetUpForm(http, antiforgery, token!, null, null)
        : new RazorComponentResult<SetUpPage>(new Dictionary<string, object?>(StringComparer.Ordinal) { ["Refused"] = true }) { StatusCode = 403 };

    private static RazorComponentResult<SetUpPage> SetUpForm(HttpContext http, IAntiforgery antiforgery, string token, string? name, string? message) =>
        new(new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["Link"] = token,
            ["Name"] = name,
            ["Message"] = message,
            ["Token"] = antiforgery.GetAndStoreTokens(http).RequestToken,
            ["TokenField"] = antiforgery.GetAndStoreTokens(http).FormFieldName,
        });

    private static async Task<IResult> SetUpAsync(HttpContext http, IAntiforgery antiforgery, OneTimeLinks links, AccessService access, SignInManager<Person> signIn)
    {
        if (!await antiforgery.IsRequestValidAsync(http))
        {
            return Results.BadRequest("The form is too old: go back and load the page again.");
        }

        IFormCollection form = await http.Request.ReadFormAsync(http.RequestAborted);
        string? link = form["link"];
        string name = form["username"].ToString().Trim();
        if (!await access.IsEmptyAsync(http.RequestAborted) || !links.IsGood(SetUp, link))
        {
            return new RazorComponentResult<SetUpPage>(new Dictionary<string, object?>(StringComparer.Ordinal) { ["Refused"] = true }) { StatusCode = 403 };
        }

        if (form["password"] != form["again"])
        {
            return SetUpForm(http, antiforgery, link!, name, "The two passwords differ.");
        }

        Caller caller = new(ActorKind.Person, name, OwnerPath.Root, Scope.Admin, null, "page", http.Connection.RemoteIpAddress?.ToString());
        Api.Result<NewPerson> added = await access.AddPersonAsync(caller, name, Role.Admin, OwnerPath.Root, form["password"].ToString(), http.RequestAborted);
        if (added.Problem is { } problem)
        {
            return SetUpForm(http, antiforgery, link!, name, problem.Detail);
        }

        links.Use(SetUp, link);
        await signIn.SignInAsync(added.Value!.Person, isPersistent: false);
        return Results.LocalRedirect("/");
    }

    private static async Task<IResult> DeveloperAsync(HttpContext http, string? token, OneTimeLinks links, AccessService access, UserManager<Person> people, SignInManager<Person> signIn)
    {
        if (!links.Use(Developer, token))
        {
            return Results.LocalRedirect("/sign-in");
        }

        Person? developer = await people.FindByNameAsync(DeveloperName);
        if (developer is null)
        {
            Caller caller = new(ActorKind.Local, "development", OwnerPath.Root, Scope.Admin, null, "page", http.Connection.RemoteIpAddress?.ToString());
            developer = (await access.AddPersonAsync(caller, DeveloperName, Role.Admin, OwnerPath.Root, null, http.RequestAborted)).Value!.Person;
        }

        await signIn.SignInAsync(developer, isPersistent: false);
        return Results.LocalRedirect("/");
    }

    private static Caller CallerOf(Person person, HttpContext http) =>
        new(ActorKind.Person, person.UserName!, person.Within, person.Role.Scopes(), null, "page", http.Connection.RemoteIpAddress?.ToString());

    private static string Wrong(int? failures)
    {
        int left = AccessExtensions.MostWrongTries - (failures ?? 1);
        return left <= 0
            ? "Too many wrong tries. Wait 5 minutes and try again."
            : string.Create(CultureInfo.InvariantCulture, $"That name and password don't match. After {AccessExtensions.MostWrongTries} wrong tries there is a 5-minute pause.");
    }

    // Only a path of this site: no scheme, no host, no '//' or '/\' that browsers read as one.
    private static string Local(string? url) =>
        url is { Length: > 0 } && url[0] == '/' && (url.Length == 1 || (url[1] != '/' && url[1] != '\\')) && !url.Any(char.IsControl) ? url : "/";

    private const string DummyHash = "AQAAAAIAAYagAAAAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==";
}
