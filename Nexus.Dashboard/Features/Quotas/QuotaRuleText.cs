namespace Nexus.Dashboard.Features.Quotas;

/// <summary>A rule as a line.</summary>
/// <param name="Key">The key of its kind and period.</param>
/// <param name="Name">The same for a person.</param>
/// <param name="Text">Its values.</param>
/// <param name="Removed">True where it is to be taken away.</param>
public sealed record QuotaRuleText(string Key, string Name, string Text, bool Removed = false)
{
    internal static QuotaRuleText Of(QuotaRuleBody rule, bool removed)
    {
        string amount = rule.Limit is { } limit ? $"limit {QuotaText.Of(limit)}" : $"what those below lend, and {QuotaText.Of(rule.Extra ?? new(0))}";
        string borrow = QuotaText.Of(rule, QuotaField.Borrow) is var b and not "0" ? $", borrows {b}" : "";
        string lend = QuotaText.Of(rule, QuotaField.Lend) is var l and not Bounds.All ? $", lends {l}" : "";
        string soft = rule.Mode == Nexus.Engine.Quotas.QuotaMode.Soft ? ", only counts" : "";
        string back = rule.Reclaim switch { Nexus.Engine.Quotas.QuotaReclaim.LowerPriority => ", takes back from lower classes", Nexus.Engine.Quotas.QuotaReclaim.Never => ", takes nothing back", _ => "" };
        string follows = Follows(rule) is { } bounds ? $", follows its use: {bounds}" : "";
        string enforced = Enforced(rule) is { } from ? $", enforced from {from}" : "";
        return new QuotaRuleText(QuotaDiff.KeyOf(rule), QuotaDiff.KeyOf(rule), $"{amount}{borrow}{lend}{back}{soft}{follows}{enforced}{(Hours(rule) is { } hours ? $"; {hours}" : "")}", removed);
    }

    /// <summary>The other values at certain hours; null where there are none. <c>18:00–08:00 mon, tue: limit 16</c></summary>
    internal static string? Hours(QuotaRuleBody rule) => rule.Windows is { Count: > 0 } windows ? string.Join("; ", windows.Select(Window)) : null;

    /// <summary>Within which bounds the limit follows its use, and whether that is offered or set; null where it does not.</summary>
    internal static string? Follows(QuotaRuleBody rule) =>
        rule.Adjust is { } adjust ? $"{(adjust.Mode == Nexus.Engine.Quotas.QuotaAdjustMode.Apply ? "set" : "offered")}, {QuotaText.Of(adjust.Min)} – {QuotaText.Of(adjust.Max)}" : null;

    /// <summary>From when on what is above the limit is taken back; null where it is not.</summary>
    internal static string? Enforced(QuotaRuleBody rule) => rule.EnforceAt is { } at ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{at.UtcDateTime:yyyy-MM-dd HH:mm} UTC") : null;

    private static string Window(QuotaWindowBody window)
    {
        string when = string.Join(' ', new[]
        {
            window.From is { } from ? $"{from}–{window.To}" : "", window.Days is { } days ? string.Join(", ", days) : "", window.Dates is { } dates ? $"{dates.From} – {dates.To}" : "",
        }.Where(w => w.Length > 0));
        (string Name, string? Value)[] values =
        [
            ("limit", Said(window.Limit)), ("extra", Said(window.Extra)),
            ("borrow", window.Borrow is { } borrow ? Said(borrow.Amount) ?? Bounds.Unlimited : null), ("lend", window.Lend is { } lend ? Said(lend.Amount) ?? Bounds.All : null),
        ];
        return $"{(when.Length == 0 ? "always" : when)}: {string.Join(", ", values.Where(v => v.Value is not null).Select(v => $"{v.Name} {v.Value}"))}";

        static string? Said(Api.Amount? amount) => amount is { } some ? QuotaText.Of(some) : null;
    }
}
