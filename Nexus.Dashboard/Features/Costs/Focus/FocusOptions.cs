using Nexus.Engine.Storage.Ledgers;

namespace Nexus.Dashboard.Features.Costs.Focus;

/// <summary>What a FOCUS export says that no line does. Section <c>Nexus:Costs</c> of <c>appsettings.json</c>.</summary>
internal sealed class FocusOptions
{
    /// <summary>The section, which it shares with the ledger.</summary>
    public const string Section = LedgerOptions.Section;

    private const int Longest = 128;

    /// <summary>Who charges the tenants: <c>InvoiceIssuerName</c>, and the provider of what states none.</summary>
    public string InvoiceIssuer { get; init; } = "Nexus";

    /// <summary>What to change where it is not valid.</summary>
    public static string Fault { get; } = $"{Section}:InvoiceIssuer must be a name of 1 to {Longest} characters";

    /// <summary>True where it can be written.</summary>
    public bool IsValid => !string.IsNullOrWhiteSpace(InvoiceIssuer) && InvoiceIssuer.Length <= Longest && !InvoiceIssuer.Any(char.IsControl);
}
