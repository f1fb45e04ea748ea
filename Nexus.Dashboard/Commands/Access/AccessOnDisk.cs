using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;

namespace Nexus.Dashboard.Commands.Access;

/// <summary>People and keys of a data directory on which no server runs. Whoever may write its files is its administrator.</summary>
internal sealed class AccessOnDisk : IAccessAdministration
{
    private static readonly Caller Administrator = LocalSocket.Administrator;

    private readonly ServiceProvider _services;
    private readonly AsyncServiceScope _scope;
    private readonly AccessService _access;

    private AccessOnDisk(ServiceProvider services)
    {
        _services = services;
        _scope = services.CreateAsyncScope();
        _access = _scope.ServiceProvider.GetRequiredService<AccessService>();
    }

    /// <summary>Opens them; the database is made if it is not there yet.</summary>
    public static async Task<AccessOnDisk> OpenAsync(DataDirectory data, CancellationToken cancellation)
    {
        ServiceCollection services = new();
        services.AddLogging();
        services.AddHttpContextAccessor();
        services.AddAuthentication();
        services.AddAccessStore(data);
        ServiceProvider provider = services.BuildServiceProvider();
        await provider.MigrateAccessAsync(data, cancellation);
        return new AccessOnDisk(provider);
    }

    public async Task<Result<Page<UserAnswer>>> UsersAsync(CancellationToken cancellation)
    {
        Result<IReadOnlyList<Person>> people = await _access.PeopleAsync(Administrator, cancellation);
        return people.Problem is { } problem ? problem : new Page<UserAnswer>([.. people.Value!.Select(p => UserAnswer.Of(p, null))], null);
    }

    public async Task<Result<UserAnswer>> UserAsync(string name, CancellationToken cancellation)
    {
        Result<Person> person = await _access.PersonAsync(Administrator, name, cancellation);
        return person.Problem is { } problem ? problem : UserAnswer.Of(person.Value!, null);
    }

    public async Task<Result<UserAnswer>> AddUserAsync(string name, UserBody body, CancellationToken cancellation)
    {
        Result<PersonSettings> settings = body.ToSettings();
        Result<NewPerson> added = settings.Problem is { } wrong ? wrong : await _access.AddPersonAsync(Administrator, name, settings.Value!, cancellation);
        return added.Problem is { } problem ? problem : UserAnswer.Of(added.Value!.Person, added.Value.Password);
    }

    public async Task<Result<UserAnswer>> SetUserAsync(string name, UserBody body, long version, CancellationToken cancellation)
    {
        Result<PersonSettings> settings = body.ToSettings();
        Result<Person> changed = settings.Problem is { } wrong ? wrong : await _access.SetPersonAsync(Administrator, name, settings.Value!, version, cancellation);
        return changed.Problem is { } problem ? problem : UserAnswer.Of(changed.Value!, null);
    }

    public Task<Problem?> RemoveUserAsync(string name, CancellationToken cancellation) => _access.RemovePersonAsync(Administrator, name, null, cancellation);

    public async Task<Result<Page<KeyAnswer>>> KeysAsync(CancellationToken cancellation)
    {
        Result<IReadOnlyList<ApiKey>> keys = await _access.KeysAsync(Administrator, cancellation);
        return keys.Problem is { } problem ? problem : new Page<KeyAnswer>([.. keys.Value!.Select(k => KeyAnswer.Of(k, null))], null);
    }

    public async Task<Result<KeyAnswer>> CreateKeyAsync(KeyBody body, CancellationToken cancellation)
    {
        Result<KeySettings> settings = body.ToSettings();
        Result<NewKey> created = settings.Problem is { } wrong ? wrong : await _access.CreateKeyAsync(Administrator, settings.Value!, cancellation);
        return created.Problem is { } problem ? problem : KeyAnswer.Of(created.Value!.Stored, created.Value.Key);
    }

    public Task<Problem?> RevokeKeyAsync(string id, CancellationToken cancellation) => _access.RevokeKeyAsync(Administrator, id, null, cancellation);

    public async ValueTask DisposeAsync()
    {
        await _scope.DisposeAsync();
        await _services.DisposeAsync();
    }
}
