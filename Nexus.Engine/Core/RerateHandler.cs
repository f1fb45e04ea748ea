using Nexus.Engine.Costs.Rerating;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>Enters what rating a past range anew came to, while the book by which it was rated still holds.</summary>
/// <remarks>The host reads the ledger and rates it beside the loop; see <see cref="Hosting.Rerater"/>.</remarks>
internal sealed class RerateHandler(EngineState state)
{
    public Decision Decide(Rerate command) =>
        ConfigurationHandler.Stale(command.IfVersion, state.Configuration.VersionOfPrices) is { } stale ? stale
        : command.Corrections.Count == 0 ? new DoneReply(0)
        : new Rerated(command.Corrections);

    /// <summary>Hands the lines to the ledger, and shows what they changed to readers.</summary>
    public static void Post(EngineState state, Rerated happened, Batch batch)
    {
        foreach (Correction correction in happened.Corrections)
        {
            foreach (Costs.LedgerEntry entry in correction.Entries)
            {
                batch.Post(state.Configuration.Months.Entering(entry));
            }

            if (Corrected(state, correction) is { } live)
            {
                batch.Touch(live.Request);
            }
        }
    }

    /// <summary>The request whose use it corrects, where memory holds it: of several that had the id, the one that had the lease.</summary>
    public static Live? Corrected(EngineState state, Correction correction) =>
        correction.Request is { } id && state.Requests.TryGetValue(new RequestKey(correction.Owner.Tenant, id), out Live? live) && correction.Lease >= live.Request.Arrival ? live : null;
}
