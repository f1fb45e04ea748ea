using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Budgets;
using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Bench.Budgets;

/// <summary>The engine itself: each piece of work states the most that it may use, which is reserved, or of which a learned part is.</summary>
internal sealed class EngineReservations : IReservations
{
    /// <summary>The most that a piece of work may use.</summary>
    public const long Maximum = 4_096;

    private const string Kind = "tokens.output";
    private const string Budget = "halting";
    private const string Owner = "acme/alice/chat";

    // As much as anybody may want to take at once, so that the budget alone stops.
    private const long Plenty = 1_000_000_000;

    private static readonly Actor Client = new(ActorKind.Key, "bench", "api");
    private static readonly Labels Model = Labels.Of([new("model", "conversation")]);
    private static readonly Money Price = Money.Parse("0.00001");

    private readonly Engine.Core.Engine _engine;
    private readonly Batch _batch = new();
    private readonly Dictionary<string, (long Lease, ResourceVector? Next)> _leases = new(StringComparer.Ordinal);
    private readonly bool _learned;

    /// <summary>An engine with a price for tokens, and no budget yet.</summary>
    /// <param name="learned">True where the size is learned; false where the maximum is reserved.</param>
    /// <param name="risks">Of the first estimate and of a step, in millionths; null: the engine's own.</param>
    public EngineReservations(bool learned, (int First, int Step)? risks = null)
    {
        EngineLimits limits = new(EndedInMemory: 10_000);
        (_learned, _engine) = (learned, new Engine.Core.Engine(risks is { } given ? limits with { FirstSizeRisk = given.First, StepSizeRisk = given.Step } : limits));
        Handle(new SetPool(new PoolDefinition("models", [new Supply(Kind, Quantity.Of(Plenty), Quantity.Of(Plenty), TimeSpan.FromSeconds(1))], Labels.None, PurchaseOption.OnDemand, null)) { Actor = Client }, HaltedRun.Start);
        Handle(new SetPrices([new Sku("out", Kind) { UnitPrice = Price }], Replaces: true) { Actor = Client }, HaltedRun.Start);
    }

    /// <inheritdoc/>
    public long Spent => Tokens(_engine.Budget(Budget)!.At(_engine.Now).Spent);

    /// <summary>From now on so much may be spent.</summary>
    public void Limit(long tokens, long now)
    {
        if (!BudgetPeriod.TryParse("month", "UTC", out BudgetPeriod? month, out _, out _))
        {
            throw new InvalidOperationException("the calendar has months");
        }

        Handle(new SetBudget(new BudgetDefinition(Budget, new BudgetScope(OwnerPath.Root), new Money(Price.Picos * tokens), month) { Thresholds = [new BudgetThreshold(1_000_000, BudgetAction.Halt)] }) { Actor = Client }, now);
    }

    /// <inheritdoc/>
    public long? Admit(string work, long now)
    {
        RequestSpec spec = new(work, OwnerPath.Parse(Owner), ResourceVector.Of([new(Kind, Quantity.Of(Maximum))]), null, null, Labels.None, null, Queue: false, null, TimeSpan.FromHours(1), Model);
        RequestReply reply = (RequestReply)Handle(new Submit(_learned ? spec.Learned() : spec) { Actor = Client }, now);
        if (reply.Request.Lease is not { } lease)
        {
            return null;
        }

        _leases[work] = (lease.Number, reply.Next);
        return lease.Amounts[Kind].Thousandths / 1_000;
    }

    /// <inheritdoc/>
    public (long? More, long Step) Extend(string work, long now)
    {
        (long number, ResourceVector? next) = _leases[work];
        RequestReply reply = (RequestReply)Handle(new Renew(Key(work), number, next!, ResourceVector.Empty) { Actor = Client }, now);
        long step = next![Kind].Thousandths / 1_000;
        _leases[work] = (number, reply.Next);
        return (reply.Refusal is null ? step : null, step);
    }

    /// <inheritdoc/>
    public void Settle(string work, long used, long now)
    {
        Handle(new Release(Key(work), _leases[work].Lease, ResourceVector.Of([new(Kind, Quantity.Of(used))]), Labels.None, Outcome.Succeeded) { Actor = Client }, now);
        _leases.Remove(work);
    }

    private Reply Handle(Command command, long now)
    {
        _batch.Clear();
        Reply reply = _engine.Handle(command, new Instant(now), _batch);
        return reply is Fault fault ? throw new InvalidOperationException(fault.Detail) : reply;
    }

    private static RequestKey Key(string work) => new(OwnerPath.Parse(Owner).Tenant, work);

    private static long Tokens(Money money) => (long)(money.Picos / Price.Picos);
}
