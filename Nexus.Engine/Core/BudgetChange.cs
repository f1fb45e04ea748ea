using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Costs.Rerating;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>Lets changes of budgets have happened, and what every other event means to them.</summary>
internal sealed class BudgetChange(EngineState state)
{
    /// <summary>The budget that an event is about, or null.</summary>
    public static string? IdOf(EngineEvent happened) => happened switch
    {
        BudgetSet e => e.Budget.Id,
        BudgetDeleted e => e.Before.Id,
        BudgetRaised e => e.Budget,
        BudgetPaused e => e.Budget,
        BudgetThresholdReached e => e.Budget,
        _ => null,
    };

    public void Apply(EngineEvent happened)
    {
        switch (happened)
        {
            case BudgetSet e:
                state.Budgets.Set(e.Budget, e.Sequence, e.Starts, state.Requests.Values.Select(l => l.Request), e.At);
                break;
            case BudgetDeleted e: state.Budgets.Remove(e.Before.Id); break;
            case BudgetRaised e:
                BudgetNode raised = state.Budgets.Find(e.Budget)!;
                raised.Raise(e.Raise);
                raised.Version = e.Sequence;
                state.Budgets.Touch(raised);
                break;
            case BudgetPaused e:
                BudgetNode paused = state.Budgets.Find(e.Budget)!;
                (paused.Pause, paused.Version) = (e.Pause, e.Sequence);
                state.Budgets.Touch(paused);
                break;
            case BudgetThresholdReached e:
                BudgetNode reached = state.Budgets.Find(e.Budget)!;
                reached.Reach(new BudgetThreshold(e.AtMillionths, e.Action), e.At.Milliseconds);
                state.Budgets.Touch(reached);
                break;
            default: throw new InvalidOperationException($"an event {happened.GetType().Name} is not a budget's");
        }
    }

    // What it says now, where it is not what it was.
    private static Request Expected(Request request, EngineEvent happened) => happened switch
    {
        _ when happened.Estimate is { } estimate => request with { Estimate = estimate },
        _ when request.Estimate is null => request,
        HeldMetered e => request with { Estimate = request.Estimate.After(e.Until) },
        RequestStarted or LeaseRenewed or RequestBooked or BookingMoved => request with { Estimate = null },
        _ => request.Status is RequestStatus.Allocated or RequestStatus.Reserved ? request : request with { Estimate = null },
    };

    /// <summary>What an event means to what its request is expected to cost, and to budgets.</summary>
    public void Follow(EngineEvent happened, Request? before, Live? live)
    {
        if (live is not null && (happened.Estimate is not null || live.Request.Estimate is not null))
        {
            live.Request = Expected(live.Request, happened);
        }

        if (state.Budgets.IsEmpty)
        {
            return;
        }

        if (live is not null)
        {
            state.Budgets.Follow(before, live.Request, happened.Lines, happened.At);
            state.Budgets.Refused(happened switch { RequestSubmitted { Status: not RequestStatus.Allocated } e => e.Reason, RequestEnded e => e.Reason, LeaseRenewed e => e.Refusal, _ => null }, happened.At);
        }
        else if (happened is UsageRecorded used)
        {
            foreach (RecordedUsage record in used.Records)
            {
                state.Budgets.Spend(record.Record.Owner, record.Record.Labels, record.Lines, happened.At);
            }
        }
        else if (happened is ChargeEntered { Charge: var charge })
        {
            state.Budgets.Spend(charge.Owner, charge.Labels, [charge.Line], happened.At);
        }
        else if (happened is Rerated rerated)
        {
            foreach (Correction correction in rerated.Corrections)
            {
                state.Budgets.Spend(correction.Owner, correction.Labels, correction.Lines, happened.At);
            }
        }
    }
}
