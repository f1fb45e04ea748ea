using System.Text.Json;
using Microsoft.Extensions.Options;

namespace Nexus.Dashboard.Features.Costs.Otlp;

/// <summary>How spans are read as use. Section <c>Nexus:Costs:Otlp</c> of <c>appsettings.json</c>.</summary>
internal sealed class OtlpOptions
{
    public const string Section = "Nexus:Costs:Otlp";

    /// <summary>The file that says which attributes mean what, relative to the program; empty: the one that comes with it.</summary>
    public string Mapping { get; init; } = "";

    /// <summary>What the file says.</summary>
    /// <returns>What is wrong with it, with the key to change; null when nothing is.</returns>
    public string? TryLoad(out SpanMapping mapping)
    {
        mapping = SpanMapping.Default;
        if (Mapping.Length == 0)
        {
            return null;
        }

        string path = Path.Combine(AppContext.BaseDirectory, Mapping);
        try
        {
            mapping = SpanMapping.Load(path);
            return null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or JsonException)
        {
            return $"{Section}:{nameof(Mapping)}: {path} cannot be read: {unreadable.Message}";
        }
    }

    /// <summary>Refuses to start with a file that cannot be read.</summary>
    internal sealed class Validator : IValidateOptions<OtlpOptions>
    {
        public ValidateOptionsResult Validate(string? name, OtlpOptions options) => options.TryLoad(out _) is { } fault ? ValidateOptionsResult.Fail(fault) : ValidateOptionsResult.Success;
    }
}
