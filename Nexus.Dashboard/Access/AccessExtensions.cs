using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.EntityFrameworkCore;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Commands;

namespace Nexus.Dashboard.Access;

/// <summary>People, keys, sign-in and the rules of the door, wired up.</summary>
internal static class AccessExtensions
{
    public const string SignInLimit = "sign-in";

    /// <summary>The key in the configuration: how many sign-ins may be tried from one address within a minute.</summary>
    public const string TriesAMinuteKey = "Nexus:Access:SignInsPerMinute";
    private const string Keys = "keys";
    private const int MinPasswordLength = 12;
    private const int DefaultTriesAMinute = 30;
    private const int MostTriesAMinute = 1_000_000;
    private static readonly TimeSpan Session = TimeSpan.FromHours(8);
    private static readonly TimeSpan StampCheck = TimeSpan.FromMinutes(1);

    /// <summary>The database and what changes it: all that the command line needs too.</summary>
    public static IServiceCollection AddAccessStore(this IServiceCollection services, DataDirectory data)
    {
        string file = AccessFile.PathIn(data);
        services.AddDbContextFactory<AccessDb>(options => options.UseSqlite($"Data Source={file};Cache=Private"));
        services.AddScoped(p => p.GetRequiredService<IDbContextFactory<AccessDb>>().CreateDbContext());
        services.TryAddTimeProvider();
        services.AddSingleton<KeyRing>();
        services.AddScoped<AccessService>();
        services.AddScoped<InstallationService>();
        services.AddIdentityCore<Person>(options =>
            {
                options.Password.RequiredLength = MinPasswordLength;
                options.Password.RequireDigit = options.Password.RequireLowercase = options.Password.RequireUppercase = options.Password.RequireNonAlphanumeric = false;
                options.Password.RequiredUniqueChars = 1;
                options.Lockout.MaxFailedAccessAttempts = SignInTries.Most;
                options.Lockout.DefaultLockoutTimeSpan = SignInTries.Pause;
                options.User.RequireUniqueEmail = false;
            })
            .AddEntityFrameworkStores<AccessDb>()
            .AddSignInManager()
            .AddDefaultTokenProviders()
            .AddClaimsPrincipalFactory<PersonClaims>();
        services.AddDataProtection().PersistKeysToFileSystem(new DirectoryInfo(Path.Combine(data.Path, Keys))).SetApplicationName("nexus");
        return services;
    }

    public static void AddNexusAccess(this WebApplicationBuilder builder, DataDirectory data)
    {
        IServiceCollection services = builder.Services;
        services.AddAccessStore(data);
        services.AddPersonsHttpContext();
        services.AddHostedService<AccessMigration>();
        services.AddHostedService(p => p.GetRequiredService<KeyRing>());
        services.AddSingleton<OneTimeLinks>();
        services.AddSingleton<SignInTries>();
        LocalSocket socket = LocalSocket.Prepare(data);
        socket.ListenWith(builder);
        services.AddSingleton(socket);
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddCookie(IdentityConstants.ApplicationScheme, cookie =>
        {
            cookie.Cookie.Name = "nexus";
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            cookie.LoginPath = "/sign-in";
            cookie.AccessDeniedPath = "/sign-in";
            cookie.ReturnUrlParameter = "returnUrl";
            cookie.ExpireTimeSpan = Session;
            cookie.SlidingExpiration = true;
            cookie.Events.OnValidatePrincipal = SecurityStampValidator.ValidatePrincipalAsync;
            cookie.Events.OnRedirectToLogin = SessionEnd.RedirectAsync;
        });
        // Identity signs out of this one too when it finds a stamp changed, and fails where there is none.
        services.AddAuthentication().AddCookie(IdentityConstants.TwoFactorRememberMeScheme);
        services.AddAntiforgery(forms =>
        {
            forms.Cookie.Name = "nexus-form";
            forms.Cookie.HttpOnly = true;
            forms.Cookie.SameSite = SameSiteMode.Lax;
            forms.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            // Ours is stricter.
            forms.SuppressXFrameOptionsHeader = true;
        });
        services.AddScoped<ISecurityStampValidator, PersonSeen>();
        services.Configure<SecurityStampValidatorOptions>(o => o.ValidationInterval = StampCheck);
        services.AddAuthorizationBuilder().SetFallbackPolicy(
            new Microsoft.AspNetCore.Authorization.AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        services.AddCascadingAuthenticationState();
        services.AddScoped<AuthenticationStateProvider, SignedInState>();
        services.AddScoped<CallerAccessor>();
        int tries = TriesAMinute(builder.Configuration);
        services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.OnRejected = async (context, cancellation) =>
            {
                context.HttpContext.Response.Headers.RetryAfter = ((int)(context.Lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan after) ? after.TotalSeconds : 60)).ToString(CultureInfo.InvariantCulture);
                await context.HttpContext.Response.WriteAsync("Too many tries from your address. Wait a minute and try again.", cancellation);
            };
            limiter.AddPolicy(SignInLimit, http => RateLimitPartition.GetFixedWindowLimiter(
                http.Connection.RemoteIpAddress?.ToString() ?? "",
                _ => new FixedWindowRateLimiterOptions { PermitLimit = tries, Window = TimeSpan.FromMinutes(1) }));
        });
    }

    /// <summary>The headers of every answer, and the door. Before routing.</summary>
    public static void UseNexusAccess(this WebApplication app)
    {
        HeaderPolicyCollection strict = Headers(strict: true);
        HeaderPolicyCollection reference = Headers(strict: false);
        app.Use(app.Services.GetRequiredService<PersonsHttpContext>().CarryAsync);
        app.UseWhen(static http => Door.Guards(http.Request.Path), static machines => machines.Use(MachineHeaders.SetAsync));
        app.UseWhen(static http => !Door.Guards(http.Request.Path) && !IsReference(http), site => site.UseSecurityHeaders(strict));
        app.UseWhen(static http => IsReference(http), site => site.UseSecurityHeaders(reference));
        app.UseMiddleware<Door>();

        // What follows is for pages: a machine call has come to its endpoint.
        app.Use(static (http, next) => Door.Guards(http.Request.Path) && http.GetEndpoint()?.RequestDelegate is { } answer ? answer(http) : next(http));

        // Behind the door's own paths nothing asks a second time: the policy chain would cost machine calls a fifth more, and would send one that is lost to the sign-in page.
        app.UseWhen(static http => !Door.Guards(http.Request.Path), static site =>
        {
            site.UseAuthentication();
            site.UseRateLimiter();
            site.UseAuthorization();
        });

        // They are in place: without these marks the builder would put them before everything.
        IApplicationBuilder builder = app;
        builder.Properties["__AuthenticationMiddlewareSet"] = builder.Properties["__AuthorizationMiddlewareSet"] = true;
    }

    private static bool IsReference(HttpContext http) => http.Request.Path.StartsWithSegments(ApiReference.Address, StringComparison.OrdinalIgnoreCase);

    // The reference of the API is a library's page, which brings its styles in elements of its own making: there alone inline styles are let in, never scripts.
    private static HeaderPolicyCollection Headers(bool strict) => new HeaderPolicyCollection()
        .AddFrameOptionsDeny()
        .AddContentTypeOptionsNoSniff()
        .AddReferrerPolicyStrictOriginWhenCrossOrigin()
        .RemoveServerHeader()
        .AddCrossOriginOpenerPolicy(x => x.SameOrigin())
        .AddContentSecurityPolicy(csp =>
        {
            csp.AddDefaultSrc().None();
            if (strict)
            {
                csp.AddScriptSrc().Self();
                csp.AddStyleSrcElem().Self().WithNonce();
            }
            else
            {
                csp.AddScriptSrc().Self().WithNonce();
                csp.AddStyleSrcElem().Self().UnsafeInline();
            }

            csp.AddStyleSrcAttr().UnsafeInline();
            csp.AddImgSrc().Self().Data();
            csp.AddFontSrc().Self();
            csp.AddConnectSrc().Self();
            csp.AddFormAction().Self();
            csp.AddBaseUri().Self();
            csp.AddFrameAncestors().None();
            csp.AddObjectSrc().None();
            csp.AddManifestSrc().Self();
        });

    public static void MapNexusAccess(this WebApplication app)
    {
        app.MapSignIn();
        app.MapSetUp();
        app.MapAccess();
        app.Lifetime.ApplicationStarted.Register(() =>
        {
            app.Services.GetRequiredService<OneTimeLinks>().Print(app);
            _ = app.Services.GetRequiredService<KeyRing>().WarmUpAsync(app.Lifetime.ApplicationStopping);
        });
    }

    /// <summary>Makes the database, or brings it up to date.</summary>
    public static async Task MigrateAccessAsync(this IServiceProvider services, DataDirectory data, CancellationToken cancellation = default)
    {
        data.Create();
        KeepPrivate(data);
        if (AccessFile.IsCurrent(data))
        {
            return;
        }

        await using AsyncServiceScope scope = services.CreateAsyncScope();
        AccessDb database = scope.ServiceProvider.GetRequiredService<AccessDb>();
        await database.Database.MigrateAsync(cancellation);
        await database.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL", cancellation);
    }

    // Their user's alone even where the directory is not: the hashes of passwords, and what protects cookies. SQLite gives its other files the mode of this one.
    private static void KeepPrivate(DataDirectory data)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        const UnixFileMode File = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        string database = AccessFile.PathIn(data);
        using (new FileStream(database, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite | FileShare.Delete, UnixCreateMode = File }))
        {
            System.IO.File.SetUnixFileMode(database, File);
        }

        string keys = Directory.CreateDirectory(Path.Combine(data.Path, Keys)).FullName;
        System.IO.File.SetUnixFileMode(keys, File | UnixFileMode.UserExecute);
    }

    private static int TriesAMinute(IConfiguration configuration) =>
        configuration.GetValue(TriesAMinuteKey, DefaultTriesAMinute) is var tries and >= 1 and <= MostTriesAMinute
            ? tries
            : throw CommandException.BadInput($"{TriesAMinuteKey} in the configuration must lie between 1 and {MostTriesAMinute}.");

    private static void TryAddTimeProvider(this IServiceCollection services)
    {
        if (services.All(s => s.ServiceType != typeof(TimeProvider)))
        {
            services.AddSingleton(TimeProvider.System);
        }
    }

    // On the console alone: a log file is read by others.
    private static void Print(this OneTimeLinks links, WebApplication app)
    {
        if (app.Urls.FirstOrDefault(u => !u.Contains("://unix:", StringComparison.Ordinal)) is not { } listens)
        {
            // Opened for a command alone.
            return;
        }

        string address = listens.Replace("0.0.0.0", "localhost", StringComparison.Ordinal).Replace("[::]", "localhost", StringComparison.Ordinal).Replace("*", "localhost", StringComparison.Ordinal);
        bool empty = AccessFile.HasNobody(app.Services.GetRequiredService<DataDirectory>());
        Console.WriteLine($"Nexus listens on {address}");
        if (app.Environment.IsDevelopment())
        {
            Console.WriteLine($"Sign in as developer (once): {address}/sign-in/developer?token={links.Make(SignInEndpoints.Developer)}");
        }

        if (empty)
        {
            Console.WriteLine($"Set up the first administrator (within 30 minutes): {address}/setup?token={links.Make(SetUpEndpoints.Purpose)}");
        }
    }
}
