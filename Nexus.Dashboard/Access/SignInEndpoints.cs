using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Access;

/// <summary>The doors for people: sign-in, sign-out, the developer's link. Plain forms, no JavaScript needed.</summary>
internal static class SignInEndpoints
{
    public const string Developer = "developer";

    public static void MapSignIn(this WebApplication app)
    {
        app.MapGet("/sign-in", SignInPageAsync).AllowAnonymous().ExcludeFromDescription();
        app.MapPost("/sign-in", SignInAsync).AllowAnonymous().RequireRateLimiting(AccessExtensions.SignInLimit).DisableAntiforgery().ExcludeFromDescription();
        app.MapPost("/sign-out", SignOutAsync).DisableAntiforgery().ExcludeFromDescription();
        if (app.Environment.IsDevelopment())
        {
            app.MapGet("/sign-in/developer", DeveloperAsync).AllowAnonymous().ExcludeFromDescription();
        }
    }

    /// <summary>The form of a page that was posted without its token: left open for days, or from elsewhere.</summary>
    public static IResult TooOld() => Results.Text("The form is too old: go back, load the page again and repeat.", statusCode: StatusCodes.Status400BadRequest);

    private static async Task<IResult> SignInPageAsync(HttpContext http, string? returnUrl, string? because, IAntiforgery antiforgery, InstallationService installation) =>
        await PageAsync(http, antiforgery, installation, returnUrl, null, null, SessionEnd.Sentence(because, LocalUrl.Of(returnUrl)));

    private static async Task<RazorComponentResult<SignInPage>> PageAsync(
        HttpContext http, IAntiforgery antiforgery, InstallationService installation, string? returnUrl, string? name, string? message, string? notice)
    {
        AntiforgeryTokenSet tokens = antiforgery.GetAndStoreTokens(http);
        return new(new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            [nameof(SignInPage.ReturnUrl)] = LocalUrl.Of(returnUrl),
            [nameof(SignInPage.Name)] = name,
            [nameof(SignInPage.Message)] = message,
            [nameof(SignInPage.Notice)] = notice,
            [nameof(SignInPage.Installation)] = (await installation.GetAsync(http.RequestAborted)).Name,
            [nameof(SignInPage.Token)] = tokens.RequestToken,
            [nameof(SignInPage.TokenField)] = tokens.FormFieldName,
        });
    }

    private static async Task<IResult> SignInAsync(
        HttpContext http, IAntiforgery antiforgery, SignInManager<Person> signIn, UserManager<Person> people, SignInTries tries, AccessService access, InstallationService installation, TimeProvider time)
    {
        if (!await antiforgery.IsRequestValidAsync(http))
        {
            return TooOld();
        }

        IFormCollection form = await http.Request.ReadFormAsync(http.RequestAborted);
        string name = form["username"].ToString().Trim();
        string password = form["password"].ToString();
        string returnUrl = LocalUrl.Of(form["returnUrl"]);
        SemaphoreSlim turn = await tries.TurnAsync(name, http.RequestAborted);
        try
        {
            Person? person = await people.FindByNameAsync(name);
            int left = person is null ? Unknown(people, tries, name, password) : await TryAsync(signIn, person, password);
            if (left < SignInTries.Most)
            {
                return await PageAsync(http, antiforgery, installation, returnUrl, name, SignInTries.Sentence(left), null);
            }

            person!.LastSeenAt = time.GetUtcNow();
            await people.UpdateAsync(person);
            await access.WriteDownAsync(CallerOf(person, http), "signIn", person.UserName!, null, null, http.RequestAborted);
            return Results.LocalRedirect(returnUrl);
        }
        finally
        {
            turn.Release();
        }
    }

    // The tries that are left; all of them after a right one, 0 in the pause.
    private static async Task<int> TryAsync(SignInManager<Person> signIn, Person person, string password)
    {
        Microsoft.AspNetCore.Identity.SignInResult result = await signIn.PasswordSignInAsync(person, Bounded(password), isPersistent: false, lockoutOnFailure: true);
        return result.Succeeded ? SignInTries.Most : result.IsLockedOut ? 0 : SignInTries.Most - person.AccessFailedCount;
    }

    // As slow as a wrong password for a name that exists, and the same words.
    private static int Unknown(UserManager<Person> people, SignInTries tries, string name, string password)
    {
        if (tries.IsPaused(name))
        {
            return 0;
        }

        Person nobody = new();
        people.PasswordHasher.VerifyHashedPassword(nobody, NobodysHash.Of(people.PasswordHasher), Bounded(password));
        return tries.CountWrong(name);
    }

    // Longer ones cannot be right, and would cost time.
    private static string Bounded(string password) => password.Length <= AccessService.MaxPasswordLength ? password : "";

    private static async Task<IResult> SignOutAsync(HttpContext http, SignInManager<Person> signIn, IAntiforgery antiforgery)
    {
        if (!await antiforgery.IsRequestValidAsync(http))
        {
            return TooOld();
        }

        await signIn.SignOutAsync();
        return Results.LocalRedirect("/sign-in");
    }

    private static async Task<IResult> DeveloperAsync(HttpContext http, string? token, OneTimeLinks links, AccessService access, UserManager<Person> people, SignInManager<Person> signIn)
    {
        if (!links.Use(Developer, token))
        {
            return Results.LocalRedirect("/sign-in");
        }

        Person? developer = await people.FindByNameAsync(Developer);
        if (developer is null)
        {
            Caller caller = new(ActorKind.Local, "development", OwnerPath.Root, Scope.Admin, null, "page", http.Connection.RemoteIpAddress?.ToString());
            Api.Result<NewPerson> added = await access.AddPersonAsync(caller, Developer, new PersonSettings(Role.Admin, OwnerPath.Root, null), http.RequestAborted);
            developer = added.Value?.Person ?? throw new InvalidOperationException(added.Problem?.Detail);
        }

        await signIn.SignInAsync(developer, isPersistent: false);
        return Results.LocalRedirect("/");
    }

    private static Caller CallerOf(Person person, HttpContext http) =>
        new(ActorKind.Person, person.UserName!, person.Within, person.Role.Scopes(), null, "page", http.Connection.RemoteIpAddress?.ToString());

    // Made by the hasher itself, so that checking it costs what checking a real one costs.
    private static class NobodysHash
    {
        private static string? _hash;

        public static string Of(IPasswordHasher<Person> hasher) => _hash ??= hasher.HashPassword(new Person(), AccessService.GeneratePassword());
    }
}
