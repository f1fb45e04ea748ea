using System.CommandLine;

namespace Nexus.Dashboard.Commands;

/// <summary>What values an option takes, said when another one is given.</summary>
internal static class OptionRange
{
    /// <summary>Refuses values for which <paramref name="holds"/> is false.</summary>
    public static void Require<T>(this Option<T> option, Predicate<T?> holds, string range) => option.Validators.Add(result =>
    {
        T? value;
        try
        {
            value = result.GetValueOrDefault<T>();
        }
        catch (InvalidOperationException)
        {
            return; // not of the option's type, which the library names by itself
        }

        if (!holds(value))
        {
            result.AddError($"{option.Name} must be {range}.");
        }
    });
}
