using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Nexus.Dashboard.Api;
using Nexus.Engine.Quotas;

namespace Nexus.Dashboard.Features.Quotas;

/// <summary>The values of a rule as they stand in cells, and back.</summary>
internal static class QuotaText
{
    /// <summary>In the cell of a limit: a cohort, which has what its children lend.</summary>
    public const string None = "none";

    /// <summary>What was lent is taken back from any class.</summary>
    public const string FromAny = "any";

    /// <summary>What was lent is taken back from lower classes alone.</summary>
    public const string FromLower = "lowerPriority";

    /// <summary>What was lent comes back when it ends.</summary>
    public const string FromNobody = "never";

    private const string Soft = "soft";
    private const string Hard = "hard";

    /// <summary>An amount, exactly.</summary>
    public static string Of(Amount amount) => amount.Value.ToString("#,0.###", CultureInfo.InvariantCulture);

    /// <summary>What stands in a rule's cell.</summary>
    public static string Of(QuotaRuleBody rule, QuotaField field) => field switch
    {
        QuotaField.Limit => rule.Limit is { } limit ? Of(limit) : None,
        QuotaField.Borrow => rule.Borrow is not { } borrow ? "0" : borrow.Amount is { } amount ? Of(amount) : Bounds.Unlimited,
        QuotaField.Lend => rule.Lend is not { Amount: { } amount } ? Bounds.All : Of(amount),
        QuotaField.Mode => rule.Mode == QuotaMode.Soft ? Soft : Hard,
        QuotaField.LendTo => rule.LendTo ?? None,
        QuotaField.Reclaim => rule.Reclaim switch { QuotaReclaim.LowerPriority => FromLower, QuotaReclaim.Never => FromNobody, _ => FromAny },
        _ => "",
    };

    /// <summary>The rule with what was typed into one of its cells. With another limit its enforcement is to be chosen anew.</summary>
    /// <returns>False, with the reason a person can act on.</returns>
    public static bool TryEdit(QuotaRuleBody rule, QuotaField field, string text, [NotNullWhen(true)] out QuotaRuleBody? edited, [NotNullWhen(false)] out string? reason)
    {
        text = text.Trim();
        (edited, reason) = (null, null);
        Amount? amount = null;
        bool isNumber = field is QuotaField.Limit or QuotaField.Borrow or QuotaField.Lend && TryNumber(text, out amount, out reason);
        edited = field switch
        {
            QuotaField.Limit when text is None or "" => rule with { Limit = null, Extra = rule.Extra ?? new Amount(0), Adjust = null, EnforceAt = null },
            QuotaField.Limit when isNumber => rule with { Limit = amount, Extra = null, EnforceAt = null },
            QuotaField.Borrow when text == Bounds.Unlimited => rule with { Borrow = new BorrowBody(null) },
            QuotaField.Borrow when text.Length == 0 => rule with { Borrow = new BorrowBody(new Amount(0)) },
            QuotaField.Borrow when isNumber => rule with { Borrow = new BorrowBody(amount) },
            QuotaField.Lend when text is Bounds.All or "" => rule with { Lend = new LendBody(null) },
            QuotaField.Lend when isNumber => rule with { Lend = new LendBody(amount) },
            QuotaField.Mode => rule with { Mode = text == Soft ? QuotaMode.Soft : QuotaMode.Hard, EnforceAt = text == Soft ? null : rule.EnforceAt },
            QuotaField.LendTo => rule with { LendTo = text == Bounds.All ? Bounds.All : null },
            QuotaField.Reclaim => rule with { Reclaim = text switch { FromLower => QuotaReclaim.LowerPriority, FromNobody => QuotaReclaim.Never, _ => QuotaReclaim.Any } },
            _ => null,
        };
        reason = edited is not null ? null : field switch
        {
            QuotaField.Limit => $"{reason}, or none",
            QuotaField.Borrow => $"{reason}, or {Bounds.Unlimited}",
            QuotaField.Lend => $"{reason}, or {Bounds.All}",
            _ => "cannot be edited here",
        };
        return edited is not null;
    }

    /// <summary>Reads a number; thousands may be parted by commas.</summary>
    public static bool TryNumber(string text, [NotNullWhen(true)] out Amount? amount, [NotNullWhen(false)] out string? reason)
    {
        bool read = decimal.TryParse(text.Replace(",", "", StringComparison.Ordinal), NumberStyles.Number, CultureInfo.InvariantCulture, out decimal value);
        string? fault = "must be a number";
        bool valid = read && new Amount(value).TryUsed(out _, out fault);
        (amount, reason) = (valid ? new Amount(value) : null, valid ? null : fault ?? "must be a number");
        return valid;
    }
}
