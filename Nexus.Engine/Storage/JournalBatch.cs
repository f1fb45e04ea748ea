using Nexus.Engine.Costs;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Storage;

/// <summary>Events that become facts together.</summary>
/// <param name="First">The number of the first event.</param>
/// <param name="Last">The number of the last event.</param>
/// <param name="At">The engine time of the last event.</param>
/// <param name="Events">The encoded events, back to back. Valid during the call only when given to <see cref="IJournal.Commit"/>.</param>
public sealed record JournalBatch(long First, long Last, Instant At, ReadOnlyMemory<byte> Events)
{
    /// <summary>What these events write into the ledger, in order. A batch that is read back has none: the ledger has it.</summary>
    public IReadOnlyList<LedgerEntry> Ledger { get; init; } = [];

    /// <summary>The usage records among them, by tenant and id.</summary>
    public IReadOnlyCollection<(string Tenant, string Id)> Records { get; init; } = [];
}

/// <summary>The whole state after an event, to start from instead of the first event. Never trusted more than the journal.</summary>
/// <param name="Sequence">The number of the last event in it.</param>
/// <param name="At">The engine time of that event.</param>
/// <param name="State">The encoded state.</param>
/// <param name="Hash">The SHA-256 of <paramref name="State"/>: the state hash.</param>
public sealed record Snapshot(long Sequence, Instant At, ReadOnlyMemory<byte> State, byte[] Hash);
