using Nexus.Engine.Costs.Allowances;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>Decides whether an allowance is opened, or carved out of another, and whether one is cancelled.</summary>
internal sealed class AllowanceHandler(EngineState state)
{
    private const int MostReason = 500;

    public Decision Decide(OpenAllowance command, Instant now)
    {
        AllowanceSpec spec = command.Spec;
        if (state.Allowances.Find(spec.Key) is { } known)
        {
            return known.Spec == spec ? new AllowanceReply(known.ToState(), Duplicate: true)
                : new Fault(FaultCode.IdReused, $"id '{spec.Id}' was used for another allowance: send the same body again, or choose another id", "$.id");
        }

        if (AllowanceRules.Fault(spec, state.KindOf, now) is { } fault)
        {
            return new Fault(fault.Code, fault.Detail, fault.Field);
        }

        if (spec.Parent is null)
        {
            return state.Allowances.Count >= AllowanceBook.Most
                ? new Fault(FaultCode.NotEnough, $"{AllowanceBook.Most:N0} allowances are known already: cancel those whose run is over; they are forgotten a day later", "$.id")
                : new AllowanceOpened(spec, spec.ExpiresAt ?? (now + AllowanceSpec.UsualLength));
        }

        return state.Allowances.Find(new AllowanceKey(spec.Owner.Tenant, spec.Parent)) is not { } parent || !spec.Owner.IsWithin(parent.Spec.Owner)
            ? new Fault(FaultCode.UnknownName, $"there is no allowance '{spec.Parent}' for {spec.Owner}: open it first, for this owner or one above", "$.parent")
            : Stops(spec, parent, now) ?? (Decision)new AllowanceOpened(spec, Earlier(spec.ExpiresAt ?? (now + AllowanceSpec.UsualLength), parent.ExpiresAt));
    }

    public Decision Decide(CancelAllowance command) => state.Allowances.Find(command.Key) is not { } node
        ? new Fault(FaultCode.NotFound, $"there is no allowance '{command.Key.Id}'")
        : command.Reason?.Length > MostReason ? new Fault(FaultCode.Invalid, "must be at most 500 characters", "$.reason")
        : node.IsOpen ? new AllowanceClosed(node.Spec.Owner, node.Spec.Id, AllowanceStatus.Cancelled, command.Reason)
        : new AllowanceReply(node.ToState(), Duplicate: true);

    private static Fault? Stops(AllowanceSpec spec, AllowanceNode parent, Instant now)
    {
        if (parent.Path.FirstOrDefault(n => !n.IsOpen) is { } closed)
        {
            return new Fault(FaultCode.Ended, $"allowance '{closed.Spec.Id}' {(closed.Status == AllowanceStatus.Cancelled ? "was cancelled" : "has expired")}: nothing can be carved out of it", "$.parent");
        }

        if (spec.ExpiresAt > parent.ExpiresAt)
        {
            return new Fault(FaultCode.Invalid, $"must not be after the end of '{parent.Spec.Id}', {parent.ExpiresAt}; leave it out to end with it", "$.expiresAt");
        }

        if (parent.Levels <= 0)
        {
            return new Fault(FaultCode.NotEnough, $"'{parent.Spec.Id}' stands {parent.Depth} levels deep, and its run allows no more below it (maxDepth)", "$.parent");
        }

        if (parent.Root.InRun >= AllowanceBook.MostInRun)
        {
            return new Fault(FaultCode.NotEnough, $"run '{parent.Root.Spec.Id}' has {AllowanceBook.MostInRun:N0} branches, the most that a run may have: draw from those there are", "$.parent");
        }

        AllowanceNode carved = new(spec, parent.ExpiresAt, null, 0, now);
        foreach (AllowanceTally tally in carved.Tallies)
        {
            if (new AllowanceAsk(parent, [new AllowanceAmount(tally.Name, tally.Limit!.Value)], [], null).OwnStop(now.Milliseconds) is { } stop)
            {
                return NotEnough(tally, stop, now);
            }
        }

        return null;
    }

    private static Fault NotEnough(AllowanceTally tally, AllowanceStop stop, Instant now)
    {
        Reason reason = stop.Reason(now.Milliseconds);
        (string left, string wanted) = reason.Budget is { } money ? (money.Left.ToString(), money.Needed.ToString()) : ($"{reason.Available} {tally.Name}", reason.Needed.ToString()!);
        return new Fault(
            FaultCode.NotEnough, $"allowance '{stop.Node.Spec.Id}' has {left} left, {wanted} would be carved out of it: ask for less, or cancel branches that are done",
            tally.Name == AllowanceAmount.Money ? "$.limits.money" : $"$.limits['{tally.Name}']");
    }

    private static Instant Earlier(Instant a, Instant b) => a < b ? a : b;
}
