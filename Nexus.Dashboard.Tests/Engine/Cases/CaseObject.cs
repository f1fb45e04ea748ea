using System.Globalization;
using System.Text.Json;

namespace Nexus.Dashboard.Tests.Engine.Cases;

/// <summary>An object of a published case. Every field must be read: one that no reader knows would be a rule that nobody looked at.</summary>
internal sealed class CaseObject(JsonElement json, string where)
{
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CaseObject> _parts = new(StringComparer.Ordinal);

    /// <summary>The names of its fields, which may be ids.</summary>
    public IEnumerable<string> Names => json.EnumerateObject().Select(f => f.Name);

    public bool Has(string name) => json.TryGetProperty(name, out _);

    public string Text(string name) => TextOrNull(name) ?? throw Wrong(name, "is missing");

    public string? TextOrNull(string name) => Find(name) switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        _ => throw Wrong(name, "must be a text"),
    };

    public string[] Texts(string name) => Find(name) is { } list ? [.. list.EnumerateArray().Select(t => t.GetString()!)] : [];

    public decimal Number(string name) => NumberOrNull(name) ?? throw Wrong(name, "is missing");

    public decimal? NumberOrNull(string name) => Find(name) switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.Number } number => number.GetDecimal(),
        { ValueKind: JsonValueKind.String } text => Fraction(text.GetString()!, name),
        _ => throw Wrong(name, "must be a number"),
    };

    public int Whole(string name) => decimal.ToInt32(Number(name));

    public bool? Truth(string name) => Find(name)?.GetBoolean();

    public bool IsText(string name) => json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String;

    public bool IsObject(string name) => json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Object;

    /// <summary>Numbers by name; none where the field is absent.</summary>
    public IReadOnlyDictionary<string, decimal> Numbers(string name) =>
        Part(name) is { } part ? part.Names.ToDictionary(n => n, part.Number, StringComparer.Ordinal) : new Dictionary<string, decimal>(StringComparer.Ordinal);

    /// <summary>Numbers by name, where null means that there is none.</summary>
    public IReadOnlyDictionary<string, decimal?> NumbersOrNull(string name) =>
        Part(name) is { } part ? part.Names.ToDictionary(n => n, part.NumberOrNull, StringComparer.Ordinal) : new Dictionary<string, decimal?>(StringComparer.Ordinal);

    /// <summary>The object in a field, or null.</summary>
    public CaseObject? Part(string name)
    {
        if (Find(name) is not { ValueKind: not JsonValueKind.Null } value)
        {
            return null;
        }

        return _parts.TryGetValue(name, out CaseObject? known) ? known
            : value.ValueKind == JsonValueKind.Object ? _parts[name] = new CaseObject(value, $"{where}.{name}")
            : throw Wrong(name, "must be an object");
    }

    /// <summary>The objects in a list; none where the field is absent.</summary>
    public CaseObject[] Parts(string name)
    {
        List<CaseObject> parts = [];
        foreach (JsonElement value in Find(name)?.EnumerateArray().ToArray() ?? [])
        {
            string key = string.Create(CultureInfo.InvariantCulture, $"{name}[{parts.Count}]");
            if (!_parts.TryGetValue(key, out CaseObject? part))
            {
                part = _parts[key] = new CaseObject(value, $"{where}.{key}");
            }

            parts.Add(part);
        }

        return [.. parts];
    }

    /// <summary>The lists in a list, as texts.</summary>
    public string[][] Rows(string name) => [.. Find(name)!.Value.EnumerateArray().Select(row => row.EnumerateArray().Select(cell => cell.ToString()).ToArray())];

    /// <summary>Fails for a field that nobody read.</summary>
    public void AllRead()
    {
        string[] unread = [.. Names.Where(n => !_read.Contains(n))];
        Assert.True(unread.Length == 0, $"{where} states {string.Join(", ", unread)}, which nobody here knows how to read");
        foreach (CaseObject part in _parts.Values)
        {
            part.AllRead();
        }
    }

    private JsonElement? Find(string name)
    {
        _read.Add(name);
        return json.TryGetProperty(name, out JsonElement value) ? value : null;
    }

    private decimal Fraction(string text, string name)
    {
        string[] parts = text.Split('/');
        return parts.Length == 2 && decimal.TryParse(parts[0], CultureInfo.InvariantCulture, out decimal above) && decimal.TryParse(parts[1], CultureInfo.InvariantCulture, out decimal below)
            ? above / below : throw Wrong(name, "must be a number");
    }

    private InvalidDataException Wrong(string name, string what) => new($"{where}.{name} {what}");
}
