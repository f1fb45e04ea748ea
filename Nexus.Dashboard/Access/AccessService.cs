using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Nexus.Dashboard.Api;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Access;

/// <summary>People and keys: authorises the caller, changes access, and writes down who did it. Nobody gives more than they have.</summary>
internal sealed class AccessService(AccessDb database, UserManager<Person> people, KeyRing ring, TimeProvider time)
{
    private const int MaxNameLength = 64;

    /// <summary>True while nobody can sign in yet.</summary>
    public async Task<bool> IsEmptyAsync(CancellationToken cancellation) => !await database.Users.AnyAsync(cancellation);

    public async Task<Result<IReadOnlyList<Person>>> PeopleAsync(Caller caller, CancellationToken cancellation) =>
        !caller.Allows(Scope.Admin)
            ? Problem.MissingScope(Scope.Admin, caller)
            : (await database.Users.AsNoTracking().OrderBy(p => p.UserName).ToListAsync(cancellation)).Where(p => caller.MayActFor(p.Within)).ToArray();

    public async Task<Result<IReadOnlyList<ApiKey>>> KeysAsync(Caller caller, CancellationToken cancellation) =>
        !caller.Allows(Scope.Admin)
            ? Problem.MissingScope(Scope.Admin, caller)
            : (await database.Keys.AsNoTracking().OrderBy(k => k.CreatedAt).ToListAsync(cancellation)).Where(k => caller.MayActFor(OwnerPath.Parse(k.Path))).ToArray();

    /// <summary>Creates a person; without a password one is generated, to be shown once.</summary>
    public async Task<Result<NewPerson>> AddPersonAsync(Caller caller, string name, Role role, OwnerPath path, string? password, CancellationToken cancellation)
    {
        if (Refused(caller, path) is { } problem)
        {
            return problem;
        }

        if (name.Length is 0 or > MaxNameLength || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '@'))
        {
            return Problem.Field("invalid-value", 422, "$.name", $"must be 1 to {MaxNameLength} of A-Z a-z 0-9 . _ - @");
        }

        if (await people.FindByNameAsync(name) is not null)
        {
            return new Problem("exists", "It exists already", 409, $"There is a person '{name}' already: choose another name.");
        }

        password ??= GeneratePassword();
        Person person = new() { UserName = name, Role = role, Path = path.ToString(), CreatedAt = time.GetUtcNow(), LockoutEnabled = true };
        IdentityResult created = await people.CreateAsync(person, password);
        if (!created.Succeeded)
        {
            return Problem.Field("invalid-value", 422, "$.password", string.Join(" ", created.Errors.Select(e => e.Description)));
        }

        await WriteDownAsync(caller, "createUser", name, null, Shown(person), cancellation);
        return new NewPerson(person, password);
    }

    /// <summary>Changes a person's role and path, and signs the person out everywhere.</summary>
    public async Task<Result<Person>> SetPersonAsync(Caller caller, string name, Role role, OwnerPath path, string? password, CancellationToken cancellation)
    {
        Person? person = await people.FindByNameAsync(name);
        if (person is null || !caller.MayActFor(person.Within))
        {
            return Problem.NotFound($"There is no person '{name}' that you may see.");
        }

        if (Refused(caller, path) is { } problem)
        {
            return problem;
        }

        if (person.Role == Role.Admin && person.Within.IsRoot && (role != Role.Admin || !path.IsRoot) && await IsLastAdministratorAsync(person, cancellation))
        {
            return LastAdministrator();
        }

        object before = Shown(person);
        if (password is not null)
        {
            string token = await people.GeneratePasswordResetTokenAsync(person);
            IdentityResult reset = await people.ResetPasswordAsync(person, token, password);
            if (!reset.Succeeded)
            {
                return Problem.Field("invalid-value", 422, "$.password", string.Join(" ", reset.Errors.Select(e => e.Description)));
            }
        }

        (person.Role, person.Path) = (role, path.ToString());
        await people.UpdateAsync(person);
        await people.UpdateSecurityStampAsync(person);
        await WriteDownAsync(caller, "changeUser", name, before, Shown(person), cancellation);
        return person;
    }

    public async Task<Problem?> RemovePersonAsync(Caller caller, string name, CancellationToken cancellation)
    {
        if (!caller.Allows(Scope.Admin))
        {
            return Problem.MissingScope(Scope.Admin, caller);
        }

        Person? person = await people.FindByNameAsync(name);
        if (person is null || !caller.MayActFor(person.Within))
        {
            return Problem.NotFound($"There is no person '{name}' that you may see.");
        }

        if (await IsLastAdministratorAsync(person, cancellation))
        {
            return LastAdministrator();
        }

        await people.DeleteAsync(person);
        await WriteDownAsync(caller, "removeUser", name, Shown(person), null, cancellation);
        return null;
    }

    /// <summary>Creates a key; the key itself is in the answer and nowhere else.</summary>
    public async Task<Result<NewKey>> CreateKeyAsync(
        Caller caller, string? name, OwnerPath path, Scope scopes, string? maxPriority, DateTimeOffset? expiresAt, CancellationToken cancellation)
    {
        if (Refused(caller, path) is { } problem)
        {
            return problem;
        }

        if (expiresAt <= time.GetUtcNow())
        {
            return Problem.Field("invalid-value", 422, "$.expiresAt", "must lie in the future");
        }

        string key = KeyRing.Generate();
        ApiKey stored = new()
        {
            Id = $"key-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(5))}",
            Name = name ?? "",
            Hash = KeyRing.HashOf(key),
            Path = path.ToString(),
            Scopes = scopes,
            MaxPriority = maxPriority,
            ExpiresAt = expiresAt,
            CreatedAt = time.GetUtcNow(),
            CreatedBy = caller.Id,
        };
        database.Keys.Add(stored);
        await WriteDownAsync(caller, "createKey", stored.Id, null, Shown(stored), cancellation);
        return new NewKey(stored, key);
    }

    public async Task<Problem?> RevokeKeyAsync(Caller caller, string id, CancellationToken cancellation)
    {
        if (!caller.Allows(Scope.Admin))
        {
            return Problem.MissingScope(Scope.Admin, caller);
        }

        ApiKey? key = await database.Keys.FirstOrDefaultAsync(k => k.Id == id, cancellation);
        if (key is null || !caller.MayActFor(OwnerPath.Parse(key.Path)))
        {
            return Problem.NotFound($"There is no key '{id}' that you may see.");
        }

        database.Keys.Remove(key);
        await WriteDownAsync(caller, "revokeKey", id, Shown(key), null, cancellation);
        ring.Forget();
        return null;
    }

    /// <summary>The changes of access, newest first.</summary>
    public async Task<IReadOnlyList<AccessChange>> ChangesAsync(DateTimeOffset? from, DateTimeOffset? before, int limit, CancellationToken cancellation) =>
        await database.Changes.AsNoTracking()
            .Where(c => (from == null || c.At >= from) && (before == null || c.At < before))
            .OrderByDescending(c => c.Id).Take(limit).ToListAsync(cancellation);

    /// <summary>Writes down who changed access, in the same transaction as the change.</summary>
    public async Task WriteDownAsync(Caller caller, string action, string subject, object? before, object? after, CancellationToken cancellation)
    {
        database.Changes.Add(new AccessChange
        {
            At = time.GetUtcNow(),
            ActorKind = caller.Kind.ToString().ToLowerInvariant(),
            ActorId = caller.Id,
            Source = caller.Source,
            Address = caller.Address,
            Action = action,
            Subject = subject,
            Before = before is null ? null : JsonSerializer.Serialize(before, JsonSerializerOptions.Web),
            After = after is null ? null : JsonSerializer.Serialize(after, JsonSerializerOptions.Web),
        });
        await database.SaveChangesAsync(cancellation);
    }

    private static Problem? Refused(Caller caller, OwnerPath path) =>
        !caller.Allows(Scope.Admin) ? Problem.MissingScope(Scope.Admin, caller)
        : !caller.MayActFor(path) ? Problem.OutsidePath(path.IsRoot ? "/" : path.ToString(), caller)
        : null;

    private async Task<bool> IsLastAdministratorAsync(Person person, CancellationToken cancellation) =>
        person.Role == Role.Admin && person.Within.IsRoot
        && !await database.Users.AnyAsync(p => p.Id != person.Id && p.Role == Role.Admin && p.Path == "", cancellation);

    private static Problem LastAdministrator() =>
        new("last-administrator", "The last administrator", 409, "This is the last administrator of the whole installation: make somebody else one first.");

    private static object Shown(Person person) => new { name = person.UserName, role = person.Role.Name(), owner = person.Path };

    private static object Shown(ApiKey key) => new { id = key.Id, name = key.Name, owner = key.Path, scopes = key.Scopes.Names(), maxPriority = key.MaxPriority, expiresAt = key.ExpiresAt };

    // 120 random bits, in letters that cannot be mistaken for others.
    private static string GeneratePassword() => RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", 21);
}

/// <summary>A person that was just created, with the password to show once.</summary>
internal sealed record NewPerson(Person Person, string Password);

/// <summary>A key that was just created, with the key itself to show once.</summary>
internal sealed record NewKey(ApiKey Stored, string Key);
