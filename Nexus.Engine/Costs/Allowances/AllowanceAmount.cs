using Nexus.Engine.Resources;
using Nexus.Engine.Scheduling;

namespace Nexus.Engine.Costs.Allowances;

/// <summary>How much of one thing is drawn from an allowance.</summary>
/// <param name="Name">What: <see cref="Money"/>, or the name of a kind.</param>
/// <param name="Amount">How much: money in 10⁻¹² of the currency, all else in thousandths of the kind's unit.</param>
internal readonly record struct AllowanceAmount(string Name, Int128 Amount)
{
    /// <summary>The name under which money counts; no kind has it.</summary>
    public const string Money = "money";

    /// <summary>The kind under which the time of grants counts.</summary>
    public const string Time = "time.processing";

    /// <summary>What a request draws as it stands: what it holds or was promised, until that is settled.</summary>
    public static AllowanceAmount[] Of(Request? request, Func<string, ResourceKind?> kindOf) => request switch
    {
        { Status: RequestStatus.Allocated, Lease: { } lease } => Of(request.Estimate?.Total ?? default, lease.Amounts, lease.ExpiresAt - lease.GrantedAt, kindOf),
        { Status: RequestStatus.Reserved } => Of(request.Estimate?.Total ?? default, request.Needs, request.Spec.LeaseLength, kindOf),
        _ => [],
    };

    /// <summary>What these come to.</summary>
    /// <param name="cost">What is expected to be paid.</param>
    /// <param name="amounts">What is taken; a ceiling is not.</param>
    /// <param name="length">How long it may last.</param>
    /// <param name="kindOf">Finds a kind.</param>
    public static AllowanceAmount[] Of(Money cost, ResourceVector amounts, TimeSpan length, Func<string, ResourceKind?> kindOf)
    {
        List<AllowanceAmount> drawn = new(amounts.Count + 2) { new(Money, cost.Picos) };
        foreach (ResourceAmount amount in amounts.AsSpan())
        {
            if (kindOf(amount.Kind)?.Behaviour is ResourceBehaviour.Held or ResourceBehaviour.Metered)
            {
                drawn.Add(new(amount.Kind, amount.Quantity.Thousandths));
            }
        }

        drawn.Add(new(Time, (long)length.TotalMilliseconds));
        return [.. drawn];
    }

    /// <summary>How much of a thing is among amounts.</summary>
    public static Int128 In(ReadOnlySpan<AllowanceAmount> amounts, string name)
    {
        foreach (AllowanceAmount amount in amounts)
        {
            if (amount.Name == name)
            {
                return amount.Amount;
            }
        }

        return 0;
    }
}
