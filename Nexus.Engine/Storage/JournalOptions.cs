using Microsoft.Data.Sqlite;

namespace Nexus.Engine.Storage;

/// <summary>How a journal is kept. Section <c>Nexus:Engine:Journal</c> of <c>appsettings.json</c>.</summary>
public sealed class JournalOptions
{
    /// <summary>How long events are kept, in engine time; at least an hour. 30 days by default.</summary>
    public TimeSpan KeepFor { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How large <c>engine.db</c> may grow before the oldest events go, in bytes; at least 16 MiB. 20 GB by default.</summary>
    /// <remarks>Checked every few seconds of writing, so it may be passed by what is written in between; space that is freed inside the file is used again, not given back.</remarks>
    public long KeepBytes { get; init; } = 20_000_000_000;

    /// <summary>How long a commit waits for a lock that somebody else holds before it fails; 1 – 60 s, whole seconds. 2 s by default.</summary>
    public TimeSpan LockWait { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The most memory for the filter that spares a query for ids never seen, in bytes; at least 1 MiB. 64 MiB by default, enough for 26 million archived requests at one wrong guess in a hundred.</summary>
    /// <remarks>It starts at 1 MiB and doubles as needed. Beyond the bound its guesses get worse (more queries), never its answers.</remarks>
    public int ArchiveFilterBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>The most memory for the filter that spares a query for usage records never reported, in bytes; at least 1 MiB. 64 MiB by default, enough for 52 million records at one wrong guess in a hundred.</summary>
    /// <remarks>It grows as <see cref="ArchiveFilterBytes"/> does, ten bits a record.</remarks>
    public int UsageFilterBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>What is wrong with these values, each with the key to change; empty when nothing is.</summary>
    public IEnumerable<string> Faults()
    {
        if (KeepFor < TimeSpan.FromHours(1))
        {
            yield return "Nexus:Engine:Journal:KeepFor must be at least an hour, for example 30.00:00:00";
        }

        if (KeepBytes < 16 * 1024 * 1024)
        {
            yield return "Nexus:Engine:Journal:KeepBytes must be at least 16777216 (16 MiB)";
        }

        if (LockWait < TimeSpan.FromSeconds(1) || LockWait > TimeSpan.FromSeconds(60))
        {
            yield return "Nexus:Engine:Journal:LockWait must be between 00:00:01 and 00:01:00";
        }

        if (ArchiveFilterBytes < IdFilter.FirstLayerBytes)
        {
            yield return "Nexus:Engine:Journal:ArchiveFilterBytes must be at least 1048576 (1 MiB)";
        }

        if (UsageFilterBytes < IdFilter.FirstLayerBytes)
        {
            yield return "Nexus:Engine:Journal:UsageFilterBytes must be at least 1048576 (1 MiB)";
        }
    }

    /// <summary>Called with each connection that will write, so that tests can provoke what disks do.</summary>
    internal Action<SqliteConnection>? WriterOpened { get; init; }
}
