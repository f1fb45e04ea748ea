using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Nexus.Dashboard.Api;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Access;

/// <summary>People and keys: authorises the caller, changes access, and writes down who did it. Nobody gives more than they have.</summary>
/// <remarks>Each change and its entry in the audit are one transaction, and changes come one after another: two administrators cannot remove each other at once.</remarks>
internal sealed class AccessService(AccessDb database, UserManager<Person> people, KeyRing ring, TimeProvider time)
{
    /// <summary>The longest password; hashing takes time with its length.</summary>
    public const int MaxPasswordLength = 256;

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
            : (await database.Keys.AsNoTracking().OrderBy(k => k.CreatedAt).ToListAsync(cancellation)).Where(k => caller.MayActFor(k.Within)).ToArray();

    /// <summary>Somebody that the caller may administer.</summary>
    public async Task<Result<Person>> PersonAsync(Caller caller, string name, CancellationToken cancellation)
    {
        if (!caller.Allows(Scope.Admin))
        {
            return Problem.MissingScope(Scope.Admin, caller);
        }

        cancellation.ThrowIfCancellationRequested();
        Person? person = await people.FindByNameAsync(name);
        return person is not null && caller.MayActFor(person.Within) ? person : Problem.NotFound($"There is no person '{name}' that you may see.");
    }

    /// <summary>Creates a person; without a password one is generated, to be shown once.</summary>
    public async Task<Result<NewPerson>> AddPersonAsync(Caller caller, string name, PersonSettings settings, CancellationToken cancellation)
    {
        if (Refused(caller, settings) is { } problem)
        {
            return problem;
        }

        if (name.Length is 0 or > MaxNameLength || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '@'))
        {
            return Problem.Field("invalid-value", 422, "$.name", $"must be 1 to {MaxNameLength} of A-Z a-z 0-9 . _ - @");
        }

        await using IDbContextTransaction change = await ChangeAsync(cancellation);
        if (await people.FindByNameAsync(name) is not null)
        {
            return new Problem("exists", "It exists already", 409, $"There is a person '{name}' already: choose another name.");
        }

        string password = settings.Password ?? GeneratePassword();
        Person person = new() { UserName = name, Role = settings.Role, Path = settings.Path.ToString(), CreatedAt = time.GetUtcNow(), LockoutEnabled = true };
        if (Fault(await people.CreateAsync(person, password)) is { } fault)
        {
            return fault;
        }

        await WriteDownAsync(caller, "createUser", name, null, Shown(person), cancellation);
        await change.CommitAsync(cancellation);
        return new NewPerson(person, password);
    }

    /// <summary>Changes a person's role and path, and the password where one is given, and signs the person out everywhere.</summary>
    public async Task<Result<Person>> SetPersonAsync(Caller caller, string name, PersonSettings settings, long? ifVersion, CancellationToken cancellation)
    {
        if (Refused(caller, settings) is { } problem)
        {
            return problem;
        }

        await using IDbContextTransaction change = await ChangeAsync(cancellation);
        Result<Person> found = await PersonAsync(caller, name, cancellation);
        if (found.Value is not { } person)
        {
            return found;
        }

        if (Outdated(person.Version, ifVersion) is { } outdated)
        {
            return outdated;
        }

        if ((settings.Role != Role.Admin || !settings.Path.IsRoot) && await IsLastAdministratorAsync(person, cancellation))
        {
            return LastAdministrator();
        }

        object before = Shown(person);
        if (settings.Password is { } password
            && Fault(await people.ResetPasswordAsync(person, await people.GeneratePasswordResetTokenAsync(person), password)) is { } fault)
        {
            return fault;
        }

        (person.Role, person.Path) = (settings.Role, settings.Path.ToString());
        person.Version++;
        await people.UpdateSecurityStampAsync(person);
        await WriteDownAsync(caller, settings.Password is null ? "changeUser" : "changeUserAndPassword", name, before, Shown(person), cancellation);
        await change.CommitAsync(cancellation);
        return person;
    }

    /// <summary>Ends all sessions of the caller, this one too.</summary>
    public async Task<Problem?> SignOutEverywhereAsync(Caller caller, CancellationToken cancellation)
    {
        await using IDbContextTransaction change = await ChangeAsync(cancellation);
        if (await OwnAsync(caller) is not { } person)
        {
            return NotAPerson();
        }

        await people.UpdateSecurityStampAsync(person);
        await WriteDownAsync(caller, "signOutEverywhere", caller.Id, null, null, cancellation);
        await change.CommitAsync(cancellation);
        return null;
    }

    /// <summary>Changes the caller's own password, and ends all sessions. Wrong tries count like those of a sign-in.</summary>
    public async Task<Problem?> ChangeOwnPasswordAsync(Caller caller, string present, string wanted, CancellationToken cancellation)
    {
        await using IDbContextTransaction change = await ChangeAsync(cancellation);
        if (await OwnAsync(caller) is not { } person)
        {
            return NotAPerson();
        }

        if (await people.IsLockedOutAsync(person))
        {
            return new Problem("locked-out", "Too many wrong tries", 409, SignInTries.Sentence(0));
        }

        if (wanted.Length > MaxPasswordLength)
        {
            return Problem.Field("invalid-value", 422, "$.password", $"must have at most {MaxPasswordLength} characters");
        }

        if (present.Length > MaxPasswordLength || !await people.CheckPasswordAsync(person, present))
        {
            await people.AccessFailedAsync(person);
            await change.CommitAsync(cancellation);
            return Problem.Field("invalid-value", 422, "$.present", "is not your present password");
        }

        if (Fault(await people.ChangePasswordAsync(person, present, wanted)) is { } fault)
        {
            return fault;
        }

        await people.ResetAccessFailedCountAsync(person);
        await WriteDownAsync(caller, "changeOwnPassword", caller.Id, null, null, cancellation);
        await change.CommitAsync(cancellation);
        return null;
    }

    public async Task<Problem?> RemovePersonAsync(Caller caller, string name, long? ifVersion, CancellationToken cancellation)
    {
        await using IDbContextTransaction change = await ChangeAsync(cancellation);
        Result<Person> found = await PersonAsync(caller, name, cancellation);
        if (found.Value is not { } person)
        {
            return found.Problem;
        }

        if (Outdated(person.Version, ifVersion) is { } outdated)
        {
            return outdated;
        }

        if (await IsLastAdministratorAsync(person, cancellation))
        {
            return LastAdministrator();
        }

        await people.DeleteAsync(person);
        await WriteDownAsync(caller, "removeUser", name, Shown(person), null, cancellation);
        await change.CommitAsync(cancellation);
        return null;
    }

    /// <summary>Creates a key; the key itself is in the answer and nowhere else.</summary>
    public Task<Result<NewKey>> CreateKeyAsync(
        Caller caller, string? name, OwnerPath path, Scope scopes, string? maxPriority, DateTimeOffset? expiresAt, CancellationToken cancellation) =>
        CreateKeyAsync(caller, new KeySettings(name, path, scopes, maxPriority, expiresAt), cancellation);

    /// <summary>Creates a key; the key itself is in the answer and nowhere else.</summary>
    public async Task<Result<NewKey>> CreateKeyAsync(Caller caller, KeySettings settings, CancellationToken cancellation)
    {
        if (Refused(caller, settings) is { } problem)
        {
            return problem;
        }

        await using IDbContextTransaction change = await ChangeAsync(cancellation);
        string key = KeyRing.Generate();
        ApiKey stored = new()
        {
            Id = $"key-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(5))}",
            Hash = KeyRing.HashOf(key),
            CreatedAt = time.GetUtcNow(),
            CreatedBy = caller.Id,
        };
        Give(stored, settings);
        database.Keys.Add(stored);
        await WriteDownAsync(caller, "createKey", stored.Id, null, Shown(stored), cancellation);
        await change.CommitAsync(cancellation);
        return new NewKey(stored, key);
    }

    /// <summary>Replaces what a key may do; the key itself stays as it is. It holds from the next call on.</summary>
    public async Task<Result<ApiKey>> SetKeyAsync(Caller caller, string id, KeySettings settings, long? ifVersion, CancellationToken cancellation)
    {
        if (Refused(caller, settings) is { } problem)
        {
            return problem;
        }

        await using IDbContextTransaction change = await ChangeAsync(cancellation);
        Result<ApiKey> found = await KeyAsync(caller, id, cancellation);
        if (found.Value is not { } key)
        {
            return found;
        }

        if (Outdated(key.Version, ifVersion) is { } outdated)
        {
            return outdated;
        }

        object before = Shown(key);
        Give(key, settings);
        key.Version++;
        await WriteDownAsync(caller, "changeKey", id, before, Shown(key), cancellation);
        await change.CommitAsync(cancellation);
        ring.Forget();
        return key;
    }

    public async Task<Problem?> RevokeKeyAsync(Caller caller, string id, long? ifVersion, CancellationToken cancellation)
    {
        await using IDbContextTransaction change = await ChangeAsync(cancellation);
        Result<ApiKey> found = await KeyAsync(caller, id, cancellation);
        if (found.Value is not { } key)
        {
            return found.Problem;
        }

        if (Outdated(key.Version, ifVersion) is { } outdated)
        {
            return outdated;
        }

        database.Keys.Remove(key);
        await WriteDownAsync(caller, "revokeKey", id, Shown(key), null, cancellation);
        await change.CommitAsync(cancellation);
        ring.Forget();
        return null;
    }

    /// <summary>The changes of access, newest first.</summary>
    public async Task<IReadOnlyList<AccessChange>> ChangesAsync(DateTimeOffset? from, DateTimeOffset? before, int limit, CancellationToken cancellation) =>
        await database.Changes.AsNoTracking()
            .Where(c => (from == null || c.At >= from) && (before == null || c.At < before))
            .OrderByDescending(c => c.Id).Take(limit).ToListAsync(cancellation);

    /// <summary>The newest change of a sort; null where there was none.</summary>
    public async Task<AccessChange?> NewestAsync(string action, CancellationToken cancellation) =>
        await database.Changes.AsNoTracking().Where(c => c.Action == action).OrderByDescending(c => c.Id).FirstOrDefaultAsync(cancellation);

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

    /// <summary>120 random bits, in letters that cannot be mistaken for others.</summary>
    public static string GeneratePassword() => RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", 21);

    // A page keeps its context for hours: what it remembers of earlier changes must not be written again.
    private Task<IDbContextTransaction> ChangeAsync(CancellationToken cancellation)
    {
        database.ChangeTracker.Clear();
        return database.Database.BeginTransactionAsync(cancellation);
    }

    private async Task<Result<ApiKey>> KeyAsync(Caller caller, string id, CancellationToken cancellation)
    {
        if (!caller.Allows(Scope.Admin))
        {
            return Problem.MissingScope(Scope.Admin, caller);
        }

        ApiKey? key = await database.Keys.FirstOrDefaultAsync(k => k.Id == id, cancellation);
        return key is not null && caller.MayActFor(key.Within) ? key : Problem.NotFound($"There is no key '{id}' that you may see.");
    }

    private async Task<Person?> OwnAsync(Caller caller) => caller.Kind == ActorKind.Person ? await people.FindByNameAsync(caller.Id) : null;

    private static Problem NotAPerson() => new("not-a-person", "Not a person", 409, "Only a person who is signed in has sessions and a password.");

    private static Problem? Refused(Caller caller, PersonSettings settings) =>
        Refused(caller, settings.Path)
        ?? (caller.MaxPriority is not null ? new Problem("more-than-own", "Not allowed", 403, $"People have no highest priority, and yours is '{caller.MaxPriority}': nobody gives more than they have.")
            : settings.Password is { Length: > MaxPasswordLength } ? Problem.Field("invalid-value", 422, "$.password", $"must have at most {MaxPasswordLength} characters")
            : null);

    private Problem? Refused(Caller caller, KeySettings settings) =>
        Refused(caller, settings.Path)
        ?? (caller.MaxPriority is { } most && settings.MaxPriority != most ? Problem.Field("more-than-own", 403, "$.maxPriority", $"must be '{most}' like your own: nobody gives more than they have")
            : settings.ExpiresAt <= time.GetUtcNow() ? Problem.Field("invalid-value", 422, "$.expiresAt", "must lie in the future")
            : null);

    private static Problem? Refused(Caller caller, OwnerPath path) =>
        !caller.Allows(Scope.Admin) ? Problem.MissingScope(Scope.Admin, caller)
        : !caller.MayActFor(path) ? Problem.OutsidePath(path.IsRoot ? "/" : path.ToString(), caller)
        : null;

    private static void Give(ApiKey key, KeySettings settings) =>
        (key.Name, key.Path, key.Scopes, key.MaxPriority, key.ExpiresAt) = (settings.Name ?? "", settings.Path.ToString(), settings.Scopes, settings.MaxPriority, settings.ExpiresAt);

    private static Problem? Outdated(long version, long? seen) => seen is null or Expected.ToExist || seen == version ? null
        : new Problem("version-mismatch", "It was changed meanwhile", 412, $"It was changed meanwhile: its version is {version}, not {seen}. Read it again.");

    private static Problem? Fault(IdentityResult result) =>
        result.Succeeded ? null : Problem.Field("invalid-value", 422, "$.password", string.Join(" ", result.Errors.Select(e => e.Description)).TrimEnd('.'));

    private async Task<bool> IsLastAdministratorAsync(Person person, CancellationToken cancellation) =>
        person.Role == Role.Admin && person.Within.IsRoot
        && !await database.Users.AnyAsync(p => p.Id != person.Id && p.Role == Role.Admin && p.Path == "", cancellation);

    private static Problem LastAdministrator() =>
        new("last-administrator", "The last administrator", 409, "This is the last administrator of the whole installation: make somebody else one first.");

    private static object Shown(Person person) => new { name = person.UserName, role = person.Role.Name(), owner = person.Path };

    private static object Shown(ApiKey key) => new { id = key.Id, name = key.Name, owner = key.Path, scopes = key.Scopes.Names(), maxPriority = key.MaxPriority, expiresAt = key.ExpiresAt };
}

/// <summary>A person that was just created, with the password to show once.</summary>
internal sealed record NewPerson(Person Person, string Password);

/// <summary>A key that was just created, with the key itself to show once.</summary>
internal sealed record NewKey(ApiKey Stored, string Key);
