namespace Nexus.Engine.Storage.Ledgers;

/// <summary>Which usage records the ledger may hold: nearly all that are reported are new, and are known to be without a look on disk.</summary>
/// <remarks>An entry a record, ten bits. Filled from disk beside everything else after a start; until then each is looked up. Any thread may ask while any other adds.</remarks>
internal sealed class UsageFilter(int mostBytes)
{
    private readonly IdFilter _ids = new(mostBytes);

    /// <summary>What it takes in memory.</summary>
    public long Bytes => _ids.Bytes;

    /// <summary>All that is on disk has been added; until then everything is "perhaps".</summary>
    public void Complete() => _ids.Complete();

    /// <summary>Remembers a record.</summary>
    public void Add(string tenant, string id) => _ids.Add(IdFilter.Hash(tenant, id));

    /// <summary>False when the ledger cannot hold a record.</summary>
    public bool MayHold(string tenant, string id) => _ids.MayHold(IdFilter.Hash(tenant, id));
}
