using System.Text.Json.Serialization;
using Nexus.Dashboard.Api;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Prices.Invoices;

/// <summary>A provider's invoice or report of use, as a CSV.</summary>
internal sealed record InvoiceBody
{
    private const int MostIdCharacters = 200;
    private const int MostModels = 1_000;

    /// <summary>Unique; without it the file's content is: whoever sends it again changes nothing.</summary>
    public string? Id { get; init; }

    /// <summary>The file, with a header.</summary>
    public required string Csv { get; init; }

    /// <summary>In which layout it is; without it that is told by its header.</summary>
    public string? Layout { get; init; }

    /// <summary>Which columns say what, where it is in no layout that is known.</summary>
    public InvoiceMapping? Mapping { get; init; }

    /// <summary>Who sent it, as the ledger calls it; without it whose layout it is, else only the invoice's models are compared.</summary>
    public string? Provider { get; init; }

    /// <summary>What the ledger calls models that the invoice calls otherwise; a date at the end of a name needs none.</summary>
    public Dictionary<string, string>? Models { get; init; }

    /// <summary>In which currency it is, where the file does not say.</summary>
    public string? Currency { get; init; }

    /// <summary>What one unit of that currency is in the installation's, where it is another: a decimal text.</summary>
    public string? Rate { get; init; }

    /// <summary>From which day it counts, where that is before its first line.</summary>
    [JsonConverter(typeof(MomentConverter))]
    public DateTimeOffset? From { get; init; }

    /// <summary>Until which day, that one excluded, where that is after its last line.</summary>
    [JsonConverter(typeof(MomentConverter))]
    public DateTimeOffset? To { get; init; }

    /// <summary>What is wrong with it, but for the file itself; null: nothing.</summary>
    public Problem? Fault()
    {
        Faults faults = new();
        if (Id is not null)
        {
            faults.Id("$.id", Id, MostIdCharacters);
        }

        faults.When(Csv.Length == 0, "$.csv", "is empty: send the file, with the line that names its columns");
        faults.When(Mapping is not null && Layout is not null, "$.layout", "leave it out where there is a mapping");
        faults.When(Provider is not null && (Provider.Length is 0 or > Labels.MaxValueLength || Faults.HasControl(Provider)), "$.provider", $"must be a text of 1 to {Labels.MaxValueLength} characters, none of them a control character");
        faults.When(Models is { Count: > MostModels }, "$.models", $"must have at most {MostModels:#,0}");
        faults.When((Models ?? []).Any(m => m.Value is null or { Length: 0 or > Labels.MaxValueLength }), "$.models", $"each must be a text of 1 to {Labels.MaxValueLength} characters");
        faults.When(Currency is not null && (Currency.Length != 3 || !Currency.All(char.IsAsciiLetter)), "$.currency", "must be a code of ISO 4217, such as EUR");
        faults.When(Mapping is { UnitPricePer: <= 0 }, "$.mapping.unitPricePer", "must be greater than 0");
        faults.When(From >= To, "$.from", "must be earlier than to");
        return faults.Problem;
    }
}

/// <summary>What becomes of an invoice.</summary>
internal sealed record InvoiceDecisionBody
{
    /// <summary>The longest reason.</summary>
    public const int MostReason = 1_000;

    /// <summary>Why, for whoever reads it later.</summary>
    public string? Reason { get; init; }
}
