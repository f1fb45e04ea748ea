namespace Nexus.Dashboard.Api;

/// <summary>What a service answers: a value, or why there is none. Pages and endpoints show the same problem.</summary>
internal readonly record struct Result<T>
    where T : class
{
    /// <summary>A value; for types that convert to nothing, interfaces among them.</summary>
    public Result(T value)
        : this(value, null)
    {
    }

    private Result(T? value, Problem? problem) => (Value, Problem) = (value, problem);

    /// <summary>The value, or null.</summary>
    public T? Value { get; }

    /// <summary>Why there is none, or null.</summary>
    public Problem? Problem { get; }

    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(Problem problem) => new(null, problem);
}
