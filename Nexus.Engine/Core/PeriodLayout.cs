using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Months;

namespace Nexus.Engine.Core;

/// <summary>How closed months and entered charges lie in the journal and in snapshots; see <see cref="Layout"/>.</summary>
internal static class PeriodLayout
{
    public static void Charge(this EventBuffer to, EnteredCharge charge)
    {
        to.Number(charge.Month.Number);
        to.Text(charge.Id);
        to.Owner(charge.Owner);
        to.Byte((byte)charge.Kind);
        to.Money(charge.Amount);
        to.Text(charge.Description);
        to.Text(charge.Resource);
        to.Text(charge.Provider);
        to.Text(charge.Model);
        to.Text(charge.Sku);
        to.Pairs(charge.Labels);
        to.Number(charge.BilledIn.Number);
    }

    public static EnteredCharge Charge(ref this EventReader from) => new(new BillingMonth((int)from.Number()), from.Text()!, from.Owner(), (LineKind)from.Byte(), from.Money(), from.Text()!)
    {
        Resource = from.Name(),
        Provider = from.Name(),
        Model = from.Name(),
        Sku = from.Name(),
        Labels = from.Pairs(),
        BilledIn = new BillingMonth((int)from.Number()),
    };

    public static void Months(this EventBuffer to, ClosedMonths months, IReadOnlyList<EnteredCharge> charges)
    {
        to.Number(months.All.Count);
        foreach (ClosedMonth closed in months.All)
        {
            to.Number(closed.Month.Number);
            to.Time(closed.At);
            to.By(closed.By);
            to.Number(closed.Version);
        }

        to.Number(charges.Count);
        foreach (EnteredCharge charge in charges)
        {
            to.Charge(charge);
        }
    }

    public static void Months(ref this EventReader from, EngineState state)
    {
        for (long left = from.Number(); left > 0; left--)
        {
            state.Configuration = state.Configuration.With(new ClosedMonth(new BillingMonth((int)from.Number()), from.Time(), from.By(), from.Number()));
        }

        for (long left = from.Number(); left > 0; left--)
        {
            state.Charges.Add(from.Charge());
        }
    }
}
