using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Nexus.Engine.Core;

namespace Nexus.Dashboard.Access;

/// <summary>Checks API keys. A key that was checked is remembered for a few seconds under itself, so that the hot path neither hashes nor asks the database twice.</summary>
/// <remarks>A key that another process revokes stops working within <see cref="Remembered"/>; one revoked here at once.</remarks>
internal sealed class KeyRing(IDbContextFactory<AccessDb> databases, TimeProvider time, ILogger<KeyRing> log) : BackgroundService
{
    public const string Prefix = "nxs_";

    private const int MaxRemembered = 10_000;
    private const int MaxKeyLength = 128;
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WarmUpAfter = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LastUsedPrecision = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Entry> _remembered = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _used = new(StringComparer.Ordinal);
    private readonly Lock _changing = new();
    private int _changes;

    /// <summary>A new key: the prefix and 256 random bits.</summary>
    public static string Generate() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    /// <summary>What is stored of a key.</summary>
    public static byte[] HashOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    /// <summary>Who presents a key, or null when nobody should be let in with it. Known at once where the key was checked within the last seconds.</summary>
    public ValueTask<Caller?> CheckAsync(string key, string? address, CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        return _remembered.TryGetValue(key, out Entry? entry) && entry.Until > now
            ? new ValueTask<Caller?>(entry.CallerAt(now, address))
            : new ValueTask<Caller?>(LookUpAsync(key, now, address, cancellation));
    }

    private async Task<Caller?> LookUpAsync(string key, DateTimeOffset now, string? address, CancellationToken cancellation)
    {
        if (key.Length > MaxKeyLength || !key.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        int changes = Volatile.Read(ref _changes);
        await using AccessDb database = await databases.CreateDbContextAsync(cancellation);
        byte[] hash = HashOf(key);
        ApiKey? stored = await database.Keys.AsNoTracking().FirstOrDefaultAsync(k => k.Hash == hash, cancellation);
        if (stored is null)
        {
            return null;
        }

        Entry entry = new(stored, new Caller(ActorKind.Key, stored.Id, stored.Within, stored.Scopes.OfKey(), stored.MaxPriority, "api", null), now + Remembered);
        Remember(key, entry, changes);
        _used[stored.Id] = now;
        return entry.CallerAt(now, address);
    }

    /// <summary>Looks for nobody's key a moment after the program listens: the first look builds the model of the database, which must hold up neither the start nor the first call.</summary>
    public async Task WarmUpAsync(CancellationToken cancellation)
    {
        await Task.Delay(WarmUpAfter, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ((Task)LookUpAsync(Prefix, time.GetUtcNow(), null, cancellation)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Forgets what is remembered: a key was changed or revoked.</summary>
    public void Forget()
    {
        lock (_changing)
        {
            _changes++;
            _remembered.Clear();
        }
    }

    /// <summary>Stops, and saves when keys were last used.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await SaveLastUsedAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(LastUsedPrecision, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await SaveLastUsedAsync(stoppingToken);
        }
    }

    // What was read before a key was revoked must not be remembered after it.
    private void Remember(string key, Entry entry, int changes)
    {
        lock (_changing)
        {
            if (changes != _changes)
            {
                return;
            }

            if (_remembered.Count >= MaxRemembered)
            {
                _remembered.Clear();
            }

            _remembered[key] = entry;
        }
    }

    private async Task SaveLastUsedAsync(CancellationToken cancellation)
    {
        try
        {
            await using AccessDb database = await databases.CreateDbContextAsync(cancellation);
            foreach (string id in _used.Keys)
            {
                if (_used.TryRemove(id, out DateTimeOffset at))
                {
                    await database.Keys.Where(k => k.Id == id).ExecuteUpdateAsync(k => k.SetProperty(p => p.LastUsedAt, at), cancellation);
                }
            }
        }
        catch (Exception failure) when (failure is Microsoft.Data.Sqlite.SqliteException or DbUpdateException)
        {
            log.LogWarning(failure, "When keys were last used could not be saved");
        }
    }

    private sealed class Entry(ApiKey key, Caller caller, DateTimeOffset until)
    {
        private Caller _last = caller;

        public DateTimeOffset Until { get; } = until;

        // An agent keeps its address: one caller serves all its requests. Null once the key has expired.
        public Caller? CallerAt(DateTimeOffset now, string? address)
        {
            if (key.ExpiresAt <= now)
            {
                return null;
            }

            Caller last = _last;
            return last.Address == address ? last : _last = new Caller(last.Kind, last.Id, last.Path, last.Scopes, last.MaxPriority, last.Source, address);
        }
    }
}
