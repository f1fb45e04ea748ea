using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Pools;
using Nexus.Dashboard.Features.Quotas;
using Nexus.Dashboard.Shared;
using Nexus.Dashboard.Shared.Changes;
using Nexus.Engine.Core;
using Nexus.Engine.Hosting;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;
using Nexus.Engine.Optimization;

namespace Nexus.Dashboard.Features.Recommendations;

/// <summary>Makes the change of a recommendation, or takes it back, by the ordinary command: journalled as the caller's, and only where what it changes is still what was looked at.</summary>
internal sealed class RecommendationChange(EngineHost host)
{
    /// <summary>Why the caller may not make a change; null where it may. Who may not make it by hand may not apply it either.</summary>
    public static Problem? Refused(Caller caller, ProposedChange change, OwnerPath within) => change.Kind switch
    {
        ChangeKind.PoolCapacity => caller.AllowsEverywhere(Scope.Configure) ? null : Problem.MissingScope(Scope.Configure, caller),
        ChangeKind.QuotaLimit => QuotaService.Refused(caller, within),
        _ => null,
    };

    /// <summary>Makes it.</summary>
    /// <returns>Why it was not made; null where it was, or there is no command for it.</returns>
    public Task<Problem?> ApplyAsync(Caller caller, Recommendation of, CancellationToken cancellation) => SetAsync(caller, of, of.Read().Change, $"Recommended: {of.Title}", cancellation);

    /// <summary>Takes it back.</summary>
    /// <returns>Why it was not taken back; null where it was, or there is no command for it.</returns>
    public Task<Problem?> RevertAsync(Caller caller, Recommendation of, CancellationToken cancellation) => SetAsync(caller, of, Back(of.Read().Change), $"Set back: {of.Title}", cancellation);

    /// <summary>What it would do at once; empty where there is no command for it.</summary>
    /// <param name="caller">Who asks: what others have is counted alone.</param>
    /// <param name="of">The recommendation.</param>
    /// <param name="back">True to see what taking it back would do.</param>
    public IReadOnlyList<Effect> Preview(Caller caller, Recommendation of, bool back)
    {
        ProposedChange change = back ? Back(of.Read().Change) : of.Read().Change;
        Result<Command> command = CommandOf(caller, of, change, "preview");
        return !change.IsCommand ? []
            : command.Problem is { } moved ? [new Effect(Signal.Bad, "It cannot be done as it is", moved.Detail)]
            : change.Kind == ChangeKind.QuotaLimit ? QuotaEffects.Of(host.Read.Preview(command.Value!), [], [], caller.Path)
            : [.. PoolPageService.Effects(host.Read.Preview(command.Value!), caller)];
    }

    private static ProposedChange Back(ProposedChange change) => change with { From = change.To, To = change.From, Before = change.After, After = change.Before };

    private async Task<Problem?> SetAsync(Caller caller, Recommendation of, ProposedChange change, string reason, CancellationToken cancellation)
    {
        if (Refused(caller, change, of.Within) is { } refused)
        {
            return refused;
        }

        if (!change.IsCommand)
        {
            return null;
        }

        Result<Command> command = CommandOf(caller, of, change, reason);
        return command.Problem is { } moved ? moved : await host.SendAsync(command.Value!, cancellation) switch
        {
            Fault { Code: FaultCode.VersionMismatch or FaultCode.NotFound } => Moved($"{change.Subject} was changed at the same moment: look at it and try again"),
            Fault fault => Problem.Of(fault),
            _ => null,
        };
    }

    private Result<Command> CommandOf(Caller caller, Recommendation of, ProposedChange change, string reason)
    {
        if (change.Kind == ChangeKind.PoolCapacity)
        {
            if (host.Read.Pool(change.Subject) is not { } pool || pool.Definition.Of(change.Resource!) is not { } supply)
            {
                return Moved($"there is no {change.Resource} in a pool '{change.Subject}' any more");
            }

            PoolDefinition definition = pool.Definition with { Supplies = [.. pool.Definition.Supplies.Select(s => s == supply ? s with { Amount = change.To!.Value } : s)] };
            return supply.Amount != change.From ? Moved($"{change.Subject} has {supply.Amount} {change.Resource} by now, not {change.From}: the recommendation was made for that")
                : new Result<Command>(new SetPool(definition, pool.Version) { Actor = caller.Actor });
        }

        QuotaState? node = host.Read.Quotas.FirstOrDefault(q => q.Owner == of.Within);
        QuotaRule? rule = node?.Definition.Rules.FirstOrDefault(r => r.Resource == change.Resource && r.Period == QuotaPeriod.None);
        if (node is null || rule?.Limit is not { } limit)
        {
            return Moved($"'{QuotaAnswer.PathOf(of.Within)}' has no limit of {change.Resource} any more");
        }

        // Nobody loses what runs by it: an enforcement that was set for another limit is not carried over.
        QuotaDefinition quota = node.Definition with { Rules = [.. node.Definition.Rules.Select(r => ReferenceEquals(r, rule) ? rule with { Limit = change.To, EnforceAt = null } : r)] };
        return limit != change.From ? Moved($"the limit of '{QuotaAnswer.PathOf(of.Within)}' is {limit} by now, not {change.From}: the recommendation was made for that")
            : new Result<Command>(new SetQuota(quota, node.Version, reason) { Actor = caller.Actor });
    }

    private static Problem Moved(string what) => new("ended", "It has ended", 409, char.ToUpperInvariant(what[0]) + what[1..] + ".");
}
