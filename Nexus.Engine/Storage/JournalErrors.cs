using Microsoft.Data.Sqlite;

namespace Nexus.Engine.Storage;

/// <summary>What SQLite and the file system say, in words an operator can act on.</summary>
internal static class JournalErrors
{
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;

    /// <summary>What a failure of SQLite means for the journal in <paramref name="folder"/>.</summary>
    public static JournalException From(SqliteException error, string folder)
    {
        JournalFailure failure = Classify(error.SqliteErrorCode);
        return new(Sentence(failure, folder, $"{error.Message.TrimEnd('.')} ({error.SqliteExtendedErrorCode})"), failure, error);
    }

    /// <summary>What a failure of the file system means for the journal in <paramref name="folder"/>.</summary>
    public static JournalException From(Exception error, string folder)
    {
        JournalFailure failure = error is IOException { HResult: NoSpace or QuotaExceeded } ? JournalFailure.Full : JournalFailure.InputOutput;
        return new(Sentence(failure, folder, error.Message), failure, error);
    }

    /// <summary>Something on disk that was not written like that.</summary>
    public static JournalException Corrupt(string folder, string what) => new(Sentence(JournalFailure.Corrupt, folder, what), JournalFailure.Corrupt);

    private static JournalFailure Classify(int code) => code switch
    {
        SQLitePCL.raw.SQLITE_FULL => JournalFailure.Full,
        SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED or SQLitePCL.raw.SQLITE_PROTOCOL => JournalFailure.Locked,
        SQLitePCL.raw.SQLITE_IOERR or SQLitePCL.raw.SQLITE_READONLY or SQLitePCL.raw.SQLITE_CANTOPEN or SQLitePCL.raw.SQLITE_PERM
            or SQLitePCL.raw.SQLITE_AUTH or SQLitePCL.raw.SQLITE_NOMEM => JournalFailure.InputOutput,
        _ => JournalFailure.Corrupt,
    };

    private static string Sentence(JournalFailure failure, string folder, string said) => failure switch
    {
        JournalFailure.Full => $"There is no room left for the journal in {folder}: free space on that disk; Nexus goes on by itself. {said}",
        JournalFailure.Locked => $"Another program holds a lock on the journal in {folder}: end it (a shell in engine.db, a copy that runs); Nexus goes on by itself. {said}",
        JournalFailure.InputOutput => $"The journal in {folder} cannot be read or written: check the disk and that this user may write there. {said}",
        _ => $"The journal in {folder} is damaged: keep the folder as it is and restore a backup (docs/how-to/back-up-and-restore.md). {said}",
    };
}
