using System.Text.Json;

namespace Nexus.Dashboard.Tests.Dashboard.Costs.Focus;

/// <summary>A column as the published list of a version has it.</summary>
internal sealed record FocusColumnRule(string Name, string Type, string Level, bool Nullable, IReadOnlyList<string> Allowed, IReadOnlyDictionary<string, string> Parents, IReadOnlyList<string> DefinedKeys);

/// <summary>The published list of the columns of a version.</summary>
internal sealed class FocusSpecification
{
    private readonly Dictionary<string, FocusColumnRule> _columns;

    private FocusSpecification(JsonElement list) => _columns = list.GetProperty("columns").EnumerateArray().Select(ColumnOf).ToDictionary(c => c.Name, StringComparer.Ordinal);

    public IReadOnlyCollection<FocusColumnRule> Columns => _columns.Values;

    public static FocusSpecification Read(string file)
    {
        using JsonDocument list = JsonDocument.Parse(File.ReadAllText(file));
        return new FocusSpecification(list.RootElement);
    }

    public FocusColumnRule? Column(string name) => _columns.GetValueOrDefault(name);

    /// <summary>Where a file departs from the list: columns that are absent or unknown, and cells of another type, null or none of the allowed values where that may not be.</summary>
    public IEnumerable<string> Faults(FocusData file)
    {
        foreach (FocusColumnRule missing in Columns.Where(c => c.Level == "Mandatory" && !file.IsExcerpt && !file.Has(c.Name)))
        {
            yield return $"{missing.Name} is mandatory and absent";
        }

        foreach (string unknown in file.Columns.Where(c => Column(c) is null && !c.StartsWith("x_", StringComparison.Ordinal)))
        {
            yield return $"{unknown} is no column of this version";
        }

        foreach (FocusColumnRule column in Columns.Where(c => file.Has(c.Name)))
        {
            foreach (FocusRow row in file.Rows)
            {
                if (FaultOf(column, row) is { } fault)
                {
                    yield return $"row {row.Number}: {column.Name} {fault}";
                }
            }
        }
    }

    private static string? FaultOf(FocusColumnRule column, FocusRow row)
    {
        if (row[column.Name] is not { } cell)
        {
            return column.Nullable ? null : "may not be null";
        }

        bool isTyped = column.Type switch
        {
            "Decimal" => row.Decimal(column.Name) is not null,
            "Date/Time" => row.Time(column.Name) is not null,
            "JSON" => FocusJsonText.IsJson(cell),
            _ => true,
        };
        return !isTyped ? $"is no {column.Type}: {cell}"
            : column.Allowed.Count > 0 && !column.Allowed.Contains(cell) ? $"is none of the allowed values: {cell}"
            : column.Parents.TryGetValue(cell, out string? parent) && row["ServiceCategory"] is { } category && category != parent ? $"{cell} belongs to {parent}, not to {category}"
            : null;
    }

    private static FocusColumnRule ColumnOf(JsonElement column) => new(
        column.GetProperty("column").GetString()!, column.GetProperty("type").GetString()!, column.GetProperty("level").GetString()!, column.GetProperty("nullable").GetBoolean(),
        Texts(column, "allowed"),
        column.TryGetProperty("parents", out JsonElement parents) ? parents.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!, StringComparer.Ordinal) : new Dictionary<string, string>(StringComparer.Ordinal),
        Texts(column, "definedKeys"));

    private static string[] Texts(JsonElement column, string name) => column.TryGetProperty(name, out JsonElement list) ? [.. list.EnumerateArray().Select(t => t.GetString()!)] : [];
}
