using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Storage;

namespace Nexus.Engine.Hosting;

/// <summary>Tells a report of use which of its records were reported before, so that none counts twice.</summary>
internal static class KnownUsage
{
    /// <summary>Those that the ledger has.</summary>
    /// <exception cref="EngineUnavailableException">The ledger cannot be read.</exception>
    public static RecordUsage Of(RecordUsage usage, IJournal journal) => With(usage, record => ArchiveLookup.In(journal, record, static (j, r) => j.Ledger.Has(r.Owner.Tenant, r.Id) ? r : null) is not null);

    /// <summary>Those that came with the batch that is being filled, and stand nowhere else yet.</summary>
    public static RecordUsage Of(RecordUsage usage, Batch batch) => batch.Records.Count == 0 ? usage : With(usage, record => batch.Records.Contains((record.Owner.Tenant, record.Id)));

    private static RecordUsage With(RecordUsage usage, Func<UsageRecord, bool> isKnown)
    {
        HashSet<int> known = [.. usage.Known];
        for (int i = 0; i < usage.Records.Count; i++)
        {
            if (isKnown(usage.Records[i]))
            {
                known.Add(i);
            }
        }

        return known.Count == usage.Known.Count ? usage : usage with { Known = known };
    }
}
