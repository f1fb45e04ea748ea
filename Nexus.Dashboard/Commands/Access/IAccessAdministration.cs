using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;

namespace Nexus.Dashboard.Commands.Access;

/// <summary>What the commands do about people and keys: through the server that runs on the data directory, else in its files.</summary>
internal interface IAccessAdministration : IAsyncDisposable
{
    Task<Result<Page<UserAnswer>>> UsersAsync(CancellationToken cancellation);

    /// <summary>One person.</summary>
    Task<Result<UserAnswer>> UserAsync(string name, CancellationToken cancellation);

    /// <summary>Creates a person that must not be there yet; the answer has the generated password.</summary>
    Task<Result<UserAnswer>> AddUserAsync(string name, UserBody body, CancellationToken cancellation);

    /// <summary>Changes a person that must not have changed since <paramref name="version"/>.</summary>
    Task<Result<UserAnswer>> SetUserAsync(string name, UserBody body, long version, CancellationToken cancellation);

    Task<Problem?> RemoveUserAsync(string name, CancellationToken cancellation);

    Task<Result<Page<KeyAnswer>>> KeysAsync(CancellationToken cancellation);

    /// <summary>Creates a key; the answer has it, once.</summary>
    Task<Result<KeyAnswer>> CreateKeyAsync(KeyBody body, CancellationToken cancellation);

    Task<Problem?> RevokeKeyAsync(string id, CancellationToken cancellation);
}
