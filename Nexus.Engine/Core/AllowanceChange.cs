using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Allowances;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>Lets allowances have been opened and closed, and what every other event means to them.</summary>
internal sealed class AllowanceChange(EngineState state)
{
    public void Apply(AllowanceEvent happened)
    {
        switch (happened)
        {
            case AllowanceOpened e: state.Allowances.Open(e.Spec, e.ExpiresAt, e.Sequence, e.At); break;
            case AllowanceClosed e: state.Allowances.Close(e.Key, e.How, e.Sequence, e.At); break;
            default: throw new InvalidOperationException($"an event {happened.GetType().Name} is not an allowance's");
        }
    }

    /// <summary>What an event means to what is drawn.</summary>
    public void Follow(EngineEvent happened, Request? before, Live? live)
    {
        if (state.Allowances.IsEmpty)
        {
            return;
        }

        if (live is not null)
        {
            state.Allowances.Follow(before, live, happened);
            state.Allowances.Refused(live.Request.Owner, happened switch
            {
                RequestSubmitted { Status: not RequestStatus.Allocated } e => e.Reason,
                RequestEnded { Status: RequestStatus.Rejected } e => e.Reason,
                LeaseRenewed e => e.Refusal,
                _ => null,
            });
        }
        else if (happened is ClockJumped)
        {
            state.Allowances.Jump();
        }
        else if (happened is UsageRecorded used)
        {
            foreach (RecordedUsage record in used.Records)
            {
                state.Allowances.Use(record);
            }
        }
    }
}
