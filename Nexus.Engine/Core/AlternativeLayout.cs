using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>How a request's configurations lie in the journal and in snapshots; see <see cref="Layout"/>.</summary>
internal static class AlternativeLayout
{
    public static void Alternatives(this EventBuffer to, Alternatives alternatives)
    {
        to.Number(alternatives.Chosen);
        to.Number(alternatives.All.Count);
        foreach (Alternative alternative in alternatives.All)
        {
            to.Vector(alternative.Resources);
            to.Texts(alternative.Pools);
            to.Pairs(alternative.PoolLabels);
            to.MaybeSpan(alternative.Duration);
        }
    }

    public static Alternatives Alternatives(ref this EventReader from)
    {
        int chosen = (int)from.Number();
        Alternative[] all = new Alternative[from.Number()];
        for (int i = 0; i < all.Length; i++)
        {
            all[i] = new Alternative(from.Vector(), from.Texts(), from.Pairs(), from.MaybeSpan());
        }

        return new Alternatives(all, chosen);
    }

    public static void Chosen(this EventBuffer to, AlternativeChosen happened)
    {
        to.Number(happened.Alternative);
        to.Vector(happened.Resources);
        to.MaybeSpan(happened.Duration);
    }

    public static AlternativeChosen AlternativeChosen(ref this EventReader from) => new(from.Owner(), from.Text()!, (int)from.Number(), from.Vector(), from.MaybeSpan());
}
