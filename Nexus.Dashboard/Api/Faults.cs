using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Api;

/// <summary>Collects what is wrong with a body by JSON path, so that a client learns of all of it at once.</summary>
internal sealed class Faults
{
    private const int MaxNameLength = 128;
    private const int MaxKindLength = 64;

    private List<(string Path, string Fault)>? _found;

    /// <summary>All that was found, or null.</summary>
    public Problem? Problem => _found is null ? null : Api.Problem.Fields(_found);

    public void Add(string path, string fault) => (_found ??= []).Add((path, fault));

    public void When(bool wrong, string path, string fault)
    {
        if (wrong)
        {
            Add(path, fault);
        }
    }

    /// <summary>A name that clients choose for themselves.</summary>
    public void Id(string path, string? id, int most)
    {
        if (string.IsNullOrEmpty(id) || id.Length > most || !IsName(id, colon: true))
        {
            Add(path, $"must be 1 to {most} of A-Z a-z 0-9 . _ : -");
        }
    }

    /// <summary>The name of a pool, kind or class; null is fine.</summary>
    public void Name(string path, string? name)
    {
        if (name is not null && !IsName(name))
        {
            Add(path, $"must be 1 to {MaxNameLength} of A-Z a-z 0-9 . _ -");
        }
    }

    /// <summary>The name of a kind among amounts; whether there is such a kind is the engine's to say.</summary>
    public void Kind(string path, string kind) => When(kind.Length is 0 or > MaxKindLength || !IsName(kind, colon: false), path, $"is not the name of a kind, which has 1 to {MaxKindLength} of A-Z a-z 0-9 . _ -");

    /// <summary>True for what can be the name of a pool, kind or class.</summary>
    public static bool IsName(string? name) => name is { Length: > 0 and <= MaxNameLength } && IsName(name, colon: false);

    public OwnerPath? Owner(string path, string? text)
    {
        if (OwnerPath.TryParse(text, out OwnerPath? owner, out string? reason))
        {
            return owner;
        }

        Add(path, reason);
        return null;
    }

    /// <summary>Amounts that are asked for: positive.</summary>
    public ResourceVector Asked(string path, Dictionary<string, Amount>? amounts, int most) => Amounts(path, amounts, most, asked: true);

    /// <summary>Amounts that were used: nothing is allowed.</summary>
    public ResourceVector Used(string path, Dictionary<string, Amount>? amounts, int most) => Amounts(path, amounts, most, asked: false);

    public Labels Labels(string path, Dictionary<string, string>? labels)
    {
        if (labels is null)
        {
            return Engine.Resources.Labels.None;
        }

        if (labels.Count > Engine.Resources.Labels.Max)
        {
            Add(path, $"must have at most {Engine.Resources.Labels.Max} labels");
            return Engine.Resources.Labels.None;
        }

        foreach ((string name, string? value) in labels)
        {
            if (name.Length is 0 or > Engine.Resources.Labels.MaxNameLength || HasControl(name))
            {
                Add($"{path}['{Short(name)}']", "its name must have 1 to 64 characters, none of them a control character");
            }

            if (value is null || value.Length > Engine.Resources.Labels.MaxValueLength || HasControl(value))
            {
                Add($"{path}['{Short(name)}']", "must be a text of at most 256 characters, none of them a control character");
            }
        }

        return _found is null ? Engine.Resources.Labels.Of(labels) : Engine.Resources.Labels.None;
    }

    public TimeSpan? Span(string path, Duration? duration, TimeSpan least, TimeSpan most)
    {
        if (duration is not { } given)
        {
            return null;
        }

        if (given.Fault is not null || given.Value < least || given.Value > most)
        {
            Add(path, given.Fault ?? $"must be between {System.Xml.XmlConvert.ToString(least)} and {System.Xml.XmlConvert.ToString(most)}");
        }

        return given.Value;
    }

    private ResourceVector Amounts(string path, Dictionary<string, Amount>? amounts, int most, bool asked)
    {
        if (amounts is null || amounts.Count == 0)
        {
            return ResourceVector.Empty;
        }

        if (amounts.Count > most)
        {
            Add(path, $"must name at most {most} kinds");
            return ResourceVector.Empty;
        }

        List<ResourceAmount> read = new(amounts.Count);
        foreach ((string kind, Amount amount) in amounts)
        {
            if (!(asked ? amount.TryAsked(out Quantity quantity, out string? fault) : amount.TryUsed(out quantity, out fault)))
            {
                Add($"{path}['{Short(kind)}']", fault!);
            }

            Kind($"{path}['{Short(kind)}']", kind);
            read.Add(new ResourceAmount(kind, quantity));
        }

        return _found is null ? ResourceVector.Of(read) : ResourceVector.Empty;
    }

    /// <summary>The path of a member whose name a client chose.</summary>
    public static string Keyed(string path, string name) => $"{path}['{Short(name)}']";

    /// <summary>True for what holds a control character.</summary>
    public static bool HasControl(string text)
    {
        foreach (char c in text)
        {
            if (char.IsControl(c))
            {
                return true;
            }
        }

        return false;
    }

    // As it stands between quotes in a JSON path (RFC 9535).
    private static string Short(string name) => (name.Length > 64 ? name[..64] + "…" : name).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal);

    private static bool IsName(string text, bool colon)
    {
        foreach (char c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-') && !(colon && c == ':'))
            {
                return false;
            }
        }

        return true;
    }
}
