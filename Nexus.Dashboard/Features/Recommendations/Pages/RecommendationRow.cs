using Nexus.Dashboard.Shared;
using Nexus.Engine.Optimization;
using Nexus.Engine.Optimization.FollowUp;

namespace Nexus.Dashboard.Features.Recommendations.Pages;

/// <summary>A recommendation as the page shows it.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Title">What was found.</param>
/// <param name="Type">What kind of saving it is, in words.</param>
/// <param name="Owner">Whose it is.</param>
/// <param name="Saving">What it saves in a month.</param>
/// <param name="Range">From what to what.</param>
/// <param name="Confidence">How sure that is.</param>
/// <param name="Why">Why it is as sure as that.</param>
/// <param name="Risk">How risky it is.</param>
/// <param name="RiskReason">What could go wrong.</param>
/// <param name="Effort">How much work it is.</param>
/// <param name="Before">How it is.</param>
/// <param name="After">How it would be.</param>
/// <param name="Evidence">What was seen.</param>
/// <param name="FoundAt">When it was found.</param>
public sealed record RecommendationRow(
    string Id, string Title, string Type, string Owner, string Saving, string Range, SavingsLevel Confidence, string Why, SavingsLevel Risk, string RiskReason, SavingsLevel Effort,
    string Before, string After, Evidence Evidence, DateTimeOffset FoundAt)
{
    /// <summary>Where the range and the estimate lie on the scale that all rows share, 0 … 1.</summary>
    public (double Low, double At, double High) Bar { get; init; }

    /// <summary>True where Nexus makes the change itself.</summary>
    public bool IsCommand { get; init; }

    /// <summary>What became of it, in words; empty while it is open.</summary>
    public string Became { get; init; } = "";

    /// <summary>The same as a state.</summary>
    public Signal State { get; init; } = Signal.Planned;

    /// <summary>When that was.</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>What can be done with it.</summary>
    public bool CanDecide { get; init; }

    /// <summary>True where what was decided can be taken back.</summary>
    public bool CanRevert { get; init; }

    /// <summary>What taking it back is called.</summary>
    public string RevertWord { get; init; } = "Revert";

    /// <summary>Looks at what it really saved, the first first.</summary>
    public IReadOnlyList<RealisedLine> Realised { get; init; } = [];

    /// <summary>What it saved week by week beside the estimate; null while no week is known.</summary>
    public RealisedCourse? Course { get; init; }

    /// <summary>What was realised of the estimate, in words; empty while nothing is known.</summary>
    public string Verdict { get; init; } = "";

    /// <summary>Why the reader may not apply it; null for who may.</summary>
    public string? ApplyLocked { get; init; }

    /// <summary>Counts its changes.</summary>
    public long Version { get; init; }
}

/// <summary>A look at what was really saved.</summary>
/// <param name="After">After how long, in words.</param>
/// <param name="At">When.</param>
/// <param name="Amount">How much in a month.</param>
/// <param name="Range">From what to what.</param>
/// <param name="Share">Of the estimate.</param>
/// <param name="By">How it is known.</param>
public sealed record RealisedLine(string After, DateTimeOffset At, string Amount, string Range, string Share, string By)
{
    /// <summary>What else a replay says would have been otherwise, as a sentence; empty where there was none.</summary>
    public string Effect { get; init; } = "";

    /// <summary>How it is known, in words.</summary>
    public static string Words(RealisedBy by) => by switch
    {
        RealisedBy.Replay => "a replay of the time since without the change, against what was",
        RealisedBy.Provisioned => "what is provisioned, against what it would be without the change",
        _ => "before and after, for the volume that there was",
    };

    /// <summary>What else a replay says would have been otherwise.</summary>
    public static string EffectOf(ReplayedEffect? effect)
    {
        if (effect is null)
        {
            return "";
        }

        long more = effect.FinishedWithout - effect.Finished;
        string finished = more == 0 ? "as many requests would have finished" : $"{Numbers.Count(Math.Abs(more))} {(more > 0 ? "more" : "fewer")} {(Math.Abs(more) == 1 ? "request" : "requests")} would have finished";
        return $"Without it {finished}, and 95 of a hundred would have waited at most {Numbers.Duration(TimeSpan.FromSeconds(effect.WaitP95Without))} instead of {Numbers.Duration(TimeSpan.FromSeconds(effect.WaitP95))}.";
    }
}
