namespace Nexus.Engine.Core;

/// <summary>What a handler decided: something that happens, or an answer that changes nothing.</summary>
internal readonly record struct Decision
{
    private Decision(EngineEvent? happens, Reply? answer) => (Happens, Answer) = (happens, answer);

    /// <summary>What happens, or null.</summary>
    public EngineEvent? Happens { get; }

    /// <summary>The answer where nothing happens, or null.</summary>
    public Reply? Answer { get; }

    public static implicit operator Decision(EngineEvent happens) => new(happens, null);

    public static implicit operator Decision(Reply answer) => new(null, answer);
}
