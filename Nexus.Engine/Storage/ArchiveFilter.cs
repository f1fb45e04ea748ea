using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Storage;

/// <summary>Which ids the archive may hold: says "no" for certain and "perhaps" with few mistakes, without asking the disk.</summary>
/// <remarks>Two entries a request: its identity, and its id alone. What retention removes is forgotten at the next start. Any thread may ask while any other adds.</remarks>
internal sealed class ArchiveFilter(int mostBytes)
{
    private readonly IdFilter _ids = new(mostBytes);

    /// <summary>What it takes in memory.</summary>
    public long Bytes => _ids.Bytes;

    /// <summary>All that is on disk has been added; until then everything is "perhaps".</summary>
    public void Complete() => _ids.Complete();

    /// <summary>Remembers a request.</summary>
    public void Add(RequestKey key)
    {
        _ids.Add(IdFilter.Hash(key.Tenant, key.Id));
        _ids.Add(IdFilter.Hash(key.Id));
    }

    /// <summary>False when the archive cannot hold this request.</summary>
    public bool MayHold(RequestKey key) => _ids.MayHold(IdFilter.Hash(key.Tenant, key.Id));

    /// <summary>False when the archive cannot hold a request of this id in any tenant.</summary>
    public bool MayHoldId(string id) => _ids.MayHold(IdFilter.Hash(id));
}
