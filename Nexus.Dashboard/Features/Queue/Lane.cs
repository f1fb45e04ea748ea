using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Queue;

/// <summary>What a bar on the time line stands for; the numbers are those of gantt.js.</summary>
public enum BarKind
{
    /// <summary>A request that runs.</summary>
    Grant = 0,

    /// <summary>A request whose start was promised.</summary>
    Booking = 1,

    /// <summary>A request that waits, where it should start as things stand: nobody's promise.</summary>
    Plan = 2,

    /// <summary>One time of a reservation.</summary>
    Reservation = 3,
}

/// <summary>A pool on the time line, by one of its Held kinds.</summary>
/// <param name="Pool">The pool.</param>
/// <param name="Kind">The kind that is drawn.</param>
/// <param name="Used">How much of it is held now.</param>
/// <param name="Capacity">How much there is.</param>
/// <param name="Bars">What the reader may see of what holds it, and will.</param>
public sealed record Lane(string Pool, string Kind, decimal Used, decimal Capacity, IReadOnlyList<Bar> Bars)
{
    /// <summary>What is free from when on, over all owners, from now.</summary>
    public IReadOnlyList<FreeStep> Free { get; init; } = [];

    /// <summary>How many bars are not among <see cref="Bars"/>, because they are too many.</summary>
    public int More { get; init; }
}

/// <summary>Something that holds a part of a pool for a while.</summary>
/// <param name="Key">Its identity on the time line: a booking that starts stays the same bar, and so does a reservation that is moved.</param>
/// <param name="Kind">What it stands for.</param>
/// <param name="Id">The request's or reservation's id.</param>
/// <param name="Owner">Whose it is; the root: everybody's.</param>
/// <param name="Amount">How much of the lane's kind.</param>
/// <param name="From">When it begins.</param>
/// <param name="To">When it ends: as it was committed to, else when its lease does unless it is renewed.</param>
/// <param name="EndIsKnown">False where nobody committed to the end, or it is past it.</param>
public sealed record Bar(string Key, BarKind Kind, string Id, OwnerPath Owner, Quantity Amount, Instant From, Instant To, bool EndIsKnown)
{
    /// <summary>By whom it is coloured; null for everybody's.</summary>
    public string? Tenant => Owner.IsRoot ? null : Owner.Tenant;

    /// <summary>Until when it may hold its amount: without a known end, nobody can count on any.</summary>
    internal long Until => EndIsKnown ? To.Milliseconds : long.MaxValue;
}

/// <summary>So much is free from a moment on.</summary>
/// <param name="At">The moment.</param>
/// <param name="Free">How much.</param>
public readonly record struct FreeStep(Instant At, Quantity Free);

/// <summary>A part of the time line that somebody marked.</summary>
/// <param name="Pool">Of which pool.</param>
/// <param name="From">From when.</param>
/// <param name="To">To when.</param>
/// <param name="Zone">The zone in which its viewer lives, where the browser says it.</param>
public sealed record TimelineSpot(string Pool, DateTimeOffset From, DateTimeOffset To, string? Zone)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>The next full hour of a pool.</summary>
    public static TimelineSpot Next(string pool, DateTimeOffset now)
    {
        DateTimeOffset from = now.AddTicks(Hour.Ticks - (now.UtcTicks % Hour.Ticks));
        return new TimelineSpot(pool, from, from + Hour, null);
    }
}
