using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Nexus.Dashboard.Access;

/// <summary>Checks once a minute of use that somebody's access was not changed or taken, and notes when they were last seen.</summary>
internal sealed class PersonSeen(IOptions<SecurityStampValidatorOptions> options, SignInManager<Person> signIn, ILoggerFactory logs, AccessDb database, TimeProvider time)
    : SecurityStampValidator<Person>(options, signIn, logs)
{
    protected override async Task SecurityStampVerified(Person user, CookieValidatePrincipalContext context)
    {
        await base.SecurityStampVerified(user, context);
        DateTimeOffset now = time.GetUtcNow();
        await database.Users.Where(p => p.Id == user.Id).ExecuteUpdateAsync(p => p.SetProperty(x => x.LastSeenAt, now), context.HttpContext.RequestAborted);
    }
}
