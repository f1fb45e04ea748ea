using System.Text.Json;

namespace Nexus.Dashboard.Tests.Engine.Cases;

/// <summary>A published example: a set-up, what is asked, and what must come of it.</summary>
internal sealed class PublishedCase
{
    private readonly CaseObject _file;

    private PublishedCase(CaseObject file)
    {
        _file = file;
        (Id, Kind, Source) = (file.Text("id"), file.Text("kind"), file.Text("source"));
        IsUniversal = file.Text("portability") switch
        {
            "universal" => true,
            "policy-specific" => false,
            var other => throw new InvalidDataException($"{Id} is neither universal nor policy-specific but {other}"),
        };
        (Rules, Requests) = (file.Texts("rules"), file.Parts("requests"));
        Setup = file.Part("setup") ?? throw new InvalidDataException($"{Id} has no setup");
        Expected = file.Part("expected") ?? throw new InvalidDataException($"{Id} expects nothing");
        StatedTolerance = file.NumberOrNull("tolerance");
        (_, _) = (file.TextOrNull("description"), file.TextOrNull("derivation"));
    }

    public string Id { get; }

    public string Kind { get; }

    public string Source { get; }

    public bool IsUniversal { get; }

    public bool IsKueues => Source.Contains("kueue", StringComparison.OrdinalIgnoreCase);

    public IReadOnlyList<string> Rules { get; }

    public CaseObject Setup { get; }

    public IReadOnlyList<CaseObject> Requests { get; }

    public CaseObject Expected { get; }

    /// <summary>How far a computed number may be off, of itself where it is above one.</summary>
    public decimal Tolerance => StatedTolerance ?? 0;

    private decimal? StatedTolerance { get; }

    public static PublishedCase Read(string path)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
        return new PublishedCase(new CaseObject(document.RootElement.Clone(), Path.GetFileNameWithoutExtension(path)));
    }

    public bool RulesSay(string words) => Rules.Any(r => r.Contains(words, StringComparison.OrdinalIgnoreCase));

    /// <summary>The first field of the set-up, its nodes or the requests that is none of some, for cases of policies that are not ours; null where there is none.</summary>
    public string? Beyond(string[] setup, string[] nodes, string[] requests) => IsUniversal || IsKueues ? null
        : Setup.Names.Except(setup).Concat(Setup.Parts("quotas").SelectMany(q => q.Names).Except(nodes)).Concat(Requests.SelectMany(r => r.Names).Except(requests)).FirstOrDefault();

    /// <summary>Fails where a number is not the expected one.</summary>
    /// <param name="expected">What is published.</param>
    /// <param name="actual">What came.</param>
    /// <param name="what">What it is.</param>
    /// <param name="resolution">How finely the engine keeps such numbers, where that is less fine than the case is.</param>
    public void Same(decimal expected, decimal actual, string what, decimal resolution = 0) =>
        Assert.True(Math.Abs(expected - actual) <= Math.Max(Tolerance, resolution) * Math.Max(1, Math.Abs(expected)), $"{what} must be {expected} and is {actual}");

    /// <summary>Fails for a field that nobody read.</summary>
    public void AllRead() => _file.AllRead();
}
