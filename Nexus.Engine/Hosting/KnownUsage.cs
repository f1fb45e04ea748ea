using Nexus.Engine.Core;
using Nexus.Engine.Storage;

namespace Nexus.Engine.Hosting;

/// <summary>Tells a report of use which of its records were reported before, so that none counts twice.</summary>
internal static class KnownUsage
{
    /// <summary>Those that the ledger has.</summary>
    /// <exception cref="EngineUnavailableException">The ledger cannot be read.</exception>
    public static RecordUsage Of(RecordUsage usage, IJournal journal) => With(usage, ArchiveLookup.In(journal, usage.Records, static (j, records) => j.Ledger.Known(records))!);

    /// <summary>Those that came with the batch that is being filled, and stand nowhere else yet.</summary>
    public static RecordUsage Of(RecordUsage usage, Batch batch) =>
        batch.Records.Count == 0 ? usage : With(usage, usage.Records.Index().Where(r => batch.Records.Contains((r.Item.Owner.Tenant, r.Item.Id))).Select(r => r.Index));

    private static RecordUsage With(RecordUsage usage, IEnumerable<int> more) => usage with { Known = new HashSet<int>([.. usage.Known, .. more]) };
}
