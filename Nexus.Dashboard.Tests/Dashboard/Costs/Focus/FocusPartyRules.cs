namespace Nexus.Dashboard.Tests.Dashboard.Costs.Focus;

/// <summary>Who charges whom, for what and where.</summary>
internal static class FocusPartyRules
{
    public static IReadOnlyDictionary<string, FocusRule> All { get; } = new Dictionary<string, FocusRule>(StringComparer.Ordinal)
    {
        ["invoice-ids"] = (file, columns) => FocusRules.Row(r => (r["InvoiceId"] is null) != (r["InvoiceDetailId"] is null) ? "an invoice without its line" : null, "InvoiceId", "InvoiceDetailId")(file, columns)
            .Concat(file.Has("InvoiceDetailId") ? file.Rows.Where(r => r["InvoiceDetailId"] is not null).GroupBy(r => (r["InvoiceId"], r["InvoiceDetailId"])).Where(g => g.Count() > 1).Select(g => $"{g.Key} stands there twice") : []),
        ["host-provider"] = FocusRules.Row(r => r["HostProviderName"] is null && r["ChargeCategory"] is not ("Tax" or "Adjustment") ? "nobody hosts it" : null, "HostProviderName"),
        ["parties"] = (file, columns) => columns.Where(c => file.Has(c)).SelectMany(c => FocusRules.Row(r => r[c] is null ? $"{c} is null" : null)(file, columns)),
        ["account-set"] = (file, columns) => FocusRules.Row(r => r["BillingAccountId"] is null ? "nobody is billed" : null, "BillingAccountId")(file, columns)
            .Concat(FocusRules.Row(r => (r["BillingAccountId"] is null) != (r["BillingAccountType"] is null) ? "an account without a type" : null, "BillingAccountId", "BillingAccountType")(file, columns))
            .Concat(FocusRules.Row(r => r["BillingAccountName"] is null ? "an account without a name" : null, "BillingAccountName")(file, columns)),
        ["sub-account-set"] = Together("SubAccountId", "SubAccountName", "SubAccountType"),
        ["resource-set"] = (file, columns) => Together("ResourceId", "ResourceType")(file, columns).Concat(FocusRules.Row(r => r["ResourceName"] is not null && r["ResourceId"] is null ? "a name without a resource" : null, "ResourceId", "ResourceName")(file, columns)),
        ["region-pair"] = Together("RegionId", "RegionName"),
        ["draft-requester"] = FocusRules.Row(
            r => (r["x_PrincipalId"] ?? r["x_CredentialId"]) is not null && r["x_RequesterDetails"] is null ? "who asked is not told" : null, "x_RequesterDetails"),
    };

    // The first is set exactly where the others are.
    private static FocusRule Together(string first, params string[] others) => (file, columns) => others.Where(o => file.Has(first, o)).SelectMany(o => FocusRules.Row(r => (r[first] is null) != (r[o] is null) ? $"{first} and {o} are not set together" : null)(file, columns));
}
