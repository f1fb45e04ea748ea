using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Nexus.Dashboard.Access;

/// <summary>Puts role and path into the sign-in, so that nothing has to be looked up at every request. A change renews the security stamp, which ends it.</summary>
internal sealed class PersonClaims(UserManager<Person> people, IOptions<IdentityOptions> options) : UserClaimsPrincipalFactory<Person>(people, options)
{
    protected override async Task<ClaimsIdentity> GenerateClaimsAsync(Person user)
    {
        ClaimsIdentity identity = await base.GenerateClaimsAsync(user);
        identity.AddClaim(new Claim(AccessClaims.Role, user.Role.Name()));
        identity.AddClaim(new Claim(AccessClaims.Path, user.Path));
        return identity;
    }
}
