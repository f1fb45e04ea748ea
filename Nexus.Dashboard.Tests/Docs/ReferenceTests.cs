using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Nexus.Dashboard.Tests.Docs;

/// <summary>The reference pages name all there is.</summary>
public sealed partial class ReferenceTests
{
    [Fact]
    public void Every_error_type_is_documented()
    {
        string reference = Repository.Read("docs/reference/errors.md");
        string[] types = [.. Repository.Sources("Nexus.Dashboard", ".cs")
            .SelectMany(file => ErrorType().Matches(Repository.Read(file)))
            .Select(match => match.Groups["type"].Value)
            .Distinct()];

        Assert.Contains("unknown-field", types);
        string[] missing = [.. types.Where(type => !reference.Contains($"| `{type}` |", StringComparison.Ordinal))];
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_key_of_appsettings_is_documented()
    {
        string reference = Repository.Read("docs/reference/configuration.md");
        using JsonDocument settings = JsonDocument.Parse(Repository.Read("appsettings.json"), new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });

        string[] missing = [.. Keys(settings.RootElement, "").Where(key => !reference.Contains($"`{key}`", StringComparison.Ordinal))];
        Assert.Empty(missing);
    }

    private static IEnumerable<string> Keys(JsonElement element, string path) =>
        element.ValueKind == JsonValueKind.Object
            ? element.EnumerateObject().SelectMany(property => Keys(property.Value, path.Length == 0 ? property.Name : $"{path}:{property.Name}"))
            : [path];

    // A problem is made of a slug, a title or status, and a sentence: ("in-use", "It is in use", 409 …) or Field("unknown-field", 400 …).
    [GeneratedRegex(@"\(""(?<type>[a-z]+(-[a-z]+)*)"",\s*(""[^""]*"",\s*)?[345]\d\d\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ErrorType();
}
