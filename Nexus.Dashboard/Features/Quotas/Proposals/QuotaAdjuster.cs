using Microsoft.Extensions.Options;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Quotas.Proposals;

/// <summary>Lets limits follow their use within the bounds that operators set: looks at what is used, offers or applies what that speaks for, and does what people decide about it.</summary>
/// <remarks>One thing at a time. The engine's event comes first and what became of the proposal after it: where the second was lost, the next look finds the limit set and says so.</remarks>
internal sealed class QuotaAdjuster(EngineHost host, ProposalStore store, IOptions<QuotaAdjustOptions> options, TimeProvider time) : IDisposable
{
    // What was seen is kept as often as that: a crash costs an hour of evidence at the usual length of a turn.
    private const int TurnsBetweenKeeping = 12;
    private const int FewestPeriods = 4;

    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly Dictionary<(string Owner, string Rule), QuotaWatch> _watches = [];
    private readonly Dictionary<(string Owner, string Rule), long> _refusals = [];
    private Dictionary<(string Owner, string Rule), QuotaWatchState>? _kept;
    private IReadOnlyList<QuotaProposal>? _all;
    private int _unkept;

    /// <summary>All proposals, the newest first.</summary>
    public async Task<IReadOnlyList<QuotaProposal>> AllAsync(CancellationToken cancellation) => _all ?? await AloneAsync(() => Task.FromResult(_all!), cancellation);

    /// <summary>Looks once at all that may be adjusted.</summary>
    public Task LookAsync(CancellationToken cancellation) => AloneAsync(
        async () =>
        {
            Adjusted[] rules = [.. Rules()];
            HashSet<(string, string)> known = [.. rules.Select(r => r.Key)];
            foreach ((string, string) gone in _watches.Keys.Where(k => !known.Contains(k)).ToArray())
            {
                _watches.Remove(gone);
                _refusals.Remove(gone);
            }

            foreach (QuotaProposal left in _all!.Where(p => p.State == ProposalState.Offered && !known.Contains((p.Owner, p.Rule))).ToArray())
            {
                await DecideAsync(left, ProposalState.Outdated, Actor.Engine.Id, "the rule is not adjusted any more", cancellation);
            }

            bool over = false;
            foreach (Adjusted rule in rules)
            {
                over |= await LookAtAsync(rule, cancellation);
            }

            _unkept += over ? 1 : 0;
            if (_unkept >= TurnsBetweenKeeping)
            {
                await KeepAsync(cancellation);
            }

            return true;
        },
        cancellation);

    /// <summary>Keeps what was seen so far.</summary>
    public Task StopAsync(CancellationToken cancellation) => AloneAsync(
        async () =>
        {
            if (_watches.Count > 0)
            {
                await KeepAsync(cancellation);
            }

            return true;
        },
        cancellation);

    /// <summary>Sets the limit to what is proposed, as the caller's change.</summary>
    public Task<Result<QuotaProposal>> AcceptAsync(long id, Caller caller, CancellationToken cancellation) => OnAsync(
        id,
        async proposal => proposal.State == ProposalState.Applied ? proposal
            : proposal.State != ProposalState.Offered ? Over(proposal)
            : await ApplyAsync(proposal, caller.Actor, cancellation),
        cancellation);

    /// <summary>Turns it down: it is quiet until use speaks for a change over a whole window again.</summary>
    public Task<Result<QuotaProposal>> DeclineAsync(long id, Caller caller, CancellationToken cancellation) => OnAsync(
        id,
        async proposal =>
        {
            if (proposal.State is not ProposalState.Offered)
            {
                return proposal.State == ProposalState.Declined ? proposal : Over(proposal);
            }

            Watch(proposal)?.TurnedDown(proposal.From, takenBack: false);
            return await DecideAsync(proposal, ProposalState.Declined, caller.Id, null, cancellation, new AccessChange
            {
                At = time.GetUtcNow(), ActorKind = caller.Kind.ToString().ToLowerInvariant(), ActorId = caller.Id, Source = caller.Source, Address = caller.Address,
                Action = "declineProposal", Subject = $"{proposal.Owner} {proposal.Rule}",
            });
        },
        cancellation);

    /// <summary>Sets the limit back to what it was before, as the caller's change.</summary>
    public Task<Result<QuotaProposal>> RevertAsync(long id, Caller caller, CancellationToken cancellation) => OnAsync(
        id,
        async proposal =>
        {
            if (proposal.State != ProposalState.Applied)
            {
                return proposal.State == ProposalState.Reverted ? proposal : Over(proposal);
            }

            if (await SetAsync(proposal, proposal.To, proposal.From, caller.Actor, $"Set back: {ProposalText.Why(proposal)}", cancellation) is { } problem)
            {
                return problem;
            }

            Watch(proposal)?.TurnedDown(proposal.From, takenBack: true);
            return await DecideAsync(proposal, ProposalState.Reverted, caller.Id, null, cancellation);
        },
        cancellation);

    public void Dispose() => _one.Dispose();

    // True where a turn was over.
    private async Task<bool> LookAtAsync(Adjusted at, CancellationToken cancellation)
    {
        QuotaProposal? open = _all!.FirstOrDefault(p => p.State == ProposalState.Offered && (p.Owner, p.Rule) == at.Key);
        if (open is not null && open.From != at.Limit)
        {
            // Set already, and what became of it was lost; or somebody set another.
            bool isSet = open.To == at.Limit;
            if (isSet)
            {
                Taken(at).Changed(at.Limit);
            }

            await DecideAsync(open, isSet ? ProposalState.Applied : ProposalState.Outdated, isSet ? Author(at) : Actor.Engine.Id, isSet ? null : $"{Author(at)} set the limit to {ProposalText.Amount(at.Limit)}", cancellation);
            open = null;
        }

        QuotaWatch watch = WatchOf(at);
        long refused = Math.Max(0, at.Figures.Rejections - _refusals.GetValueOrDefault(at.Key, at.Figures.Rejections));
        _refusals[at.Key] = at.Figures.Rejections;
        bool over = at.Turn is { } turn && watch.See(turn, new QuotaTurn(at.Figures.Used, refused, at.IsOver ? 1 : at.Waited));
        if (open is not null && (open.To < at.Bounds.Min.Thousandths || open.To > at.Bounds.Max.Thousandths || !watch.StillSpeaksFor(open.Raises)))
        {
            await DecideAsync(open, ProposalState.Outdated, Actor.Engine.Id, watch.StillSpeaksFor(open.Raises) ? "the bounds are others now" : "use has changed meanwhile", cancellation);
            open = null;
        }

        if (open is null && over && watch.Advise(at.Bounds) is { } advice)
        {
            open = await store.AddAsync(QuotaProposal.Of(at.Owner, at.Rule, advice, Said(at, advice.Evidence.Turns), time.GetUtcNow()), cancellation);
            _all = [open, .. _all!];
        }

        if (open is not null && at.Bounds.Mode == QuotaAdjustMode.Apply && (await ApplyAsync(open, Actor.Engine, cancellation)).Problem is { } problem)
        {
            // What cannot be set is not tried again with each look, but when use speaks for it anew.
            watch.TurnedDown(at.Limit, takenBack: false);
            await DecideAsync(open, ProposalState.Outdated, Actor.Engine.Id, problem.Detail, cancellation);
        }

        return over;
    }

    private async Task<Result<QuotaProposal>> ApplyAsync(QuotaProposal proposal, Actor actor, CancellationToken cancellation)
    {
        if (await SetAsync(proposal, proposal.From, proposal.To, actor, ProposalText.Why(proposal), cancellation) is { } problem)
        {
            return problem;
        }

        Watch(proposal)?.Changed(proposal.To);
        return await DecideAsync(proposal, ProposalState.Applied, actor.Id, null, cancellation);
    }

    // Only where the limit is still the one that was looked at. Nobody loses what runs by it: an enforcement that was set for another limit is not carried over.
    private async Task<Problem?> SetAsync(QuotaProposal proposal, long from, long to, Actor actor, string reason, CancellationToken cancellation)
    {
        QuotaState? node = host.Read.Quotas.FirstOrDefault(q => q.Owner == proposal.Node);
        QuotaRule? rule = node?.Definition.Rules.FirstOrDefault(r => QuotaChoice.KeyOf(r.Resource, r.Period) == proposal.Rule);
        if (node is null || rule?.Limit is not { } limit)
        {
            return Changed($"{proposal.Owner} has no limit of {proposal.Rule} any more");
        }

        if (limit.Thousandths == to)
        {
            return null;
        }

        if (limit.Thousandths != from)
        {
            return Changed($"the limit of {proposal.Owner} was changed to {ProposalText.Amount(limit.Thousandths)} since: the proposal was made for {ProposalText.Amount(from)}");
        }

        QuotaRule wanted = rule with { Limit = Quantity.FromThousandths(to), EnforceAt = null };
        QuotaDefinition definition = node.Definition with { Rules = [.. node.Definition.Rules.Select(r => ReferenceEquals(r, rule) ? wanted : r)] };
        return await host.SendAsync(new SetQuota(definition, node.Version, reason) { Actor = actor }, cancellation) switch
        {
            Fault { Code: FaultCode.VersionMismatch or FaultCode.NotFound } => Changed($"the quota of {proposal.Owner} was changed at the same moment: look at it and try again"),
            Fault fault => Problem.Of(fault),
            _ => null,
        };
    }

    private async Task<QuotaProposal> DecideAsync(QuotaProposal proposal, ProposalState state, string by, string? note, CancellationToken cancellation, AccessChange? audited = null)
    {
        QuotaProposal decided = proposal with { State = state, DecidedAt = time.GetUtcNow(), DecidedBy = by, Note = note };
        await store.DecideAsync(decided, audited, cancellation);
        _all = [.. _all!.Select(p => p.Id == decided.Id ? decided : p)];
        await KeepAsync(cancellation);
        return decided;
    }

    private async Task KeepAsync(CancellationToken cancellation)
    {
        await store.KeepAsync(_watches, cancellation);
        _unkept = 0;
    }

    private IEnumerable<Adjusted> Rules()
    {
        if (!host.Read.Quotas.Any(q => q.Definition.Rules.Any(r => r.Adjust is not null)))
        {
            yield break;
        }

        Dictionary<(string, QuotaPeriod), QuotaWaits> waits = [];
        foreach (QuotaShown node in host.Read.QuotasWithin(OwnerPath.Root))
        {
            foreach ((QuotaRule rule, QuotaFigures figures) in node.State.Definition.Rules.Zip(node.Figures))
            {
                if (rule is { Adjust: { } bounds, Limit: { } limit })
                {
                    if (!waits.TryGetValue((rule.Resource, rule.Period), out QuotaWaits? waiting))
                    {
                        waiting = waits[(rule.Resource, rule.Period)] = host.Read.WaitsFor(rule.Resource, rule.Period, OwnerPath.Root);
                    }

                    // At hours with another limit what is used says nothing of this one.
                    long? turn = figures.Has != limit.Thousandths ? null : figures.ResetsAt?.Milliseconds ?? (host.Now.Milliseconds / (long)options.Value.Turn.TotalMilliseconds);
                    yield return new Adjusted(node.State, rule, bounds, limit.Thousandths, figures, waiting.Stopped.GetValueOrDefault(node.State.Owner), turn);
                }
            }
        }
    }

    private QuotaWatch? Watch(QuotaProposal proposal) => _watches.GetValueOrDefault((proposal.Owner, proposal.Rule));

    // What was used under another limit, which somebody chose, speaks for nothing.
    private QuotaWatch WatchOf(Adjusted at) => _watches[at.Key] = Taken(at) is var watch && watch.Limit == at.Limit ? watch : new QuotaWatch(at.Limit, Window(at.Rule.Period));

    // The watch that there is, or the one that was kept before a restart.
    private QuotaWatch Taken(Adjusted at) => _watches.TryGetValue(at.Key, out QuotaWatch? watch) ? watch
        : _watches[at.Key] = _kept!.Remove(at.Key, out QuotaWatchState? kept) ? new QuotaWatch(kept, Window(at.Rule.Period)) : new QuotaWatch(at.Limit, Window(at.Rule.Period));

    private int Window(QuotaPeriod period) => period.IsCalendar
        ? Math.Max(FewestPeriods, (int)(options.Value.Window / LengthOf(period)))
        : (int)(options.Value.Window / options.Value.Turn);

    private (string Turn, string Span) Said(Adjusted at, int turns) => at.Rule.Period.IsCalendar
        ? (at.Rule.Period.ToString(), turns == 1 ? at.Rule.Period.ToString() : $"{turns} {at.Rule.Period}s")
        : (ProposalText.Length(options.Value.Turn, "1 "), ProposalText.Length(options.Value.Turn * turns));

    private static TimeSpan LengthOf(QuotaPeriod period) => period.Kind switch
    {
        QuotaPeriodKind.Hour => TimeSpan.FromHours(1),
        QuotaPeriodKind.Day => TimeSpan.FromDays(1),
        QuotaPeriodKind.Week => TimeSpan.FromDays(7),
        _ => TimeSpan.FromDays(31),
    };

    private string Author(Adjusted at) => host.Read.EventsAfter(at.State.Version - 1, 1, OwnerPath.Root).FirstOrDefault()?.Actor.Id ?? "somebody";

    private static Problem Changed(string what) => new("ended", "It has ended", 409, char.ToUpperInvariant(what[0]) + what[1..] + ".");

    private static Problem Over(QuotaProposal proposal) => new("ended", "It has ended", 409, proposal.State switch
    {
        ProposalState.Declined => $"The proposal was declined by {proposal.DecidedBy}.",
        ProposalState.Reverted => $"The proposal was applied, and set back by {proposal.DecidedBy}.",
        ProposalState.Applied => $"The proposal was applied by {proposal.DecidedBy} already; revert it instead.",
        ProposalState.Outdated => $"The proposal is outdated: {proposal.Note}.",
        _ => "The proposal has not been applied.",
    });

    private Task<Result<QuotaProposal>> OnAsync(long id, Func<QuotaProposal, Task<Result<QuotaProposal>>> act, CancellationToken cancellation) => AloneAsync(
        async () => _all!.FirstOrDefault(p => p.Id == id) is { } proposal ? await act(proposal) : Problem.NotFound($"There is no proposal {id} that you may see."), cancellation);

    private async Task<T> AloneAsync<T>(Func<Task<T>> act, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            _kept ??= await store.WatchesAsync(cancellation);
            _all ??= await store.AllAsync(cancellation);
            return await act();
        }
        finally
        {
            _one.Release();
        }
    }

    // A rule that may be adjusted, as it stands at a look; no turn where another limit holds for the moment.
    private sealed record Adjusted(QuotaState State, QuotaRule Rule, QuotaAdjustment Bounds, long Limit, QuotaFigures Figures, int Waited, long? Turn)
    {
        public OwnerPath Owner => State.Owner;

        public (string Owner, string Rule) Key { get; } = (QuotaAnswer.PathOf(State.Owner), QuotaChoice.KeyOf(Rule.Resource, Rule.Period));

        // A rule that only counts holds nobody back; what is beyond it counts as much.
        public bool IsOver => Rule.Mode == QuotaMode.Soft && Figures.Used > Limit;
    }
}
