using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace Nexus.Dashboard.Api;

/// <summary>Says what is wrong with a body that could not be read: which field, and what to do.</summary>
internal static partial class BodyProblem
{
    public static Problem Empty { get; } = Malformed("$", "the body is empty: send a JSON object");

    public static Problem Null { get; } = Malformed("$", "the body is null: send a JSON object");

    /// <summary>What is wrong with a body.</summary>
    public static Problem Of(byte[] body, JsonException malformed, JsonTypeInfo type)
    {
        if (!Utf8.IsValid(body))
        {
            return Malformed("$", "it is not valid UTF-8");
        }

        string path = (malformed.Path is { Length: > 0 } known ? known : "$") + (malformed as InnerJsonException)?.Rest;
        string message = malformed.Message;
        if (message.StartsWith("must", StringComparison.Ordinal))
        {
            return Malformed(path, message.Split(" Path:")[0]);
        }

        // The serializer tells these apart only by its message, whose quoted words are the field's name.
        if (message.Contains("could not be mapped", StringComparison.Ordinal))
        {
            string name = Quoted(message);
            return Problem.Field("unknown-field", 400, At(path, name), $"there is no field '{Short(name)}' here: leave it out, or look for a typing error");
        }

        if (message.Contains("uplicate", StringComparison.Ordinal))
        {
            return Problem.Field("duplicate-field", 400, At(path, Quoted(message)), "it stands there twice: say it once");
        }

        if (message.Contains("missing required", StringComparison.Ordinal))
        {
            string name = message[(message.LastIndexOf(':') + 1)..].Trim(' ', '.', '\'');
            return Problem.Field("missing-field", 400, $"{path}.{name}", "it must be given");
        }

        if (Depth(body) > type.Options.MaxDepth)
        {
            return Problem.Field("too-deep", 400, "$", $"it is nested more than {type.Options.MaxDepth} deep: send it flatter");
        }

        if (message.Contains("doesn't allow", StringComparison.Ordinal))
        {
            return Malformed(path, $"must be {WantedAt(type, path)}, not null");
        }

        string where = malformed.LineNumber is { } line ? $" (line {line + 1}, byte {malformed.BytePositionInLine + 1})" : "";
        return message.Contains("could not be converted to", StringComparison.Ordinal)
            ? Malformed(path, $"must be {WantedAt(type, path)}{where}")
            : Malformed(path, $"this is not JSON{where}: check quotes, commas and brackets; numbers are finite, NaN and Infinity do not exist");
    }

    private static Problem Malformed(string path, string fault) => Problem.Field("malformed-json", 400, path, fault);

    private static string At(string path, string name) => path.EndsWith(name, StringComparison.Ordinal) || path.EndsWith($"{name}']", StringComparison.Ordinal) ? path : $"{path}.{Short(name)}";

    // What belongs at a place, found by going down the types along its path.
    private static string WantedAt(JsonTypeInfo type, string path)
    {
        Type at = type.Type;
        foreach (Match step in Steps().Matches(path))
        {
            at = type.Options.TryGetTypeInfo(at, out JsonTypeInfo? here) ? here.Kind switch
            {
                JsonTypeInfoKind.Object => here.Properties.FirstOrDefault(p => p.Name == step.Groups["name"].Value)?.PropertyType ?? typeof(void),
                _ => here.ElementType ?? typeof(void),
            } : typeof(void);
        }

        return Wanted(Nullable.GetUnderlyingType(at) ?? at);
    }

    private static string Wanted(Type type) =>
        type == typeof(int) || type == typeof(long) ? "a whole number"
        : type == typeof(bool) ? "true or false"
        : type == typeof(string) ? "a text"
        : type == typeof(Amount) ? "a number"
        : type == typeof(Duration) ? "a duration such as \"PT5M\", or a number of seconds"
        : type.IsEnum ? string.Join(" or ", Enum.GetNames(type).Select(n => $"\"{JsonNamingPolicy.CamelCase.ConvertName(n)}\""))
        : type == typeof(Dictionary<string, string>) ? "an object of texts"
        : type.IsAssignableTo(typeof(System.Collections.IDictionary)) ? "an object of numbers"
        : type == typeof(List<string>) ? "an array of texts"
        : type.IsAssignableTo(typeof(System.Collections.IList)) ? "an array of objects"
        : type == typeof(void) ? "something else"
        : "an object";

    // As deep as it can be read; a body of brackets alone is read no further than anybody nests.
    private static int Depth(byte[] body)
    {
        const int Deepest = 1_000;
        Utf8JsonReader reader = new(body, new JsonReaderOptions { MaxDepth = Deepest });
        int depth = 0;
        try
        {
            while (reader.Read())
            {
                depth = Math.Max(depth, reader.CurrentDepth + (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject ? 1 : 0));
            }
        }
        catch (JsonException)
        {
            // What comes before the fault counts.
        }

        return depth;
    }

    private static string Quoted(string message)
    {
        int from = message.IndexOf('\'', StringComparison.Ordinal);
        int to = from < 0 ? -1 : message.IndexOf('\'', from + 1);
        return to < 0 ? "" : message[(from + 1)..to];
    }

    private static string Short(string name) => name.Length > 64 ? name[..64] + "…" : name;

    [GeneratedRegex(@"\.(?<name>[^.\[]+)|\['(?<name>[^']+)'\]|\[\d+\]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Steps();
}

/// <summary>What is wrong with a value that a converter read with a serializer of its own.</summary>
/// <param name="message">What is wrong.</param>
/// <param name="rest">The JSON path from the converter's value on, for example <c>.rate</c>.</param>
internal sealed class InnerJsonException(string message, string rest) : JsonException(message)
{
    public string Rest { get; } = rest;
}
