using Nexus.Engine.Costs;

namespace Nexus.Dashboard.Api;

/// <summary>An amount of money as a client states it.</summary>
internal sealed record MoneyBody
{
    /// <summary>A decimal text of up to twelve decimals.</summary>
    public string? Amount { get; init; }

    /// <summary>The installation's currency, by its ISO 4217 code; that unless given.</summary>
    public string? Currency { get; init; }

    /// <summary>As a client would state it.</summary>
    public static MoneyBody Of(Money money, string currency) => new() { Amount = money.ToString(), Currency = currency };

    /// <summary>Reads it; what is wrong goes to the faults.</summary>
    public static Money Read(MoneyBody? body, string path, string currency, Faults faults)
    {
        Money money = default;
        if (body?.Amount is null)
        {
            faults.Add(path, $"must be an amount such as {{\"amount\": \"250\", \"currency\": \"{currency}\"}}");
        }
        else if (!Money.TryParse(body.Amount, out money, out string? reason))
        {
            faults.Add($"{path}.amount", reason);
        }

        faults.When(body?.Currency is { } other && other != currency, $"{path}.currency", $"must be {currency}, the installation's currency: convert the amount");
        return money;
    }
}
