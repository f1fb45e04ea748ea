using Microsoft.EntityFrameworkCore;
using Nexus.Dashboard.Api;

namespace Nexus.Dashboard.Access;

/// <summary>What people call this installation, and its time zone.</summary>
internal sealed class InstallationService(AccessDb database, AccessService access)
{
    private const int MaxNameLength = 64;

    /// <summary>As it is; anybody may know.</summary>
    public async Task<Installation> GetAsync(CancellationToken cancellation) =>
        await database.Installations.AsNoTracking().FirstOrDefaultAsync(i => i.Id == Installation.TheOne, cancellation) ?? new Installation();

    /// <summary>Changes it, for administrators of the whole installation.</summary>
    public async Task<Problem?> SetAsync(Caller caller, string name, string timeZone, CancellationToken cancellation)
    {
        if (!caller.AllowsEverywhere(Scope.Admin))
        {
            return Problem.MissingScope(Scope.Admin, caller);
        }

        Faults faults = new();
        faults.When(name.Length > MaxNameLength || name.Any(char.IsControl), "$.name", $"must have at most {MaxNameLength} characters, none of them a control character");
        faults.When(!TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out _), "$.timeZone", "must be a time zone such as Europe/Berlin");
        if (faults.Problem is { } problem)
        {
            return problem;
        }

        database.ChangeTracker.Clear();
        Installation? now = await database.Installations.FirstOrDefaultAsync(i => i.Id == Installation.TheOne, cancellation);
        object? before = now is null ? null : Shown(now);
        if (now is null)
        {
            database.Installations.Add(now = new Installation());
        }

        (now.Name, now.TimeZone) = (name, timeZone);
        await access.WriteDownAsync(caller, "changeInstallation", "installation", before, Shown(now), cancellation);
        return null;
    }

    private static object Shown(Installation installation) => new { name = installation.Name, timeZone = installation.TimeZone };
}
