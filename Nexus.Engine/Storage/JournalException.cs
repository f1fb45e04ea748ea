namespace Nexus.Engine.Storage;

/// <summary>The journal cannot be written or read.</summary>
public sealed class JournalException : Exception
{
    /// <summary>Names the cause in words an operator can act on.</summary>
    public JournalException(string message, JournalFailure failure, Exception? inner = null)
        : base(message, inner) => Failure = failure;

    /// <summary>What kind of failure it is.</summary>
    public JournalFailure Failure { get; }
}

/// <summary>What kept the journal from being written or read.</summary>
public enum JournalFailure
{
    /// <summary>The disk, or the size the file may have, is full. Passes when space comes back.</summary>
    Full,

    /// <summary>Somebody else has the file. Passes when they let go.</summary>
    Locked,

    /// <summary>The disk answered with an error, or the file may not be written. May pass.</summary>
    InputOutput,

    /// <summary>What is on disk is not what was written, or not written by a version that this one can read. Needs an operator.</summary>
    Corrupt,

    /// <summary>What was asked for is older than what retention keeps.</summary>
    Trimmed,
}
