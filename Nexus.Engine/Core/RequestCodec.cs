using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Core;

/// <summary>A request as bytes, for snapshots and the index of old requests: format 1, or 2 where it says more than that holds.</summary>
public static class RequestCodec
{
    private const byte Plain = 1;
    private const byte More = 2;

    /// <summary>Appends a request.</summary>
    public static void Write(EventBuffer to, Request request)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(request);
        int block = to.BeginBlock();
        to.Byte(request.IsPlain ? Plain : More);
        to.Spec(request.Spec);
        if (!request.IsPlain)
        {
            to.More(request.Spec);
        }

        to.Number(request.Arrival);
        to.Number(request.Version);
        to.Time(request.SubmittedAt);
        to.Text(request.Priority);
        to.Pairs(request.Labels);
        to.Byte((byte)request.Status);
        to.Number(request.Attempt);
        to.Grant(request.Lease);
        to.Why(request.Reason);
        to.MaybeTime(request.EndedAt);
        to.Settled(request.Settlement);
        if (!request.IsPlain)
        {
            to.More(request);
        }

        to.EndBlock(block);
    }

    /// <summary>Reads the next request.</summary>
    /// <exception cref="InvalidDataException">Its format is not known to this version.</exception>
    public static Request Read(ref EventReader from)
    {
        EventReader block = new(from.Block());
        byte format = block.Byte();
        if (format is not (Plain or More))
        {
            throw new InvalidDataException("a request is kept in a format of a later version");
        }

        Request request = new()
        {
            Spec = format == Plain ? block.Spec() : block.More(block.Spec()),
            Arrival = block.Number(),
            Version = block.Number(),
            SubmittedAt = block.Time(),
            Priority = block.Name()!,
            Labels = block.Pairs(),
            Status = (RequestStatus)block.Byte(),
            Attempt = (int)block.Number(),
            Lease = block.Grant(),
            Reason = block.Why(),
            EndedAt = block.MaybeTime(),
            Settlement = block.Settled(),
        };
        return format == Plain ? request : block.More(request);
    }
}
