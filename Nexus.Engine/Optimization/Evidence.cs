using Nexus.Engine.Resources;

namespace Nexus.Engine.Optimization;

/// <summary>How evidence is plotted.</summary>
public enum EvidenceForm
{
    /// <summary>Lines over time.</summary>
    OverTime = 0,

    /// <summary>A cell for each hour of each weekday, from Monday 00:00 on.</summary>
    WeekHours = 1,

    /// <summary>A bar for each label.</summary>
    Bars = 2,
}

/// <summary>Values to plot.</summary>
/// <param name="Name">What they are.</param>
/// <param name="Values">In the order of time, of the hours of the week, or of the labels.</param>
public sealed record EvidenceSeries(string Name, IReadOnlyList<double> Values);

/// <summary>What was seen, so that a page can plot it.</summary>
/// <param name="Form">How.</param>
/// <param name="Unit">In what the values are.</param>
/// <param name="Series">The values; all of one length.</param>
public sealed record Evidence(EvidenceForm Form, string Unit, IReadOnlyList<EvidenceSeries> Series)
{
    /// <summary>The most values that a series has.</summary>
    public const int MostValues = 400;

    /// <summary>Over time: when the first value begins.</summary>
    public Instant Start { get; init; }

    /// <summary>Over time: how long each lasts.</summary>
    public TimeSpan Step { get; init; }

    /// <summary>What the bars stand for.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>A level that is proposed; null: none.</summary>
    public double? Proposed { get; init; }

    /// <summary>What is worth saying in numbers, each as a sentence.</summary>
    public IReadOnlyList<string> Facts { get; init; } = [];

    /// <summary>The largest of each few neighbours, so that no peak is lost and no more than <see cref="MostValues"/> are kept.</summary>
    /// <param name="values">The values.</param>
    /// <param name="each">How many became one.</param>
    public static IReadOnlyList<double> Thin(IReadOnlyList<double> values, out int each)
    {
        ArgumentNullException.ThrowIfNull(values);
        each = Math.Max(1, (values.Count + MostValues - 1) / MostValues);
        return [.. values.Chunk(each).Select(c => Math.Round(c.Max(), 6))];
    }
}
