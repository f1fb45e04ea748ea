using System.Security.Cryptography;
using System.Text;

namespace Nexus.Dashboard.Access;

/// <summary>Links that the program prints on its console and that work once: the set-up of an empty installation, and in Development the developer's sign-in.</summary>
internal sealed class OneTimeLinks(TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (byte[] Hash, DateTimeOffset Until)> _used = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (byte[] Hash, DateTimeOffset Until)> _links = new(StringComparer.Ordinal);

    /// <summary>Makes the link's token anew; the one before stops working.</summary>
    public string Make(string purpose)
    {
        string token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        lock (_lock)
        {
            _links[purpose] = (SHA256.HashData(Encoding.UTF8.GetBytes(token)), time.GetUtcNow() + Lifetime);
        }

        return token;
    }

    /// <summary>True while a token is good; it stays so.</summary>
    public bool IsGood(string purpose, string? token)
    {
        lock (_lock)
        {
            return token is not null
                && _links.TryGetValue(purpose, out (byte[] Hash, DateTimeOffset Until) link)
                && link.Until > time.GetUtcNow()
                && CryptographicOperations.FixedTimeEquals(link.Hash, SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        }
    }

    /// <summary>True once for a good token.</summary>
    public bool Use(string purpose, string? token)
    {
        lock (_lock)
        {
            if (!IsGood(purpose, token))
            {
                return false;
            }

            _links.Remove(purpose, out (byte[] Hash, DateTimeOffset Until) link);
            _used[purpose] = link;
            return true;
        }
    }

    /// <summary>Makes the token that was used last good again, for as long as it would have been: what it was used for failed.</summary>
    public void GiveBack(string purpose)
    {
        lock (_lock)
        {
            if (_used.Remove(purpose, out (byte[] Hash, DateTimeOffset Until) link))
            {
                _links.TryAdd(purpose, link);
            }
        }
    }
}
