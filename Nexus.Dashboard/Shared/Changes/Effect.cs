namespace Nexus.Dashboard.Shared.Changes;

/// <summary>One thing that a change would do, computed before it is applied.</summary>
/// <param name="State">Good news, a warning, or what forbids it.</param>
/// <param name="What">In a few words: what starts now, is refused, is reclaimed.</param>
/// <param name="More">What stands under it.</param>
public record Effect(Signal State, string What, string? More = null)
{
    /// <summary>What would help as well and can be added to the changes, in words; null: nothing.</summary>
    public virtual string? Adds => null;
}
