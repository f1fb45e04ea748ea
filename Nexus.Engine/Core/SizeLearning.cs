using Nexus.Engine.Costs.Sizing;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>What the ends of work teach of its size: of requests whose size is learned alone, so that nobody else pays for it and old journals lead to the states they led to.</summary>
internal static class SizeLearning
{
    private const string ModelLabel = "model";

    /// <summary>Whose sizes are like those of a request.</summary>
    public static SizeKey KeyOf(OwnerPath owner, Labels labels, string kind) => SizeKey.Of(owner, labels[ModelLabel], kind);

    /// <summary>Work has ended.</summary>
    /// <remarks>
    /// A release teaches what it states; what it leaves out settles at what was reserved, which tells nothing. What ended otherwise (expired, cancelled, preempted) settles at an estimate and teaches nothing,
    /// nor does what is corrected later. Only work that was told to stop would have used more than it did, however it ended.
    /// </remarks>
    /// <param name="sizes">What is learned.</param>
    /// <param name="request">The request as it was before.</param>
    /// <param name="ended">Its end.</param>
    public static void Ended(this LearnedSizes sizes, Request request, RequestEnded ended)
    {
        foreach (ResourceAmount used in ended.Settlement?.Metered ?? ResourceVector.Empty)
        {
            if (request.Spec.Sizing?.Of(used.Kind) is null)
            {
                continue;
            }

            SizeKey key = KeyOf(request.Owner, request.Labels, used.Kind);
            if (request.ToldToStop?.Has(used.Kind) == true)
            {
                sizes.Stopped(key, used.Quantity.Thousandths);
            }
            else if (ended.Status == RequestStatus.Released && !ended.Unstated.Contains(used.Kind))
            {
                sizes.Settled(key, used.Quantity.Thousandths);
            }
        }
    }

    /// <summary>What a request was told when it asked for more.</summary>
    public static ResourceVector? ToldToStop(Request request, LeaseRenewed renewed) => request.Spec.Sizing is null ? null
        : renewed is { Refusal: not null, Wanted.Count: > 0 } ? renewed.Wanted
        : renewed.Extended.Count > 0 ? null : request.ToldToStop;
}
