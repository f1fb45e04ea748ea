using System.Diagnostics.CodeAnalysis;

namespace Nexus.Engine.Costs.Invoices;

/// <summary>What of a model's tokens a provider bills at a price of its own.</summary>
public enum TokenClass
{
    /// <summary>Fresh input: what was neither read from a cache nor written into one.</summary>
    Input = 0,

    /// <summary>Input that was read from a cache.</summary>
    CachedRead = 1,

    /// <summary>Input that was written into a cache.</summary>
    CacheWrite = 2,

    /// <summary>Output, reasoning included: providers bill both as one.</summary>
    Output = 3,

    /// <summary>Input of an embedding.</summary>
    Embedding = 4,
}

/// <summary>The classes, and the kinds of the ledger that they stand for.</summary>
public static class TokenClasses
{
    private static readonly string[] Names = ["input", "cachedRead", "cacheWrite", "output", "embedding"];
    private static readonly string[] Resources = ["tokens.input", "tokens.input.cached", "tokens.input.cacheWrite", "tokens.output", "tokens.embedding"];

    /// <summary>What can be written, for people.</summary>
    public static string Known { get; } = string.Join(", ", Names);

    /// <summary>As it is written.</summary>
    public static string NameOf(TokenClass tokens) => Names[(int)tokens];

    /// <summary>The kind by which the book prices it.</summary>
    public static string ResourceOf(TokenClass tokens) => Resources[(int)tokens];

    /// <summary>The class of a kind of the ledger; null for what no token is.</summary>
    public static TokenClass? Of(string resource) => resource == "tokens.output.reasoning" ? TokenClass.Output : Array.IndexOf(Resources, resource) is >= 0 and var at ? (TokenClass)at : null;

    /// <summary>Reads a name.</summary>
    public static bool TryParse([NotNullWhen(true)] string? name, out TokenClass tokens)
    {
        int at = Array.IndexOf(Names, name);
        tokens = (TokenClass)Math.Max(at, 0);
        return at >= 0;
    }
}
