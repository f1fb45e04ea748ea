using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Nexus.Engine.Core;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Strategies;

namespace Nexus.Engine.Hosting;

/// <summary>A place in a list of requests: after the last one of a page. It names the place, not a count, so that what comes and goes before it moves nothing.</summary>
/// <param name="Order">The list's order.</param>
/// <param name="Rank">Queue: the rank that class and arrival give. Last ended: when it ended, in milliseconds. Newest: 0.</param>
/// <param name="Arrival">The request's arrival.</param>
public sealed record RequestCursor(RequestOrder Order, long Rank, long Arrival)
{
    /// <summary>The place of a request.</summary>
    public static RequestCursor Of(Request request, RequestOrder order, Configuration configuration)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(configuration);
        return new(order, order switch
        {
            RequestOrder.Queue => PriorityStrategy.RankOf(
                new Standing(configuration.Class(request.Priority)?.Value ?? 0, request.Arrival, request.SubmittedAt), PriorityStrategy.DefaultAgingInterval),
            RequestOrder.LastEnded => request.EndedAt?.Milliseconds ?? long.MaxValue,
            _ => 0,
        }, request.Arrival);
    }

    /// <summary>Less than zero when <paramref name="a"/> comes first in its order.</summary>
    public static int Compare(RequestCursor a, RequestCursor b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        int rank = b.Rank.CompareTo(a.Rank);
        return rank != 0 ? rank : a.Order == RequestOrder.Queue ? a.Arrival.CompareTo(b.Arrival) : b.Arrival.CompareTo(a.Arrival);
    }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <returns>False when nobody wrote that.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out RequestCursor? cursor)
    {
        cursor = null;
        Span<byte> bytes = stackalloc byte[64];
        if (text is not { Length: > 0 and <= 80 } || !Base64Url.IsValid(text) || !Base64Url.TryDecodeFromChars(text, bytes, out int count))
        {
            return false;
        }

        string[] parts = Encoding.ASCII.GetString(bytes[..count]).Split('.');
        if (parts is not [[char order], var rank, var arrival] || "qne".IndexOf(order, StringComparison.Ordinal) is var at && at < 0
            || !long.TryParse(rank, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long r)
            || !long.TryParse(arrival, NumberStyles.None, CultureInfo.InvariantCulture, out long a))
        {
            return false;
        }

        cursor = new RequestCursor((RequestOrder)at, r, a);
        return true;
    }

    /// <summary>For clients; opaque.</summary>
    public override string ToString() =>
        Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{"qne"[(int)Order]}.{Rank}.{Arrival}")));
}
