using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Allowances;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Dashboard.Tests.Engine.Histories;

/// <summary>What allowances of a history must hold: no decision takes more of one than it has, at any level; and what is drawn from each is what its requests say.</summary>
/// <param name="limits">Of the engine that lives it.</param>
internal sealed class Allowances(EngineLimits limits)
{
    private static readonly string[] Owners = ["acme/x", "acme", "globex/y"];

    private readonly Nexus.Engine.Core.Engine _seen = new(limits);
    private readonly Dictionary<RequestKey, (AllowanceKey Allowance, long Opened)> _draws = [];
    private readonly Dictionary<(AllowanceKey, long), Int128> _paid = [];
    private int _read;

    /// <summary>A run, or a branch of one that is open.</summary>
    public static OpenAllowance Open(Step step, int number, Nexus.Engine.Core.Engine engine, Instant now)
    {
        AllowanceState[] open = [.. engine.Allowances.Where(a => a.Status == AllowanceStatus.Open)];
        AllowanceState? parent = open.Length > 0 && step.A % 3 > 0 ? open[step.B % open.Length] : null;
        return new OpenAllowance(new AllowanceSpec($"a{number}", parent?.Spec.Owner ?? OwnerPath.Parse(Owners[step.B % 3]))
        {
            Parent = parent?.Spec.Id,
            Money = step.C % 3 > 0 ? new Money((Int128)(1 + (step.B % 2_000)) * 1_000_000_000) : null,
            Amounts = ResourceVector.Of([.. new (string Kind, int Units)[] { ("gpu", step.A % 4), ("tokens.output", step.C % 4 * 40), ("time.processing", step.B % 5 * 20) }
                .Where(l => l.Units > 0).Select(l => new ResourceAmount(l.Kind, Quantity.Of(l.Units)))]),
            MaxDepth = step.C % 5 == 0 ? step.A % 4 : null,
            ExpiresAt = parent is null && step.C % 2 == 0 ? now + TimeSpan.FromSeconds(10 + (step.C % 90)) : null,
        }) { Actor = Scene.Somebody };
    }

    /// <summary>One is cancelled, with what was carved out of it.</summary>
    public static CancelAllowance? Cancel(Step step, Nexus.Engine.Core.Engine engine) =>
        engine.Allowances.ToArray() is { Length: > 0 } all ? new CancelAllowance(all[step.A % all.Length].Key) { Actor = Scene.Somebody } : null;

    /// <summary>The one that a request of a step draws from, or null.</summary>
    public static string? Of(Step step, OwnerPath owner, Nexus.Engine.Core.Engine engine) =>
        step.B % 7 < 2 && engine.Allowances.Where(a => owner.IsWithin(a.Spec.Owner)).ToArray() is { Length: > 0 } all ? all[step.C % all.Length].Spec.Id : null;

    /// <summary>Looks at each event that was not seen yet, beside what was before it.</summary>
    public void Check(IReadOnlyList<EngineEvent> journal)
    {
        bool more = _read < journal.Count;
        for (; _read < journal.Count; _read++)
        {
            EngineEvent happened = journal[_read];
            bool draws = happened is RequestSubmitted or RequestStarted or RequestBooked or BookingMoved or LeaseRenewed or AllowanceOpened;
            AllowanceState[] before = draws ? [.. _seen.Allowances] : [];
            _seen.Apply(happened);
            if (happened is RequestSubmitted { Spec.Allowance: { } id } submitted && _seen.Allowance(new AllowanceKey(submitted.Owner.Tenant, id)) is { } drawn)
            {
                _draws[submitted.Key] = (drawn.Key, drawn.Number);
            }

            if (happened is RequestEvent e && _draws.TryGetValue(e.Key, out (AllowanceKey, long) from))
            {
                _paid[from] = happened.Lines.Aggregate(_paid.GetValueOrDefault(from), (sum, line) => sum + line.Cost.Picos);
            }

            Array.ForEach(before, allowance => Admits(allowance, happened));
        }

        if (more)
        {
            Sums();
        }
    }

    private void Admits(AllowanceState was, EngineEvent happened)
    {
        AllowanceState? now = _seen.Allowance(was.Key);
        foreach (AllowanceFigure figure in now?.Figures.Where(f => f.Limit is not null) ?? [])
        {
            Int128 before = was.Figures.Single(f => f.Name == figure.Name).Committed;
            Invariants.Holds(
                figure.Committed <= before || figure.Committed <= figure.Limit,
                $"{happened.GetType().Name} took {figure.Committed} of the {figure.Limit} {figure.Name} of allowance {was.Key}");
        }
    }

    // Of the requests alone, and level by level.
    private void Sums()
    {
        AllowanceState[] all = [.. _seen.Allowances];
        ILookup<AllowanceKey, AllowanceState> carved = all.Where(a => a.Spec.Parent is not null).ToLookup(a => new AllowanceKey(a.Spec.Owner.Tenant, a.Spec.Parent!));
        ILookup<AllowanceKey, Request> live = (all.Length == 0 ? [] : _seen.Requests).Where(r => !r.HasEnded && r.Spec.Allowance is not null).ToLookup(r => new AllowanceKey(r.Owner.Tenant, r.Spec.Allowance!));
        foreach (AllowanceState allowance in all)
        {
            AllowanceState[] children = [.. carved[allowance.Key]];
            Request[] drawing = [.. live[allowance.Key]];
            Invariants.Holds(
                (allowance.Running, allowance.Waiting) == (drawing.Count(r => r.Status == RequestStatus.Allocated), drawing.Count(r => r.Status != RequestStatus.Allocated)),
                $"{allowance.Key} says that {allowance.Running} run and {allowance.Waiting} wait");
            foreach (AllowanceFigure figure in allowance.Figures)
            {
                Int128 own = drawing.Aggregate((Int128)0, (sum, r) => sum + Drawn(r, figure.Name));
                AllowanceFigure[] below = [.. children.SelectMany(c => c.Figures.Where(f => f.Name == figure.Name))];
                Int128 claimed = children.Aggregate((Int128)0, (sum, c) => sum + Claim(c, figure.Name));
                Invariants.Holds(figure.Reserved == own + below.Aggregate((Int128)0, (sum, f) => sum + f.Reserved), $"{allowance.Key} reserves {figure.Reserved} {figure.Name}, its requests and branches less or more");
                Invariants.Holds(figure.Used == figure.OwnUsed + below.Aggregate((Int128)0, (sum, f) => sum + f.Used), $"{allowance.Key} used {figure.Used} {figure.Name}, it and its branches less or more");
                Invariants.Holds(figure.Committed == figure.OwnUsed + own + claimed, $"{allowance.Key} committed {figure.Committed} {figure.Name}, it and its branches less or more");
                Invariants.Holds(
                    figure.Name != "money" || figure.OwnUsed == _paid.GetValueOrDefault((allowance.Key, allowance.Number)), $"{allowance.Key} paid {figure.OwnUsed}, its lines say {_paid.GetValueOrDefault((allowance.Key, allowance.Number))}");
            }
        }
    }

    private static Int128 Claim(AllowanceState child, string name) => child.Figures.FirstOrDefault(f => f.Name == name) is not { } figure ? 0
        : child.Status == AllowanceStatus.Open && figure.Limit is { } limit ? Int128.Max(limit, figure.Committed) : figure.Committed;

    private static Int128 Drawn(Request request, string name) => (request.Status, name) switch
    {
        (RequestStatus.Allocated or RequestStatus.Reserved, "money") => request.Estimate?.Total.Picos ?? 0,
        (RequestStatus.Allocated, "time.processing") => (request.Lease!.ExpiresAt - request.Lease.GrantedAt).Ticks / TimeSpan.TicksPerMillisecond,
        (RequestStatus.Reserved, "time.processing") => request.Spec.LeaseLength.Ticks / TimeSpan.TicksPerMillisecond,
        (RequestStatus.Allocated, _) => request.Lease!.Amounts[name].Thousandths,
        (RequestStatus.Reserved, _) => request.Needs[name].Thousandths,
        _ => 0,
    };
}
