using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nexus.Dashboard.Features.Prices.Invoices;

/// <summary>Which columns of a CSV say what. Of several names the first that a file has counts.</summary>
internal record InvoiceMapping
{
    /// <summary>The day, of UTC: a date, a time of RFC 3339, or seconds since 1970.</summary>
    public required IReadOnlyList<string> Day { get; init; }

    /// <summary>The model; not where <see cref="Item"/> has it.</summary>
    public IReadOnlyList<string>? Model { get; init; }

    /// <summary>What of its tokens, by <see cref="Classes"/>; not where <see cref="Item"/> or <see cref="Counts"/> have it.</summary>
    public IReadOnlyList<string>? Class { get; init; }

    /// <summary>The model and the class in one, with a comma between them.</summary>
    public IReadOnlyList<string>? Item { get; init; }

    /// <summary>What the file calls the classes: <c>input</c>, <c>cachedRead</c>, <c>cacheWrite</c>, <c>output</c>, <c>embedding</c>.</summary>
    public IReadOnlyDictionary<string, string>? Classes { get; init; }

    /// <summary>Those of them that are batches.</summary>
    public IReadOnlyList<string>? BatchClasses { get; init; }

    /// <summary>The lane.</summary>
    public IReadOnlyList<string>? Lane { get; init; }

    /// <summary>What the file calls the lanes, <c>standard</c> and <c>batch</c>; what does not stand here is standard.</summary>
    public IReadOnlyDictionary<string, string>? Lanes { get; init; }

    /// <summary>How many tokens, where a line is about one class.</summary>
    public IReadOnlyList<string>? Quantity { get; init; }

    /// <summary>How many tokens of each class, where a line is about several.</summary>
    public IReadOnlyList<InvoiceCount>? Counts { get; init; }

    /// <summary>What else is billed by numbers of its own: lines that have any are reported for it.</summary>
    public IReadOnlyList<string>? NotCounted { get; init; }

    /// <summary>What is billed.</summary>
    public IReadOnlyList<string>? Amount { get; init; }

    /// <summary>The price of as many tokens as <see cref="UnitPricePer"/> says.</summary>
    public IReadOnlyList<string>? UnitPrice { get; init; }

    /// <summary>For how many tokens the price is; 1 unless given.</summary>
    public long? UnitPricePer { get; init; }

    /// <summary>The currency, by its ISO 4217 code.</summary>
    public IReadOnlyList<string>? Currency { get; init; }

    /// <summary>The currency of all lines, where no column has it.</summary>
    public string? InCurrency { get; init; }
}

/// <summary>Columns that count tokens of a class: their sum, less others.</summary>
internal sealed record InvoiceCount
{
    public required string Class { get; init; }

    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>What is in them and counted elsewhere.</summary>
    public IReadOnlyList<string>? Less { get; init; }
}

/// <summary>A layout that is known by its columns.</summary>
internal sealed record InvoiceLayout : InvoiceMapping
{
    public required string Name { get; init; }

    /// <summary>It, for people.</summary>
    public required string Title { get; init; }

    /// <summary>Who writes it; null: anybody.</summary>
    public string? Provider { get; init; }

    /// <summary>The columns by which it is known.</summary>
    public required IReadOnlyList<string> RecognisedBy { get; init; }
}

/// <summary>The layouts that come with the program: a file, so that providers may change their columns without a change of code.</summary>
internal sealed record InvoiceLayouts
{
    private const string BuiltIn = "invoice-layouts.json";

    public required IReadOnlyList<InvoiceLayout> Layouts { get; init; }

    /// <summary>Those that come with the program.</summary>
    public static InvoiceLayouts Default { get; } = Load();

    /// <summary>Their names, for people.</summary>
    public string Known => string.Join(", ", Layouts.Select(l => l.Name));

    private static InvoiceLayouts Load()
    {
        using Stream file = typeof(InvoiceLayouts).Assembly.GetManifestResourceStream(BuiltIn)!;
        return JsonSerializer.Deserialize(file, InvoiceLayoutsJson.Default.InvoiceLayouts)!;
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    ReadCommentHandling = JsonCommentHandling.Skip)]
[JsonSerializable(typeof(InvoiceLayouts))]
internal sealed partial class InvoiceLayoutsJson : JsonSerializerContext;
