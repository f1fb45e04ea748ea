using System.Globalization;

namespace Nexus.Dashboard.Access;

/// <summary>Wrong tries by name, for names that do not exist: they are counted and paused like those that do, so that the answers do not tell which are which.</summary>
/// <remarks>In memory and bounded: who floods it with <see cref="MaxNames"/> names makes it forget, at the pace that the rate limit leaves.</remarks>
internal sealed class SignInTries(TimeProvider time)
{
    /// <summary>After so many wrong tries there is a pause.</summary>
    public const int Most = 5;

    private const int MaxNames = 10_000;
    private const int MaxNameLength = 64;
    private const int Stripes = 64;

    /// <summary>How long it is.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (int Wrong, DateTimeOffset Until)> _unknown = new(StringComparer.OrdinalIgnoreCase);
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, Stripes).Select(_ => new SemaphoreSlim(1))];

    /// <summary>Lets tries with one name take turns: many at once would be counted as one.</summary>
    /// <returns>To be released by the caller.</returns>
    public async Task<SemaphoreSlim> TurnAsync(string name, CancellationToken cancellation)
    {
        SemaphoreSlim turn = _turns[(uint)StringComparer.OrdinalIgnoreCase.GetHashCode(name) % Stripes];
        await turn.WaitAsync(cancellation);
        return turn;
    }

    /// <summary>True while tries with a name that does not exist are not looked at.</summary>
    public bool IsPaused(string name)
    {
        lock (_lock)
        {
            return _unknown.TryGetValue(KeyOf(name), out (int Wrong, DateTimeOffset Until) tries) && tries.Until > time.GetUtcNow();
        }
    }

    /// <summary>Counts a try with a name that does not exist.</summary>
    /// <returns>How many are left; 0: the pause begins.</returns>
    public int CountWrong(string name)
    {
        lock (_lock)
        {
            if (_unknown.Count >= MaxNames)
            {
                _unknown.Clear();
            }

            string key = KeyOf(name);
            int wrong = _unknown.GetValueOrDefault(key).Wrong + 1;
            _unknown[key] = wrong < Most ? (wrong, default) : (0, time.GetUtcNow() + Pause);
            return Most - wrong;
        }
    }

    /// <summary>What is said after a wrong try.</summary>
    public static string Sentence(int left) => left switch
    {
        <= 0 => "Too many wrong tries. Wait 5 minutes and try again.",
        1 => "That name and password don't match. 1 try left before a 5-minute pause.",
        _ => string.Create(CultureInfo.InvariantCulture, $"That name and password don't match. {left} tries left before a 5-minute pause."),
    };

    private static string KeyOf(string name) => name.Length <= MaxNameLength ? name : name[..(MaxNameLength + 1)];
}
