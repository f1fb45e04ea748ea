using System.Text.RegularExpressions;

namespace Nexus.Dashboard.Features.Prices.Invoices;

/// <summary>What the ledger calls the models of an invoice: providers bill a version by its date, or by a name for people.</summary>
/// <param name="known">The models that the ledger and the book know.</param>
internal sealed partial class ModelNames(IReadOnlySet<string> known)
{
    /// <summary>As it is; without its date; as an id; and an id with a date, where just one is known. What none of these knows keeps its name.</summary>
    public string Of(string model)
    {
        string plain = Date().Replace(model, "");
        string id = Separators().Replace(model.ToLowerInvariant(), "-");
        return new[] { model, plain, id, Date().Replace(id, "") }.FirstOrDefault(known.Contains)
            ?? (known.Where(k => Date().Replace(k, "") == id).ToArray() is [var dated] ? dated : model);
    }

    [GeneratedRegex(@"-(\d{4}-\d{2}-\d{2}|\d{8})$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Date();

    [GeneratedRegex(@"[ .]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Separators();
}
