using Nexus.Engine.Costs.Sizing;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>How much is reserved of amounts that are maxima: what such work usually uses, and the next step when that is used up.</summary>
internal sealed class SizeChoice(EngineState state)
{
    // In millionths of the maximum: a step below a hundredth of it is not worth an extension.
    private const int LeastStep = 10_000;

    // Where all used nothing a unit is reserved all the same, as a grant is of something.
    private const long Unit = 1_000;

    /// <summary>A request with what is reserved of its maxima as things are known now; one that states its amounts as it is.</summary>
    public RequestSpec Chosen(RequestSpec spec) => spec.Sizing is { } sizing
        ? Reserving(spec, sizing, state.Configuration.EffectiveFor(spec.Owner).Labels.With(spec.Labels))
        : spec;

    /// <summary>What to take in the next step, of each kind that is not at its maximum; null where nothing is left, or the amounts were stated.</summary>
    public ResourceVector? Next(Request request)
    {
        if (request is not { Status: RequestStatus.Allocated, Spec.Sizing: { } sizing, Lease: { } lease })
        {
            return null;
        }

        List<ResourceAmount> steps = [];
        foreach (SizedAmount amount in sizing.Amounts)
        {
            if (IsMetered(amount.Kind))
            {
                long step = state.Sizes.StepAfter(
                    SizeLearning.KeyOf(request.Owner, request.Labels, amount.Kind), lease.Amounts[amount.Kind].Thousandths, amount.Maximum.Thousandths, state.Limits.StepSizeRisk, LeastStep);
                steps.Add(new ResourceAmount(amount.Kind, Quantity.FromThousandths(step)));
            }
        }

        ResourceVector all = ResourceVector.Of(steps);
        ResourceVector reached = Fitted(lease.Amounts.Plus(all));
        ResourceAmount[] next = [.. all.Select(a => a with { Quantity = Less(reached[a.Kind], lease.Amounts[a.Kind]) }).Where(a => !a.Quantity.IsZero)];
        return next.Length == 0 ? null : ResourceVector.Of(next);
    }

    private RequestSpec Reserving(RequestSpec spec, LearnedSizing sizing, Labels labels)
    {
        SizedAmount[] sized = new SizedAmount[sizing.Amounts.Count];
        List<ResourceAmount> reserved = new(spec.Resources.Count);
        for (int i = 0; i < sized.Length; i++)
        {
            (string kind, Quantity maximum, _) = sizing.Amounts[i];
            SizeKey key = SizeLearning.KeyOf(spec.Owner, labels, kind);
            long? usual = IsMetered(kind) ? state.Sizes.Quantile(key, state.Limits.FirstSizeRisk) : null;
            sized[i] = new SizedAmount(kind, maximum, usual is null ? 0 : state.Sizes.Known(key));
            reserved.Add(new ResourceAmount(kind, usual is { } size ? Quantity.FromThousandths(Math.Min(maximum.Thousandths, size == 0 ? Unit : size)) : maximum));
        }

        // What its work leaves open is not among the maxima.
        reserved.AddRange(spec.Resources.Where(a => sizing.Of(a.Kind) is null));
        return spec.Reserving(new LearnedSizing(sized), Fitted(ResourceVector.Of(reserved)));
    }

    private bool IsMetered(string kind) => state.Kinds.GetValueOrDefault(kind)?.Behaviour == ResourceBehaviour.Metered;

    // Parts are learned by themselves, and together are no more than their whole.
    private ResourceVector Fitted(ResourceVector amounts)
    {
        Dictionary<string, Quantity> left = new(StringComparer.Ordinal);
        return !amounts.Any(a => state.Kinds[a.Kind].PartOf is not null) ? amounts : ResourceVector.Of(amounts.Select(a =>
        {
            if (state.Kinds[a.Kind].PartOf is not { } whole)
            {
                return a;
            }

            Quantity most = left.GetValueOrDefault(whole, amounts[whole]);
            Quantity fits = a.Quantity < most ? a.Quantity : most;
            left[whole] = most - fits;
            return a with { Quantity = fits };
        }));
    }

    private static Quantity Less(Quantity whole, Quantity part) => whole > part ? whole - part : Quantity.Zero;
}
