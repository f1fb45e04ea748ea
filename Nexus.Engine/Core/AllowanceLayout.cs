using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Allowances;

namespace Nexus.Engine.Core;

/// <summary>How allowances lie in the journal and in snapshots; see <see cref="Layout"/>.</summary>
internal static class AllowanceLayout
{
    public static void Allowance(this EventBuffer to, AllowanceSpec spec)
    {
        to.Text(spec.Id);
        to.Owner(spec.Owner);
        to.Text(spec.Parent);
        to.Flag(spec.Money is not null);
        if (spec.Money is { } money)
        {
            to.Money(money);
        }

        to.Vector(spec.Amounts);
        to.MaybeTime(spec.ExpiresAt);
        to.Number(spec.MaxDepth ?? -1);
    }

    public static AllowanceSpec Allowance(ref this EventReader from) => new(from.Text()!, from.Owner())
    {
        Parent = from.Text(),
        Money = from.Flag() ? from.Money() : null,
        Amounts = from.Vector(),
        ExpiresAt = from.MaybeTime(),
        MaxDepth = from.Number() is var depth and >= 0 ? (int)depth : null,
    };

    public static void Closing(this EventBuffer to, AllowanceClosed closed)
    {
        to.Owner(closed.Owner);
        to.Text(closed.Id);
        to.Byte((byte)closed.How);
        to.Text(closed.Reason);
    }

    public static AllowanceClosed Closing(ref this EventReader from) => new(from.Owner(), from.Text()!, (AllowanceStatus)from.Byte(), from.Text());

    /// <summary>What is reserved follows from the requests, and what is left from that.</summary>
    public static void Allowances(this EventBuffer to, IReadOnlyList<AllowanceState> allowances)
    {
        to.Number(allowances.Count);
        foreach (AllowanceState allowance in allowances)
        {
            to.Allowance(allowance.Spec);
            to.Number(allowance.Number);
            to.Number(allowance.Version);
            to.Time(allowance.OpenedAt);
            to.Time(allowance.ExpiresAt);
            to.Byte((byte)allowance.Status);
            to.MaybeTime(allowance.ClosedAt);
            to.Number(allowance.Refused);
            to.Number(allowance.Figures.Count(f => f.OwnUsed != 0));
            foreach (AllowanceFigure figure in allowance.Figures.Where(f => f.OwnUsed != 0))
            {
                to.Text(figure.Name);
                to.Wide(figure.OwnUsed);
            }
        }
    }

    public static AllowanceState[] Allowances(ref this EventReader from)
    {
        AllowanceState[] allowances = new AllowanceState[from.Number()];
        for (int i = 0; i < allowances.Length; i++)
        {
            AllowanceState allowance = new(from.Allowance(), from.Number(), from.Number(), from.Time(), from.Time()) { Status = (AllowanceStatus)from.Byte(), ClosedAt = from.MaybeTime(), Refused = from.Number() };
            AllowanceFigure[] figures = new AllowanceFigure[from.Number()];
            for (int f = 0; f < figures.Length; f++)
            {
                figures[f] = new AllowanceFigure(from.Name()!, null, 0, 0, 0) { OwnUsed = from.Wide() };
            }

            allowances[i] = allowance with { Figures = figures };
        }

        return allowances;
    }
}
