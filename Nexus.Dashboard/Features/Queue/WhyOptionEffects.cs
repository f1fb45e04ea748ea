using Nexus.Dashboard.Shared;
using Nexus.Dashboard.Shared.Changes;
using Nexus.Engine.Core;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Simulation;

namespace Nexus.Dashboard.Features.Queue;

/// <summary>What a change for the sake of one request would do, in words: to it, to who starts with it, ends for it or waits longer.</summary>
internal static class WhyOptionEffects
{
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    /// <summary>The effects, what becomes of the request first.</summary>
    /// <param name="preview">As the engine decided it, with starts.</param>
    /// <param name="key">The request, as the change leaves it.</param>
    /// <param name="why">How it stands now.</param>
    /// <param name="passes">How many it would pass in its queue.</param>
    /// <param name="within">What the reader may see: others are counted alone.</param>
    /// <param name="now">The moment of the preview.</param>
    public static IReadOnlyList<Effect> Of(ChangePreview preview, RequestKey key, Explanation why, int passes, OwnerPath within, Instant now)
    {
        if (preview.Fault is { } fault)
        {
            return [new Effect(Signal.Bad, "It would be refused", fault.Detail)];
        }

        List<Effect> effects = [];
        if (preview.Concerned.FirstOrDefault(c => c.Request.Key == key) is ({ } request, var start))
        {
            effects.Add(Itself(request, start, why.Request.Status == RequestStatus.Queued ? why.EstimatedStart : null, passes, now));
            if (request.Status == RequestStatus.Rejected)
            {
                return effects;
            }
        }
        else if (preview.Starts.Any(r => r.Key == key))
        {
            effects.Add(new Effect(Signal.Ok, "It starts now"));
        }
        else
        {
            effects.Add(new Effect(Signal.Neutral, "It waits on"));
        }

        Request[] others = [.. preview.Starts.Where(r => r.Key != key)];
        if (others.Length > 0)
        {
            effects.Add(new Effect(Signal.Ok, $"{Numbers.Count(others.Length)} {(others.Length == 1 ? "other starts" : "others start")} now", RequestNames.Of(others, within)));
        }

        effects.Add(preview.Told.Count == 0
            ? new Effect(Signal.Neutral, "Nothing is reclaimed")
            : new Effect(Signal.Warning, $"{Numbers.Count(preview.Told.Count)} running {(preview.Told.Count == 1 ? "is" : "are")} reclaimed, after {Ran(preview.Told, now)} of work", RequestNames.Of(preview.Told, within)));
        effects.AddRange(Moved(preview.Moves, within));
        if (preview.Refused.Any(r => r.Key != key))
        {
            Request[] refused = [.. preview.Refused.Where(r => r.Key != key)];
            effects.Add(new Effect(Signal.Bad, $"{Numbers.Count(refused.Length)} waiting {(refused.Length == 1 ? "is" : "are")} refused", RequestNames.Of(refused, within)));
        }

        return effects;
    }

    private static Effect Itself(Request request, Instant? start, Instant? asItStands, int passes, Instant now)
    {
        string? passed = passes == 0 ? null : $"It passes {Numbers.Count(passes)} that {(passes == 1 ? "waits" : "wait")} for the same.";
        return request switch
        {
            { Status: RequestStatus.Allocated, Lease: { } lease } => new Effect(Signal.Ok, $"It starts now in {string.Join(", ", lease.Pools.Distinct(StringComparer.Ordinal))}"),
            { Status: RequestStatus.Rejected } => new Effect(Signal.Bad, "It would be refused", request.Reason is { } reason ? ReasonText.Of(reason) : null),
            { Preempting: { } way } => new Effect(Signal.Ok, $"It starts in {Numbers.Duration(way.At - now)}, when those that end for it have ended"),
            { Booking: { } booking } => new Effect(Signal.Planned, $"It is booked to start in {Numbers.Duration(booking.StartsAt - now)}"),
            _ when start is not { } at => new Effect(Signal.Neutral, "It waits on; nobody knows when it starts", passed),
            _ when asItStands is { } stands && (stands - start.Value).Duration() >= Least => new Effect(
                start < stands ? Signal.Ok : Signal.Warning, $"It starts in {Numbers.Duration(start.Value - now)}, {Numbers.Duration((stands - start.Value).Duration())} {(start < stands ? "sooner" : "later")} than as things stand", passed),
            _ => new Effect(Signal.Neutral, $"It starts in {Numbers.Duration(start.Value - now)}{(asItStands is null ? "" : ", as it would anyway")}", passed),
        };
    }

    private static IEnumerable<Effect> Moved(IReadOnlyList<MovedStart> moves, OwnerPath within)
    {
        MovedStart[] later = [.. moves.Where(m => By(m) >= Least).OrderByDescending(By)];
        MovedStart[] lost = [.. moves.Where(m => m.Before is not null && m.After is null)];
        MovedStart[] sooner = [.. moves.Where(m => By(m) <= -Least).OrderBy(By)];
        if (later.Length > 0)
        {
            yield return new Effect(Signal.Warning, $"{Numbers.Count(later.Length)} {(later.Length == 1 ? "waits" : "wait")} longer", RequestNames.Of(later, within, m => $"{m.Request.Owner} ({Numbers.Duration(By(m)!.Value)} later)", m => m.Request));
        }

        if (lost.Length > 0)
        {
            yield return new Effect(Signal.Warning, $"Of {Numbers.Count(lost.Length)} that {(lost.Length == 1 ? "waits" : "wait")} nobody knows any more when {(lost.Length == 1 ? "it starts" : "they start")}", RequestNames.Of([.. lost.Select(m => m.Request)], within));
        }

        if (later.Length + lost.Length == 0)
        {
            yield return new Effect(Signal.Neutral, "No start that is planned moves later");
        }

        if (sooner.Length > 0)
        {
            yield return new Effect(Signal.Ok, $"{Numbers.Count(sooner.Length)} {(sooner.Length == 1 ? "waits" : "wait")} less", RequestNames.Of(sooner, within, m => $"{m.Request.Owner} ({Numbers.Duration(-By(m)!.Value)} sooner)", m => m.Request));
        }

        static TimeSpan? By(MovedStart moved) => moved is { Before: { } before, After: { } after } ? after - before : null;
    }

    private static string Ran(IReadOnlyList<Request> told, Instant now) =>
        Numbers.Duration(told.Aggregate(TimeSpan.Zero, (sum, r) => sum + (r.Lease is { } lease && now > lease.GrantedAt ? now - lease.GrantedAt : TimeSpan.Zero)));
}
