using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Pools;
using Nexus.Dashboard.Shared;
using Nexus.Dashboard.Shared.Changes;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;
using Nexus.Engine.Scheduling.Reservations;
using Nexus.Engine.Simulation;

namespace Nexus.Dashboard.Features.Queue;

/// <summary>What the pages show and do of reservations, by the same rules as the API; each change can be undone, and is recorded as any other.</summary>
internal sealed class ReservationPageService(EngineHost host, ReservationService reservations)
{
    private const int MostTimesNamed = 3;

    /// <summary>What a reader lacks who may not reserve; null for who may.</summary>
    public static string? WhyNot(Caller caller) => caller.AllowsEverywhere(Scope.Configure) ? null : "Needs the scope 'configure' at the root";

    /// <summary>The reservations that the caller may see: those that are held first, then by their next time.</summary>
    public IReadOnlyList<ReservationRow> Rows(Caller caller, string? pool)
    {
        (Configuration configuration, Instant now) = (reservations.Configuration, host.Now);
        Reservation[] seen = [.. (reservations.List(caller).Value ?? []).Where(r => pool is null || r.Pool == pool)];
        ILookup<string, Request> running = (seen.Length == 0 ? [] : host.Read.Committed).Where(r => r.Lease is not null)
            .SelectMany(r => r.Lease!.Pools.Distinct(StringComparer.Ordinal).Select(p => (Pool: p, Request: r))).ToLookup(r => r.Pool, r => r.Request, StringComparer.Ordinal);
        return [.. seen.Select(r => Row(r, configuration.TimesOf(r.Id), running[r.Pool], now)).OrderBy(r => r.From is null).ThenBy(r => r.From).ThenBy(r => r.Id, StringComparer.Ordinal)];
    }

    /// <summary>Why the caller may not see them; null for who may.</summary>
    public Problem? Refused(Caller caller) => reservations.List(caller).Problem;

    /// <summary>A reservation as it stands, and its version; null when there is none that the caller may see.</summary>
    public (ReservationBody Body, long Version)? Find(Caller caller, string id) =>
        reservations.List(caller).Value?.FirstOrDefault(r => r.Id == id) is { } found ? (ReservationBody.Of(found), reservations.Configuration.VersionOfReservation(id)) : null;

    /// <summary>The pools of which something can be reserved, with their Held kinds.</summary>
    public IReadOnlyList<(string Pool, IReadOnlyList<string> Kinds)> Pools(Caller caller) =>
    [
        .. host.Read.Pools.Where(p => PoolService.Visible(caller, p))
            .Select(p => (p.Name, (IReadOnlyList<string>)[.. p.Meters.Where(m => m.Behaviour == ResourceBehaviour.Held).Select(m => m.Supply.Kind)])).Where(p => p.Item2.Count > 0),
    ];

    /// <summary>What reserving would do, by the engine's own check; <c>Allowed</c> only where it would be held.</summary>
    public (IReadOnlyList<Effect> Effects, bool Allowed) Preview(Caller caller, string id, ReservationBody body, long? version)
    {
        Result<ChangePreview> preview = reservations.Preview(caller, id, body, version);
        if (preview.Problem is { } problem)
        {
            return ([new Effect(Signal.Bad, "It cannot be reserved so", problem.Detail)], false);
        }

        if (preview.Value!.Fault is { } fault)
        {
            return ([new Effect(Signal.Bad, "It would be refused", Problem.Of(fault).Detail)], false);
        }

        return ([new Effect(Signal.Ok, $"It can be held: {Times(body, id)}"), .. PoolPageService.Effects(preview.Value, caller).Where(e => e.State != Signal.Neutral)], true);
    }

    /// <summary>What giving one up would do; nothing where nobody would notice.</summary>
    public IReadOnlyList<Effect> PreviewCancel(Caller caller, string id) =>
        reservations.Preview(caller, id).Value is { } preview ? [.. PoolPageService.Effects(preview, caller).Where(e => e.State != Signal.Neutral)] : [];

    /// <summary>Reserves, or changes what is reserved.</summary>
    /// <returns>How to undo it, or why it was refused.</returns>
    public async Task<ReservationChange> PutAsync(Caller caller, string? id, ReservationBody body, long? version, CancellationToken cancellation)
    {
        ReservationBody? before = id is null ? null : Find(caller, id)?.Body;
        string name = id ?? ReservationService.NewId();
        Result<Reservation> put = await reservations.PutAsync(caller, name, body, id is null ? Expected.NotToExist : version, cancellation);
        if (put.Problem is { } problem)
        {
            return new ReservationChange(name, problem.Detail, null);
        }

        // What somebody else changed since is not undone with it.
        long made = reservations.Configuration.VersionOfReservation(name);
        return new ReservationChange(name, null, async () => before is null
            ? await reservations.DeleteAsync(caller, name, made, CancellationToken.None)
            : (await reservations.PutAsync(caller, name, before, made, CancellationToken.None)).Problem);
    }

    /// <summary>Moves one by moving one of its times: all times of a recurring one move alike.</summary>
    public async Task<ReservationChange> MoveAsync(Caller caller, string id, Occurrence from, Occurrence to, CancellationToken cancellation)
    {
        if (Find(caller, id) is not { } found)
        {
            return new ReservationChange(id, $"There is no reservation '{id}' any more.", null);
        }

        ReservationBody moved = found.Body with { Start = found.Body.Start + (to.Start - from.Start), End = found.Body.End + (to.End - from.End) };
        return await PutAsync(caller, id, moved, found.Version, cancellation);
    }

    /// <summary>Gives one up.</summary>
    public async Task<ReservationChange> CancelAsync(Caller caller, string id, CancellationToken cancellation)
    {
        ReservationBody? before = Find(caller, id)?.Body;
        return await reservations.DeleteAsync(caller, id, null, cancellation) is { } problem
            ? new ReservationChange(id, problem.Detail, null)
            : new ReservationChange(id, null, async () => before is null ? null : (await reservations.PutAsync(caller, id, before, Expected.NotToExist, CancellationToken.None)).Problem);
    }

    private static ReservationRow Row(Reservation reservation, IReadOnlyList<Occurrence> times, IEnumerable<Request> running, Instant now)
    {
        Occurrence? next = times.Where(t => t.End > now).Cast<Occurrence?>().FirstOrDefault();
        bool isNow = next?.Start <= now;
        return new ReservationRow(
            reservation.Id, reservation.Owner.IsRoot ? "everybody" : reservation.Owner.ToString(), reservation.Pool, Numbers.Amounts(reservation.Resources),
            next?.Start.ToDateTimeOffset(), next?.End.ToDateTimeOffset(), isNow, ReservationRow.Words(reservation.Recurrence), isNow ? Drawn(reservation, running) : null);
    }

    // Several reservations of one owner are one reserve: what is drawn is said of each as if it were alone.
    private static string Drawn(Reservation reservation, IEnumerable<Request> running)
    {
        Request[] drawing = [.. running.Where(r => r.Owner.IsWithin(reservation.Owner))];
        return string.Join(", ", reservation.Resources.Select(a =>
        {
            long used = drawing.Sum(r => Held(r.Lease!, reservation.Pool, a.Kind));
            return $"{Numbers.Amount(Quantity.FromThousandths(Math.Min(used, a.Quantity.Thousandths)))} of {Numbers.Amount(a.Quantity)} {a.Kind}";
        }));
    }

    private static long Held(Lease lease, string pool, string kind) =>
        lease.Amounts.Where((a, i) => a.Kind == kind && i < lease.Pools.Count && lease.Pools[i] == pool).Sum(a => a.Quantity.Thousandths);

    private string Times(ReservationBody body, string id)
    {
        IReadOnlyList<Occurrence> times = body.ToReservation(id, host.Now).Value!.Times;
        return times.Count <= 1 ? "once"
            : $"{Numbers.Count(times.Count)} times in the next {Reservation.Horizon.Days} days, {string.Join(", ", times.Take(MostTimesNamed).Select(t => t.Start.ToDateTimeOffset().ToString("d MMM HH:mm", System.Globalization.CultureInfo.InvariantCulture)))} UTC and so on";
    }
}

/// <summary>What became of a change of a reservation.</summary>
/// <param name="Id">Which one.</param>
/// <param name="Refused">Why it was refused; null where it was made.</param>
/// <param name="Undo">Undoes it; says why where that failed.</param>
internal sealed record ReservationChange(string Id, string? Refused, Func<Task<Problem?>>? Undo)
{
    /// <summary>Says it as a message at the foot of the page, with its undoing.</summary>
    /// <returns>True where the change was made.</returns>
    public bool Tell(Toasts toasts, string what)
    {
        if (Refused is not null)
        {
            toasts.Fail(Refused);
            return false;
        }

        toasts.Say(what, async () =>
        {
            if (Undo is not null && await Undo() is { } failed)
            {
                toasts.Fail(failed.Detail);
            }
        });
        return true;
    }
}
