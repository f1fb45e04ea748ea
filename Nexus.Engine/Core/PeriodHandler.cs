using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Months;
using Nexus.Engine.Resources;

namespace Nexus.Engine.Core;

/// <summary>Decides what closes a month, and what is entered into one beside what was used.</summary>
internal sealed class PeriodHandler(EngineState state)
{
    private const int MostDescription = 500;

    public Decision Decide(CloseMonth command, Instant now)
    {
        if (state.Configuration.Months.Find(command.Month) is { } closed)
        {
            return new MonthReply(closed, Duplicate: true);
        }

        return now < command.Month.End ? new Fault(FaultCode.Invalid, $"{command.Month} has not ended: close it from {command.Month.Next}-01T00:00:00Z on", "month")
            : command.CameSince ? new Fault(FaultCode.InUse, $"use of {command.Month} came while its tiers were trued up; close it again")
            : new MonthClosed(command.Month);
    }

    public Decision Decide(EnterCharge command, Instant now)
    {
        EnteredCharge charge = command.Charge;
        if (state.Charges.Find(charge) is { } known)
        {
            return known.SaysAsMuchAs(charge) ? new ChargeReply(known, Duplicate: true)
                : new Fault(FaultCode.IdReused, $"the charge '{charge.Id}' of {charge.Month} says something else already; give this one another id", "$.id");
        }

        return Fault(charge, now) ?? (Decision)new ChargeEntered(charge with
        {
            Labels = state.Configuration.EffectiveFor(charge.Owner).Labels,
            BilledIn = state.Configuration.Months.OpenFrom(charge.Month),
        });
    }

    private Decision? Fault(EnteredCharge charge, Instant now) =>
        charge.Month.Start > now ? new Fault(FaultCode.Invalid, $"{charge.Month} has not begun", "month")
        : charge.Kind is not (LineKind.Credit or LineKind.Discount or LineKind.Tax) ? new Fault(FaultCode.Invalid, "must be credit, discount or tax", "$.category")
        : charge.Amount == Money.Zero || charge.Amount > EnteredCharge.MostAmount || charge.Amount < -EnteredCharge.MostAmount ? new Fault(FaultCode.Invalid, "must not be 0, and at most 1,000,000,000 either way", "$.amount")
        : string.IsNullOrWhiteSpace(charge.Description) || charge.Description.Length > MostDescription ? new Fault(FaultCode.Invalid, "say what for, in at most 500 characters: it stands on the statement", "$.description")
        : charge.Resource is { } kind && !state.Kinds.ContainsKey(kind) ? new Fault(FaultCode.UnknownName, $"resource kind '{kind}' does not exist; GET /api/v1/kinds lists what does", "$.resource")
        : charge.Sku is { } sku && !state.Configuration.Prices.Names(sku) ? new Fault(FaultCode.UnknownName, $"there is no SKU '{sku}'; GET /api/v1/prices lists what there is", "$.sku")
        : state.Charges.IsFull(charge.Month) ? new Fault(FaultCode.Invalid, $"{charge.Month} has {EnteredCharges.MostAMonth} entered charges, as many as a month takes; enter one for what several come to", "month")
        : (Decision?)null;
}
